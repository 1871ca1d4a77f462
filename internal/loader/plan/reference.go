package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// A reader is the state of one Read.
type reader struct {
	root *module
	list []*syntax.Node // the changes of resources
	// changes are the changes by address, and instances the addresses of all
	// instances of a resource by the address without the index.
	changes   map[string]*syntax.Node
	instances map[string][]string
	steps     int
	limit     int // of steps
}

// The limits keep a hostile plan from taking all time.
const (
	maxSteps     = 1_000_000 // references followed and values looked at
	oneSteps     = 100_000   // of them for one resource
	maxDepth     = 64        // modules and blocks inside one another
	maxDocuments = 8         // documents that are made of others
)

// step counts what is done. It reports false when that is too much.
func (r *reader) step(n int) bool {
	r.steps += n
	return !r.spent()
}

// spent reports whether too much is done: what is found then is not all.
func (r *reader) spent() bool { return r.steps > r.limit }

// begin gives the next resource its steps.
func (r *reader) begin() {
	r.steps = min(r.steps, r.limit)
	r.limit = min(r.steps+oneSteps, maxSteps)
}

func newReader(n *syntax.Node) *reader {
	r := &reader{
		root:      &module{config: n.Get("configuration").Get("root_module")},
		changes:   map[string]*syntax.Node{},
		instances: map[string][]string{},
	}
	if list := n.Get("resource_changes"); list != nil {
		r.list = list.Items
	}
	for _, item := range r.list {
		address, _ := item.Get("address").Literal()
		// What an apply of another object destroys besides has an address that
		// another change has too.
		if address == "" || item.Get("deposed") != nil {
			continue
		}
		r.changes[address] = item
		name := address
		if strings.HasSuffix(address, "]") {
			if list := Words(address); strings.HasPrefix(list[len(list)-1], "[") {
				name = joinedWords(list[:len(list)-1])
			}
		}
		r.instances[name] = append(r.instances[name], address)
	}
	return r
}

// A place is where an expression stands: in an instance of a block of a module.
type place struct {
	module *module
	key    string       // of the instance
	each   *syntax.Node // the for_each of the block; nil when there is none
}

// An origin is what a value comes from that only an apply tells.
type origin struct {
	ref       string
	kind      string   // of a resource or a data source, as in data.aws_region; else empty
	addresses []string // its instances that may be meant
	attribute string
	place     place // of the resource
	own       bool  // the name, the id or the ARN of a resource of AWS's
}

// follow finds what an expression comes from, through variables and outputs of
// modules. What the plan knows is left out unless all is asked for.
func (r *reader) follow(p place, expression *syntax.Node, all bool) []origin {
	var out []origin
	have := map[string]bool{}
	r.origins(p, expression, all, maxDepth, func(o origin) {
		if !have[o.ref] {
			have[o.ref] = true
			out = append(out, o)
		}
	})
	return out
}

func (r *reader) origins(p place, expression *syntax.Node, all bool, depth int, add func(origin)) {
	if depth == 0 || expression == nil || !r.step(1) {
		return
	}
	if expression.Kind == syntax.Array || expression.Kind == syntax.Object && expression.Get("references") == nil && expression.Get("constant_value") == nil {
		// Blocks: what is in them.
		for _, item := range expression.Items {
			r.origins(p, item, all, depth-1, add)
		}
		for _, f := range expression.Fields {
			r.origins(p, f.Value, all, depth-1, add)
		}
		return
	}
	references := heads(expression.Get("references"))
	own := ""
	for _, ref := range references {
		if ref == "each.key" || ref == "count.index" || strings.HasPrefix(ref, "each.value") {
			own = p.key
		}
	}
	for _, ref := range references {
		if !r.step(1) {
			return
		}
		r.origin(p, Words(ref), own, all, depth, add)
	}
}

// heads are the references of an expression: after each one Terraform lists what it
// is part of.
func heads(list *syntax.Node) []string {
	if list == nil {
		return nil
	}
	var out []string
	last := ""
	for _, item := range list.Items {
		ref, _ := item.Literal()
		if ref == "" || strings.HasPrefix(last, ref+".") || strings.HasPrefix(last, ref+"[") {
			continue
		}
		last = ref
		out = append(out, ref)
	}
	return out
}

// origin finds what one reference comes from.
func (r *reader) origin(p place, ref []string, own string, all bool, depth int, add func(origin)) {
	m := p.module
	named := func() { add(origin{ref: within(m.address, joinedWords(ref))}) }
	switch ref[0] {
	case "path", "terraform", "count", "self":
		return
	case "each":
		switch {
		case len(ref) < 2 || ref[1] == "key":
		case p.each == nil:
			named()
		default:
			r.origins(place{module: m, key: p.key}, p.each, all, depth-1, func(o origin) {
				if o.kind != "" && o.attribute == "" && len(ref) > 2 {
					o = r.instance(o, p.key, ref[2:])
				}
				if all || r.mayChange(o) {
					add(o)
				}
			})
		}
	case "local":
		named()
	case "var":
		if len(ref) < 2 || m.parent == nil {
			return // the plan has the values that it was made with
		}
		up := place{module: m.parent, key: m.key, each: m.call.Get("for_each_expression")}
		r.origins(up, m.call.Get("expressions").Get(ref[1]), all, depth-1, add)
	case "module":
		r.output(p, ref, own, all, depth, add)
	case "data":
		if len(ref) > 2 {
			r.resourceOrigin(m, "data."+ref[1], ref[2], ref[3:], own, all, add)
		}
	default:
		if len(ref) > 1 {
			r.resourceOrigin(m, ref[0], ref[1], ref[2:], own, all, add)
		}
	}
}

// output follows an output of a module.
func (r *reader) output(p place, ref []string, own string, all bool, depth int, add func(origin)) {
	if len(ref) < 2 {
		return
	}
	call := p.module.config.Get("module_calls").Get(ref[1])
	key, rest := "", ref[2:]
	several := call.Get("for_each_expression") != nil || call.Get("count_expression") != nil
	switch {
	case len(rest) > 0 && strings.HasPrefix(rest[0], "["):
		key, rest = rest[0], rest[1:]
	case several:
		key = own
	}
	var expression *syntax.Node
	if len(rest) > 0 {
		expression = call.Get("module").Get("outputs").Get(rest[0]).Get("expression")
	}
	if expression == nil || several && key == "" {
		add(origin{ref: within(p.module.address, joinedWords(ref))})
		return
	}
	r.origins(place{module: p.module.child(ref[1], key)}, expression, all, depth-1, add)
}

// resourceOrigin is an attribute of a resource or a data source.
func (r *reader) resourceOrigin(m *module, kind, name string, rest []string, own string, all bool, add func(origin)) {
	o := origin{kind: kind, ref: within(m.address, kind+"."+name), place: place{module: m}}
	o.addresses = r.instances[o.ref]
	if len(r.changes) == 0 && len(o.addresses) == 0 {
		o.addresses = []string{o.ref}
	}
	config := m.resource(kind + "." + name)
	o.place.each = config.Get("for_each_expression")
	several := o.place.each != nil || config.Get("count_expression") != nil
	switch {
	case len(rest) > 0 && strings.HasPrefix(rest[0], "["):
		o = r.instance(o, rest[0], rest[1:])
	case own != "" && (several || slices.Contains(o.addresses, o.ref+own)):
		o = r.instance(o, own, rest)
	default:
		o = r.instance(o, "", rest)
	}
	if all || r.mayChange(o) {
		add(o)
	}
}

// instance is an origin of which the instance and the attribute are known.
func (r *reader) instance(o origin, key string, attribute []string) origin {
	if key != "" && !strings.HasSuffix(o.ref, key) {
		o.ref += key
		o.addresses = []string{o.ref}
		o.place.key = key
	}
	if len(o.addresses) == 1 && key == "" && strings.HasPrefix(o.addresses[0], o.ref) {
		o.place.key = strings.TrimPrefix(o.addresses[0], o.ref)
	}
	if len(attribute) > 0 {
		o.attribute = attribute[0]
		o.ref += "." + joinedWords(attribute)
	}
	o.own = strings.HasPrefix(o.kind, "aws_") && isName(o.attribute)
	return o
}

// isName tells the attributes by which a resource is named.
func isName(attribute string) bool {
	switch attribute {
	case "arn", "id", "name", "bucket", "key_id", "unique_id", "url", "function_name", "qualified_arn":
		return true
	}
	return false
}

// mayChange reports whether only the apply may tell what a value is.
func (r *reader) mayChange(o origin) bool {
	if o.kind == "" || len(r.changes) == 0 {
		return true
	}
	if !r.step(len(o.addresses)) {
		return true
	}
	return slices.ContainsFunc(o.addresses, func(address string) bool {
		unknown := r.changes[address].Get("change").Get("after_unknown")
		if o.attribute == "" {
			return truth(unknown)
		}
		return truth(unknown.Get(o.attribute))
	})
}

// hole stands for a value that only the apply tells, at a place. Where it comes
// from one thing alone it is named by that.
func (r *reader) hole(p place, expression *syntax.Node, name string, at syntax.Place) *syntax.Node {
	out := &syntax.Node{Kind: syntax.Hole, Hole: policy.Hole{Kind: policy.Unknown, Ref: name}, Place: at}
	list := r.follow(p, expression, false)
	if len(list) == 0 {
		return out
	}
	out.Hole.Ref = refs(list)
	if !slices.ContainsFunc(list, func(o origin) bool { return !o.own }) {
		out.Hole.Kind = policy.OwnResource
	}
	return out
}

// refs names what a value comes from; of many it names a few.
func refs(list []origin) string {
	const few = 3
	var names []string
	for _, o := range list {
		names = append(names, bounded(o.ref))
	}
	if len(names) > few {
		names = append(names[:few-1], fmt.Sprintf("%d others", len(list)-few+1))
	}
	return strings.Join(names, ", ")
}

// maxReference is how long a name may be: two that differ must not be one because
// they are cut.
const maxReference = 250

func bounded(ref string) string {
	if len(ref) > maxReference {
		return syntax.Clip(ref)
	}
	return ref
}
