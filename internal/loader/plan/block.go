package plan

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// A block is a block of a data source, of which a part may not be known.
type block struct {
	*document
	n, unknown  *syntax.Node
	expressions *syntax.Node // as configured; nil when not known
	name        string       // for people
}

// argument is an argument of a block: its value, or a hole where it is not known,
// or where a value of its list is not. It is nil where there is none.
func (b block) argument(name string) *syntax.Node {
	n, unknown := given(b.n.Get(name)), b.unknown.Get(name)
	expression := b.expressions.Get(name)
	if b.expressions != nil && b.expressions.Kind == syntax.Array {
		expression = b.expressions // several that may be meant
	}
	missing := func(at syntax.Place) *syntax.Node {
		hole := b.hole(b.place, expression, b.name+"."+name, at)
		return b.numbered(hole, whole(hole, name))
	}
	if n == nil || n.Kind != syntax.Array {
		if truth(unknown) {
			return missing(b.n.Place)
		}
		return n
	}
	out := *n
	out.Items = nil
	for i, item := range n.Items {
		if !b.step(1) {
			break
		}
		if truth(part(unknown, i)) {
			item = missing(item.Place)
		} else if item.Kind == syntax.Null {
			continue
		}
		out.Items = append(out.Items, item)
	}
	return &out
}

// inner are the blocks of a kind in a block. They are sets, so that the
// configuration has them in another order: those that are alike by some arguments
// are meant.
func (b block) inner(kind string, alike ...string) []block {
	list, unknown := b.n.Get(kind), b.unknown.Get(kind)
	if list == nil || list.Kind != syntax.Array {
		return nil
	}
	var out []block
	for i, n := range list.Items {
		one := block{document: b.document, n: n, unknown: part(unknown, i), name: b.name + "." + kind, expressions: b.expressions.Get(kind)}
		if one.expressions != nil && one.expressions.Kind == syntax.Array {
			same := slices.DeleteFunc(slices.Clone(one.expressions.Items), func(written *syntax.Node) bool {
				return slices.ContainsFunc(alike, func(name string) bool {
					want, known := written.Get(name).Get("constant_value").Literal()
					have, also := n.Get(name).Literal()
					return known && also && want != have
				})
			})
			if len(same) == 1 {
				one.expressions = same[0]
			}
		}
		out = append(out, one)
	}
	return out
}

// statement writes a statement block.
func (b block) statement() *syntax.Node {
	place := syntax.At(b.n.Span())
	out := &syntax.Node{Kind: syntax.Object, Place: place}
	if sid := b.argument("sid"); sid != nil && (sid.Kind == syntax.Hole || sid.Value != "" || sid.Parts != nil) {
		b.set(out, "Sid", sid, place)
	}
	effect := b.argument("effect")
	if effect == nil {
		effect = at("Allow", place)
	}
	b.set(out, "Effect", effect, place)
	for _, one := range [][2]string{{"Action", "actions"}, {"NotAction", "not_actions"}, {"Resource", "resources"}, {"NotResource", "not_resources"}} {
		n := b.argument(one[1])
		if n == nil || n.Kind == syntax.Array && len(n.Items) == 0 {
			continue
		}
		if strings.HasSuffix(one[1], "resources") {
			n = variables(n)
		}
		b.set(out, one[0], n, place)
	}
	for _, one := range [][2]string{{"Principal", "principals"}, {"NotPrincipal", "not_principals"}} {
		if n := b.principals(one[1]); n != nil {
			b.set(out, one[0], n, place)
		}
	}
	if n := b.conditions(); n != nil {
		b.set(out, "Condition", n, place)
	}
	return out
}

// principals writes the blocks of principals of a statement; nil when there are
// none.
func (b block) principals(kind string) *syntax.Node {
	list := b.inner(kind, "type")
	if len(list) == 0 {
		return b.unwritten(kind)
	}
	out := &syntax.Node{Kind: syntax.Object, Place: syntax.At(b.n.Get(kind).Span())}
	for _, one := range list {
		name, ids := one.argument("type"), one.argument("identifiers")
		if name == nil || ids == nil {
			continue
		}
		if name.Kind != syntax.String {
			return name
		}
		ids = variables(ids)
		if name.Value == "*" && len(list) == 1 && len(ids.Items) == 1 {
			if text, _ := ids.Items[0].Literal(); text == "*" {
				return ids.Items[0]
			}
		}
		out.Fields = grouped(out.Fields, name, ids)
	}
	return out
}

// unwritten is what stands for blocks of which nothing is known.
func (b block) unwritten(kind string) *syntax.Node {
	if !truth(b.unknown.Get(kind)) {
		return nil
	}
	return b.hole(b.place, b.expressions.Get(kind), b.name+"."+kind, b.n.Place)
}

// conditions writes the condition blocks of a statement; nil when there are none.
func (b block) conditions() *syntax.Node {
	list := b.inner("condition", "test", "variable")
	if len(list) == 0 {
		return b.unwritten("condition")
	}
	out := &syntax.Node{Kind: syntax.Object, Place: syntax.At(b.n.Get("condition").Span())}
	for _, one := range list {
		operator, name, values := one.argument("test"), one.argument("variable"), one.argument("values")
		if operator == nil || name == nil || values == nil {
			continue
		}
		for _, n := range []*syntax.Node{operator, name} {
			if n.Kind != syntax.String {
				return n
			}
		}
		inner := out.Get(operator.Value)
		if inner == nil {
			inner = &syntax.Node{Kind: syntax.Object, Place: syntax.At(one.n.Span())}
			out.Fields = append(out.Fields, syntax.Field{Key: operator, Value: inner})
		}
		inner.Fields = grouped(inner.Fields, variables(name), variables(values))
	}
	return out
}

// grouped adds values to those of a name.
func grouped(fields []syntax.Field, name, values *syntax.Node) []syntax.Field {
	for i, f := range fields {
		if f.Key.Value == name.Value {
			fields[i].Value = &syntax.Node{Kind: syntax.Array, Items: slices.Concat(items(f.Value), items(values)), Place: f.Value.Place}
			return fields
		}
	}
	return append(fields, syntax.Field{Key: name, Value: values})
}

func items(n *syntax.Node) []*syntax.Node {
	if n.Kind == syntax.Array {
		return n.Items
	}
	return []*syntax.Node{n}
}

// variables puts the policy variables into a value: the provider takes &{…} for
// ${…}, which Terraform would take for its own.
func variables(n *syntax.Node) *syntax.Node {
	out := *n
	switch n.Kind {
	case syntax.Array:
		out.Items = nil
		for _, item := range n.Items {
			out.Items = append(out.Items, variables(item))
		}
	case syntax.String:
		if n.Parts == nil && strings.Contains(n.Value, "&{") {
			out.Value = strings.ReplaceAll(n.Value, "&{", "${")
			out.Place = syntax.At(n.Span())
		}
	}
	return &out
}
