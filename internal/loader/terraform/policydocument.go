package terraform

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// A written block is one that a body holds once its dynamic blocks are made, or,
// where these are not known, a hole for any number of them.
type written struct {
	body  body
	scope *scope
	at    syntax.Place
	hole  *syntax.Node
}

// written returns the blocks of a kind (Terraform documentation, "dynamic
// Blocks").
func (e *evaluator) written(b body, kind string, s *scope) []written {
	var list []written
	for _, one := range b.blocks(kind) {
		at := syntax.At(one.span)
		if one.dynamic == "" {
			list = append(list, written{body: one.body, scope: s, at: at})
			continue
		}
		x, ok := one.body.argument("for_each")
		content := one.body.blocks("content")
		if !ok || len(content) == 0 {
			continue
		}
		iterator := one.dynamic
		if named, ok := one.body.argument("iterator"); ok {
			iterator = named.keyword()
		}
		coll := e.value(x, s)
		elements, ok := pairs(coll)
		if !ok && coll.Kind != syntax.Null {
			list = append(list, written{at: at, hole: e.restAt(coll, x.span(), "for_each")})
			continue
		}
		for _, p := range elements {
			if !e.step(at) {
				list = append(list, written{at: at, hole: rest(unknown(tooLarge, at), tooLarge)})
				break
			}
			if isRest(p.value) || isHole(p.key) && coll.Kind == syntax.Object {
				list = append(list, written{at: at, hole: e.restAt(p.value, x.span(), "for_each")})
				continue
			}
			inner := s.with(map[string]*syntax.Node{iterator: eachObject(p.key, p.value, at)})
			list = append(list, written{body: content[0].body, scope: inner, at: at})
		}
	}
	return list
}

// policyDocument renders data.aws_iam_policy_document as the provider does
// (documentation of the provider hashicorp/aws, "Data Source:
// aws_iam_policy_document"), with the place of each value.
func (e *evaluator) policyDocument(r *site, s *scope, at syntax.Place) *syntax.Node {
	doc := &documents{evaluator: e, at: syntax.At(r.d.at)}
	ref := r.in.named(r.d.kind + "." + r.d.name + r.key.suffix + ".json")
	for _, name := range []string{"source_json", "source_policy_documents"} {
		doc.texts(r.d.body, name, s)
	}
	version := stringOf("2012-10-17", doc.at)
	if x, ok := r.d.body.argument("version"); ok {
		if n := e.value(x, s); n.Kind != syntax.Null {
			version = n
		}
	}
	doc.upgrade(version)
	if x, ok := r.d.body.argument("policy_id"); ok {
		if n := e.value(x, s); n.Kind != syntax.Null {
			doc.id = n
		}
	}
	for _, w := range e.written(r.d.body, "statement", s) {
		if w.hole != nil {
			doc.statements = append(doc.statements, w.hole)
			continue
		}
		doc.add(e.policyStatement(w))
	}
	doc.overriding = true
	for _, name := range []string{"override_policy_documents", "override_json"} {
		doc.texts(r.d.body, name, s)
	}
	if doc.lost {
		return unknown(ref, at)
	}
	out := &syntax.Node{Kind: syntax.Object, Place: doc.at, Fields: []syntax.Field{{Key: stringOf("Version", doc.at), Value: doc.version}}}
	if doc.id != nil {
		out.Fields = append(out.Fields, syntax.Field{Key: stringOf("Id", doc.at), Value: doc.id})
	}
	statements := listOf(doc.statements, doc.at)
	if len(doc.statements) > 0 {
		out.Fields = append(out.Fields, syntax.Field{Key: stringOf("Statement", doc.at), Value: statements})
	}
	return syntax.Encode(out, &syntax.Node{Place: at})
}

// documents are policy documents that are merged.
type documents struct {
	*evaluator
	at          syntax.Place
	version, id *syntax.Node
	statements  []*syntax.Node
	overriding  bool
	// lost says that a document which is not known may replace any statement.
	lost bool
}

// upgrade takes the later version of two.
func (d *documents) upgrade(version *syntax.Node) {
	if version == nil {
		return
	}
	if d.version == nil {
		d.version = version
		return
	}
	a, known := d.version.Literal()
	b, also := version.Literal()
	if !known || !also || b > a {
		d.version = version
	}
}

// add takes a statement in: in the place of one of the same sid.
func (d *documents) add(n *syntax.Node) {
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

// texts takes in the documents that an argument gives as JSON text.
func (d *documents) texts(b body, name string, s *scope) {
	x, ok := b.argument(name)
	if !ok {
		return
	}
	n := d.value(x, s)
	list := []*syntax.Node{n}
	if n.Kind == syntax.Array {
		list = n.Items
	}
	for _, text := range list {
		if text.Kind == syntax.Null {
			continue
		}
		if blank, ok := text.Literal(); ok && strings.TrimSpace(blank) == "" {
			continue
		}
		value := text.Encoded
		if value == nil && text.Kind == syntax.String {
			values, _, problem := syntax.ParseString(text)
			if problem == nil && len(values) == 1 {
				value = values[0]
			}
		}
		if value == nil || value.Kind != syntax.Object {
			// What it is may take the place of any statement with a sid.
			named := slices.ContainsFunc(d.statements, func(n *syntax.Node) bool { return n.Get("Sid") != nil })
			d.lost = d.lost || d.overriding && named
			d.statements = append(d.statements, d.restAt(text, x.span(), name))
			continue
		}
		d.upgrade(value.Get("Version"))
		if id := value.Get("Id"); id != nil {
			d.id = id
		}
		switch statements := value.Get("Statement"); {
		case statements == nil:
		case statements.Kind == syntax.Array:
			for _, one := range statements.Items {
				d.add(merging(one))
			}
		default:
			d.add(merging(statements))
		}
	}
}

// policyStatement renders a statement block.
func (e *evaluator) policyStatement(w written) *syntax.Node {
	out := &syntax.Node{Kind: syntax.Object, Place: w.at, Fields: []syntax.Field{}}
	field := func(name string, value *syntax.Node) {
		out.Fields = append(out.Fields, syntax.Field{Key: stringOf(name, w.at), Value: value})
	}
	get := func(argument string) *syntax.Node {
		x, ok := w.body.argument(argument)
		if !ok {
			return nil
		}
		n := e.value(x, w.scope)
		if n.Kind == syntax.Null {
			return nil
		}
		return n
	}
	if sid := get("sid"); sid != nil {
		if text, ok := sid.Literal(); !ok || text != "" {
			field("Sid", sid)
		}
	}
	if effect := get("effect"); effect != nil {
		field("Effect", effect)
	} else {
		field("Effect", stringOf("Allow", w.at))
	}
	for _, one := range [][2]string{{"NotAction", "not_actions"}, {"Action", "actions"}, {"NotResource", "not_resources"}, {"Resource", "resources"}} {
		n := get(one[1])
		if n == nil || n.Kind == syntax.Array && len(n.Items) == 0 {
			continue
		}
		if one[1] != "actions" && one[1] != "not_actions" {
			n = e.variables(n)
		}
		field(one[0], n)
	}
	for _, one := range [][2]string{{"NotPrincipal", "not_principals"}, {"Principal", "principals"}} {
		if n := e.principals(e.written(w.body, one[1], w.scope)); n != nil {
			field(one[0], n)
		}
	}
	if n := e.conditions(e.written(w.body, "condition", w.scope), w.at); n != nil {
		field("Condition", n)
	}
	return out
}

// variables puts the policy variables into a value: the provider takes &{…} for
// ${…}, which Terraform would take for its own.
func (e *evaluator) variables(n *syntax.Node) *syntax.Node {
	if !e.step(n.Place) {
		return n
	}
	switch n.Kind {
	case syntax.Array:
		out := *n
		out.Items = make([]*syntax.Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = e.variables(item)
		}
		return &out
	case syntax.String:
		out := *n
		out.Parts, out.Value = nil, ""
		changed := false
		for _, p := range n.Pieces() {
			if text := strings.ReplaceAll(p.Text, "&{", "${"); text != p.Text {
				p.Text, changed = text, true
			}
			out.Parts = append(out.Parts, p)
		}
		if changed {
			return &out
		}
	}
	return n
}

// principals renders the principals blocks of a statement; nil when there are
// none.
func (e *evaluator) principals(list []written) *syntax.Node {
	if len(list) == 0 {
		return nil
	}
	out := &syntax.Node{Kind: syntax.Object, Place: list[0].at, Fields: []syntax.Field{}}
	for _, w := range list {
		if w.hole != nil {
			return w.hole
		}
		x, ok := w.body.argument("type")
		ids, also := w.body.argument("identifiers")
		if !ok || !also {
			continue
		}
		kind := key(e.value(x, w.scope))
		n := e.variables(e.value(ids, w.scope))
		if kind == nil || isHole(kind) {
			return rest(e.value(x, w.scope), "type")
		}
		if kind.Value == "*" && len(list) == 1 && n.Kind == syntax.Array && len(n.Items) == 1 {
			if text, _ := n.Items[0].Literal(); text == "*" {
				return n.Items[0]
			}
		}
		out.Fields = grouped(out.Fields, kind, n)
	}
	return out
}

// grouped adds values to those of a name.
func grouped(fields []syntax.Field, name, values *syntax.Node) []syntax.Field {
	for i, f := range fields {
		if f.Key.Value != name.Value {
			continue
		}
		both := listOf(slices.Concat(items(f.Value), items(values)), f.Value.Place)
		fields[i].Value = both
		return fields
	}
	return append(fields, syntax.Field{Key: name, Value: values})
}

func items(n *syntax.Node) []*syntax.Node {
	if n.Kind == syntax.Array {
		return n.Items
	}
	return []*syntax.Node{n}
}

// conditions renders the condition blocks of a statement; nil when there are
// none.
func (e *evaluator) conditions(list []written, at syntax.Place) *syntax.Node {
	if len(list) == 0 {
		return nil
	}
	out := &syntax.Node{Kind: syntax.Object, Place: at, Fields: []syntax.Field{}}
	for _, w := range list {
		if w.hole != nil {
			return w.hole
		}
		test, ok := w.body.argument("test")
		variable, also := w.body.argument("variable")
		values, too := w.body.argument("values")
		if !ok || !also || !too {
			continue
		}
		operator, name := key(e.value(test, w.scope)), key(e.variables(e.value(variable, w.scope)))
		n := e.variables(e.value(values, w.scope))
		if operator == nil || name == nil || isHole(operator) || isHole(name) {
			return e.restAt(n, test.span(), "condition")
		}
		inner := out.Get(operator.Value)
		if inner == nil {
			inner = &syntax.Node{Kind: syntax.Object, Place: w.at}
			out.Fields = append(out.Fields, syntax.Field{Key: operator, Value: inner})
		}
		inner.Fields = grouped(inner.Fields, name, n)
	}
	return out
}

// merging is a statement as the provider reads it to merge it: of the values of a
// condition it takes texts, truths and lists, and drops a number.
func merging(n *syntax.Node) *syntax.Node {
	condition := n.Get("Condition")
	if condition == nil || condition.Kind != syntax.Object {
		return n
	}
	out, inner := *n, *condition
	inner.Fields = nil
	for _, operator := range condition.Fields {
		values := *operator.Value
		values.Fields = slices.DeleteFunc(slices.Clone(values.Fields), func(f syntax.Field) bool { return f.Value.Kind == syntax.Number })
		if values.Kind != syntax.Object || len(values.Fields) > 0 {
			inner.Fields = append(inner.Fields, syntax.Field{Key: operator.Key, Value: &values})
		}
	}
	out.Fields = slices.Clone(n.Fields)
	for i, f := range out.Fields {
		if f.Key.Value == "Condition" {
			out.Fields[i].Value = &inner
		}
	}
	return &out
}
