package terraform

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// A form is how often a block is there: once, as count says, or for each element
// of a collection.
type form uint8

const (
	onceForm form = iota
	countForm
	eachForm
)

// An instanceKey tells one instance of a block from the others.
type instanceKey struct {
	suffix string // of the address: [0], ["a"], or empty
	// unknown says that it stands for instances of which nothing is known.
	unknown bool
	names   map[string]*syntax.Node // each and count
}

// keys are the instances of a block on the course.
type keys struct {
	form    form
	list    []instanceKey
	unknown bool // list is not all of them, and may be none
	at      syntax.Place
	ref     string
	origins []source.Span
}

// maxInstances bounds the instances of one block, and maxExpanded those of all
// modules and resources together.
const (
	maxInstances = 1_000
	maxExpanded  = 5_000
)

// keys works out count and for_each.
func (e *evaluator) keys(b body, s *scope) keys {
	if x, ok := b.argument("count"); ok {
		n := e.value(x, s)
		out := keys{form: countForm, at: n.Place, ref: "count.index", origins: n.Origin}
		count, known := integer(n)
		if !known || count > maxInstances {
			out.unknown = true
			return out
		}
		for i := range max(count, 0) {
			out.list = append(out.list, instanceKey{
				suffix: "[" + strconv.Itoa(i) + "]",
				names:  map[string]*syntax.Node{"count": countObject(numberOf(i, n.Place), n.Place)},
			})
		}
		return out
	}
	x, ok := b.argument("for_each")
	if !ok {
		return keys{list: []instanceKey{{}}}
	}
	n := e.value(x, s)
	out := keys{form: eachForm, at: n.Place, origins: n.Origin}
	list, ok := pairs(n)
	if !ok || len(list) > maxInstances {
		out.unknown = true
		return out
	}
	for _, p := range list {
		k, value := p.key, p.value
		if n.Kind == syntax.Array {
			k = key(p.value) // a set, whose elements are their keys
		}
		if k == nil || isHole(k) {
			out.unknown = true
			continue
		}
		if n.Kind == syntax.Array {
			value = k
		}
		out.list = append(out.list, instanceKey{
			suffix: "[" + quote(k.Value) + "]",
			names:  map[string]*syntax.Node{"each": eachObject(k, value, k.Place)},
		})
	}
	return out
}

// quote writes a string as Terraform does in addresses.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{").Replace(s) + `"`
}

// countObject and eachObject are what the names count and each stand for.
func countObject(index *syntax.Node, at syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.Object, Place: at, Fields: []syntax.Field{{Key: stringOf("index", at), Value: index}}}
}

func eachObject(key, value *syntax.Node, at syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.Object, Place: at, Fields: []syntax.Field{{Key: stringOf("key", at), Value: key}, {Key: stringOf("value", at), Value: value}}}
}

// unknownKey stands for the instances of which nothing is known.
func (e *evaluator) unknownKey(k keys) instanceKey {
	out := instanceKey{unknown: true, names: map[string]*syntax.Node{}}
	if k.form == countForm {
		out.names["count"] = countObject(unknown("count.index", k.at), k.at)
		return out
	}
	out.names["each"] = eachObject(unknown("each.key", k.at), unknown("each.value", k.at), k.at)
	return out
}

// all are the instances, the one for those that are not known last.
func (e *evaluator) all(k keys) []instanceKey {
	if !k.unknown {
		return k.list
	}
	return append(slices.Clip(k.list), e.unknownKey(k))
}

// A site is one instance of a resource.
type site struct {
	in     *instance
	d      *declaration
	key    instanceKey
	opened map[string]bool // variables whose defaults are set aside for it
}

func (s *site) address() string { return s.in.named(s.d.kind + "." + s.d.name + s.key.suffix) }

func (s *site) scope() *scope {
	return (&scope{in: s.in}).with(s.key.names)
}

// maxOpened is how often defaults are set aside for a block.
const maxOpened = 8

// possible are the instances that a block has on any course. Where the defaults
// of variables leave it out, it is read as where they are set otherwise: that is
// what it is written for. They are then in opened.
func (e *evaluator) possible(b body, s *scope, opened map[string]bool) (list []instanceKey, with map[string]bool) {
	with = opened
	for range maxOpened {
		var defaults []source.Span
		seen := map[string]bool{}
		e.within(with, func() {
			e.explore(maxCourses, func() {
				k := e.keys(b, s)
				defaults = origins(defaults, k.origins)
				for _, one := range e.all(k) {
					if !seen[one.suffix] && len(list) < maxInstances {
						seen[one.suffix] = true
						list = append(list, one)
					}
				}
			})
		})
		if len(list) > 0 {
			break
		}
		more := e.open(s.in.root(), with, defaults)
		if more == nil {
			break
		}
		with = more
	}
	return list, with
}

// within works something out with the defaults of some variables set aside.
func (e *evaluator) within(opened map[string]bool, f func()) {
	outer, epoch := e.opened, e.epoch
	e.opened, e.epoch = opened, e.epochOf(opened)
	f()
	e.opened, e.epoch = outer, epoch
}

// epochOf numbers the sets of variables whose defaults are set aside: what was
// worked out with one of them counts again with the same one.
func (e *evaluator) epochOf(opened map[string]bool) int {
	names := strings.Join(slices.Sorted(maps.Keys(opened)), " ")
	if _, ok := e.epochs[names]; !ok {
		e.epochs[names] = len(e.epochs)
	}
	return e.epochs[names]
}

// open sets aside the defaults of the variables of the root that are written at
// some places; nil when there are none that were not.
func (e *evaluator) open(root *instance, opened map[string]bool, defaults []source.Span) map[string]bool {
	out := map[string]bool{}
	for name := range opened {
		out[name] = true
	}
	for name, d := range root.module.variables {
		if x, ok := d.body.argument("default"); ok && slices.Contains(defaults, x.span()) {
			out[name] = true
		}
	}
	if len(out) == len(opened) {
		return nil
	}
	return out
}

// calls are the instances of a module that is called.
type calls struct {
	unread bool // its configuration is not read
	list   []*instance
}

func (c *calls) instance(suffix string) *instance {
	for _, i := range c.list {
		if i.key.suffix == suffix {
			return i
		}
	}
	return nil
}

// maxModules is how deep modules may call one another.
const maxModules = 16

// called returns the instances of a module that is called, made at the first
// time.
func (e *evaluator) called(i *instance, d *declaration) *calls {
	if c, ok := i.calls[d.name]; ok {
		return c
	}
	c := &calls{unread: true}
	i.calls[d.name] = c
	m, model := e.source(i, d)
	if m == nil || i.depth >= maxModules {
		if from, ok := e.sourceText(i, d); ok && mayHoldEndpoints(from) || !ok && mayHoldEndpoints(d.name) {
			e.result.Unread = append(e.result.Unread, i.named("module."+d.name))
		}
		return c
	}
	list, opened := e.possible(d.body, &scope{in: i}, i.opened)
	c.unread = false
	if len(list) > 0 && !slices.Contains(e.result.Called, m.dir) {
		e.result.Called = append(e.result.Called, m.dir)
	}
	for _, k := range list {
		if !e.another(d) {
			break
		}
		c.list = append(c.list, &instance{
			module: m, parent: i, call: d, key: k, model: model,
			scope:   (&scope{in: i}).with(k.names),
			address: i.named("module." + d.name + k.suffix),
			memos:   map[string]*memo{}, calls: map[string]*calls{},
			opened: opened, depth: i.depth + 1,
		})
	}
	return c
}

// there reports whether an instance of a block exists on the course, and the
// defaults that say so.
func (e *evaluator) there(b body, s *scope, suffix string) (bool, []source.Span) {
	k := e.keys(b, s)
	for _, one := range e.all(k) {
		if one.suffix == suffix {
			return true, nil
		}
	}
	// What is not worked out any more may be there.
	return e.steps > maxSteps, k.origins
}

// exists reports whether a resource exists on the course, with all modules that
// it stands in.
func (e *evaluator) exists(s *site) (bool, []source.Span) {
	for i := s.in; i.parent != nil; i = i.parent {
		if ok, from := e.there(i.call.body, &scope{in: i.parent}, i.key.suffix); !ok {
			return false, from
		}
	}
	return e.there(s.d.body, &scope{in: s.in}, s.key.suffix)
}

// another counts an instance of a block. It reports false when there are too many,
// and says so once.
func (e *evaluator) another(d *declaration) bool {
	if e.instances++; e.instances == maxExpanded+1 {
		e.problem("the configuration has more than "+strconv.Itoa(maxExpanded)+" modules and endpoints: not all of them are read", d.at)
	}
	return e.instances <= maxExpanded
}

// sites are the instances of the resources of some kinds in a module and in those
// that it calls.
func (e *evaluator) sites(i *instance, found func(*site)) {
	for _, d := range i.module.order {
		switch d.kind {
		case endpointType, policyType:
			list, opened := e.possible(d.body, &scope{in: i}, i.opened)
			for _, k := range list {
				if e.another(d) {
					found(&site{in: i, d: d, key: k, opened: opened})
				}
			}
		case "":
			if !e.matters(i, d) {
				continue
			}
			for _, child := range e.called(i, d).list {
				e.sites(child, found)
			}
		}
	}
}
