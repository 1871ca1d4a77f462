package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// document is the policy of a resource, and why it is not known where it is not.
func (r *reader) document(one *resource) (n *syntax.Node, why string) {
	r.begin()
	if n := given(one.values.Get("policy")); n != nil {
		return n, ""
	}
	expression := one.argument("policy")
	if expression == nil && one.config != nil {
		return nil, "" // AWS attaches its default
	}
	return r.policy(one.place(), expression, maxDocuments)
}

// policy is the policy that an expression is once it is applied.
func (r *reader) policy(p place, expression *syntax.Node, depth int) (n *syntax.Node, why string) {
	list := r.follow(p, expression, false)
	why = "it is known only after apply"
	if len(list) > 0 {
		why += ": " + refs(list)
	} else if !r.spent() && len(r.changes) > 0 && (expression.Get("references") != nil || expression.Get("constant_value") != nil) {
		// With all that it comes from known, only null is not in the plan: the
		// provider says then what AWS attaches.
		return nil, ""
	}
	if len(list) != 1 || len(list[0].addresses) != 1 || depth == 0 {
		return nil, why
	}
	o := list[0]
	switch {
	case o.kind == documentType && (o.attribute == "json" || o.attribute == "minified_json" || o.attribute == ""):
		if n := r.rebuilt(o, depth); n != nil {
			return n, ""
		}
	case (o.kind == endpointType || o.kind == policyType) && o.attribute == "policy":
		name, _, _ := strings.Cut(strings.TrimPrefix(o.addresses[0], within(o.place.module.address, "")), "[")
		if inner := o.place.module.resource(name).Get("expressions").Get("policy"); inner != nil {
			return r.policy(o.place, inner, depth-1)
		}
	}
	return nil, why
}

// rebuilt is the document of a data source that the apply reads: of its arguments
// the plan has what is known. It is written as the provider does (documentation of
// the provider hashicorp/aws, "Data Source: aws_iam_policy_document"). It is nil when
// the plan does not have them, or when what is not known may be all of it.
func (r *reader) rebuilt(o origin, depth int) *syntax.Node {
	change := r.changes[o.addresses[0]].Get("change")
	after, unknown := change.Get("after"), change.Get("after_unknown")
	if after == nil || after.Kind != syntax.Object || !r.step(1) {
		return nil
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(o.addresses[0], within(o.place.module.address, "")), "[")
	d := &document{
		reader: r, place: o.place, at: syntax.At(after.Span()), name: o.addresses[0], depth: depth,
		expressions: o.place.module.resource(name).Get("expressions"), numbers: map[string]int{},
	}
	for _, source := range []string{"source_json", "source_policy_documents"} {
		d.texts(source, after.Get(source), unknown.Get(source))
	}
	version := given(after.Get("version"))
	if version == nil {
		version = at("2012-10-17", d.at)
	}
	d.upgrade(version)
	if truth(unknown.Get("version")) {
		d.version = d.hole(d.place, d.expressions.Get("version"), d.name+".version", d.at)
	}
	d.blocks(after.Get("statement"), unknown.Get("statement"))
	d.overriding = true
	for _, override := range []string{"override_policy_documents", "override_json"} {
		d.texts(override, after.Get(override), unknown.Get(override))
	}
	if d.lost || r.spent() {
		return nil
	}
	out := &syntax.Node{Kind: syntax.Object, Place: d.at}
	d.set(out, "Version", d.version, d.at)
	if id := given(after.Get("policy_id")); id != nil {
		d.set(out, "Id", id, d.at)
	}
	if len(d.statements) > 0 {
		d.set(out, "Statement", &syntax.Node{Kind: syntax.Array, Items: d.statements, Place: d.at}, d.at)
	}
	return out
}

// A document is a data source that is written out.
type document struct {
	*reader
	place       place
	at          syntax.Place
	name        string       // its address
	expressions *syntax.Node // its arguments as configured
	depth       int
	version     *syntax.Node
	statements  []*syntax.Node
	overriding  bool
	// lost says that a document which is not known may replace any statement.
	lost bool
	// numbers counts the values that come from the same: they need not be equal.
	numbers map[string]int
}

func (d *document) set(n *syntax.Node, name string, value *syntax.Node, place syntax.Place) {
	n.Fields = append(n.Fields, syntax.Field{Key: at(name, place), Value: value})
}

// upgrade takes the later version of two.
func (d *document) upgrade(version *syntax.Node) {
	old, known := d.version.Literal()
	now, also := version.Literal()
	if d.version == nil || known && also && now > old {
		d.version = version
	}
}

// add takes a statement in: in the place of one of the same sid.
func (d *document) add(n *syntax.Node) {
	sid, ok := n.Get("Sid").Literal()
	if ok && sid != "" {
		for i, before := range d.statements {
			if other, ok := before.Get("Sid").Literal(); ok && other == sid {
				d.statements[i] = n
				return
			}
		}
	}
	d.statements = append(d.statements, n)
}

// texts takes in the documents that an argument gives as JSON text. Those that are
// not known come, in their order, from what the configuration names.
func (d *document) texts(name string, n, unknown *syntax.Node) {
	list := []*syntax.Node{n}
	if n != nil && n.Kind == syntax.Array {
		list = n.Items
	}
	var missing []int
	for i := range list {
		if truth(part(unknown, i)) {
			missing = append(missing, i)
		}
	}
	from := d.follow(d.place, d.expressions.Get(name), false)
	for i, text := range list {
		value := d.parsed(text)
		if k := slices.Index(missing, i); k >= 0 {
			value = nil
			if len(from) == len(missing) && from[k].kind == documentType && len(from[k].addresses) == 1 && d.depth > 0 {
				value = d.rebuilt(from[k], d.depth-1)
			}
		} else if given(text) == nil {
			continue
		} else if blank, ok := text.Literal(); ok && strings.TrimSpace(blank) == "" {
			continue
		}
		d.merge(value, name)
	}
}

// parsed is the object that a text is the JSON of; nil when it is none.
func (d *document) parsed(text *syntax.Node) *syntax.Node {
	if text == nil || text.Kind != syntax.String {
		return nil
	}
	values, _, problem := syntax.ParseString(text)
	if problem != nil || len(values) != 1 || values[0].Kind != syntax.Object {
		return nil
	}
	return values[0]
}

// merge takes in a document; nil for one that is not known.
func (d *document) merge(value *syntax.Node, name string) {
	if value == nil {
		// What it is may take the place of any statement with a sid.
		d.lost = d.lost || d.overriding && slices.ContainsFunc(d.statements, func(n *syntax.Node) bool { return n.Get("Sid") != nil })
		d.statements = append(d.statements, d.hole(d.place, d.expressions.Get(name), d.name+"."+name, d.at))
		return
	}
	if version := value.Get("Version"); version != nil {
		d.upgrade(version)
	}
	switch statements := value.Get("Statement"); {
	case statements == nil:
	case statements.Kind == syntax.Array:
		for _, one := range statements.Items {
			d.add(one)
		}
	default:
		d.add(statements)
	}
}

// blocks takes in the statement blocks. The configuration does not have those that
// are made by dynamic ones.
func (d *document) blocks(list, unknown *syntax.Node) {
	if list == nil || list.Kind != syntax.Array {
		if truth(unknown) {
			d.statements = append(d.statements, d.hole(d.place, d.expressions.Get("statement"), d.name+".statement", d.at))
		}
		return
	}
	written := d.expressions.Get("statement")
	for i, n := range list.Items {
		if !d.step(1) {
			return
		}
		b := block{document: d, n: n, unknown: part(unknown, i), name: fmt.Sprintf("%s.statement[%d]", d.name, i)}
		if written != nil && len(written.Items) == len(list.Items) {
			b.expressions = written.Items[i]
		}
		d.add(b.statement())
	}
}

// part is what is not known of an item of a list.
func part(unknown *syntax.Node, i int) *syntax.Node {
	if unknown != nil && unknown.Kind == syntax.Array {
		if i < len(unknown.Items) {
			return unknown.Items[i]
		}
		return nil
	}
	return unknown
}

// numbered is a hole that is none of those before it, unless the values of both are
// sure to be the same.
func (d *document) numbered(n *syntax.Node, same bool) *syntax.Node {
	d.numbers[n.Hole.Ref]++
	if count := d.numbers[n.Hole.Ref]; count > 1 && !same {
		n.Hole.Ref = fmt.Sprintf("%s (%d)", n.Hole.Ref, count)
	}
	return n
}

// whole reports whether a value that comes from a reference is that as a whole: the
// ids of networks and endpoints, and the ARNs of principals, are no part of others.
func whole(n *syntax.Node, argument string) bool {
	if n.Hole.Kind != policy.OwnResource {
		return false
	}
	switch argument {
	case "resources", "not_resources":
		return false
	case "identifiers":
		return strings.HasSuffix(n.Hole.Ref, ".arn")
	}
	return strings.HasSuffix(n.Hole.Ref, ".id")
}
