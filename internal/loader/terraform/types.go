package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// converted is a value as the type of its variable makes it (Terraform
// documentation, "Type Constraints"): attributes that are left out have their
// defaults, and those that the type does not have are dropped.
func (e *evaluator) converted(n *syntax.Node, x expression, at syntax.Place) *syntax.Node {
	if x.json != nil {
		if x = e.typeText(x.json); x.absent() {
			return n
		}
	}
	return e.convert(n, x.hcl, x.text, at)
}

// typeText parses a type that is written in a string, as JSON has it.
func (e *evaluator) typeText(n *syntax.Node) expression {
	text, ok := n.Literal()
	if !ok || guarded([]byte(text), false) != nil {
		return expression{}
	}
	x, diagnostics := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return expression{}
	}
	return expression{hcl: x, text: stringText(n, text)}
}

func (e *evaluator) convert(n *syntax.Node, x hclsyntax.Expression, t *text, at syntax.Place) *syntax.Node {
	if !e.step(at) {
		return unknown(tooLarge, at)
	}
	if call, ok := x.(*hclsyntax.FunctionCallExpr); ok && len(call.Args) > 0 {
		return e.convertTo(n, call, t, at)
	}
	text, ok := n.Literal()
	if !ok {
		return n
	}
	out := *n
	switch hcl.ExprAsKeyword(x) {
	case "string":
		if n.Kind != syntax.String {
			out.Kind = syntax.String
			out.Place = bareAt{n.Place}
			return &out
		}
	case "number":
		if _, ok := number(n); ok && n.Kind == syntax.String {
			out.Kind, out.Value, out.Parts = syntax.Number, text, nil
			return &out
		}
	case "bool":
		if n.Kind == syntax.String && (text == "true" || text == "false") {
			out.Kind, out.Value, out.Parts = syntax.Boolean, text, nil
			return &out
		}
	}
	return n
}

func (e *evaluator) convertTo(n *syntax.Node, x *hclsyntax.FunctionCallExpr, t *text, at syntax.Place) *syntax.Node {
	out := *n
	switch {
	case x.Name == "optional":
		return e.convert(n, x.Args[0], t, at)
	case (x.Name == "list" || x.Name == "set") && n.Kind == syntax.Array:
		out.Tag, out.Items = "", make([]*syntax.Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = e.convert(item, x.Args[0], t, at)
		}
		if x.Name == "set" {
			return e.set(&out)
		}
		return &out
	case x.Name == "map" && n.Kind == syntax.Object:
		out.Fields = make([]syntax.Field, len(n.Fields))
		for i, f := range n.Fields {
			out.Fields[i] = syntax.Field{Key: f.Key, Value: e.convert(f.Value, x.Args[0], t, at)}
		}
		return &out
	case x.Name == "tuple" && n.Kind == syntax.Array:
		types, ok := x.Args[0].(*hclsyntax.TupleConsExpr)
		if !ok || len(types.Exprs) != len(n.Items) {
			return n
		}
		out.Items = make([]*syntax.Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = e.convert(item, types.Exprs[i], t, at)
		}
		return &out
	case x.Name == "object" && n.Kind == syntax.Object:
		if types, ok := x.Args[0].(*hclsyntax.ObjectConsExpr); ok {
			return e.convertObject(n, types, t, at)
		}
	}
	return n
}

func (e *evaluator) convertObject(n *syntax.Node, types *hclsyntax.ObjectConsExpr, t *text, at syntax.Place) *syntax.Node {
	out := *n
	out.Fields = []syntax.Field{}
	known := map[string]hclsyntax.Expression{}
	for _, item := range types.Items {
		if name, ok := e.eval(item.KeyExpr, t, &scope{}).Literal(); ok {
			known[name] = item.ValueExpr
		}
	}
	given := map[string]bool{}
	open := false
	for _, f := range n.Fields {
		if isHole(f.Key) {
			open = true
			out.Fields = append(out.Fields, f)
			continue
		}
		x, ok := known[f.Key.Value]
		if !ok {
			continue
		}
		value := e.convert(f.Value, x, t, at)
		if value.Kind == syntax.Null {
			if fallback := e.fallback(x, t); fallback != nil {
				value = fallback
			}
		}
		given[f.Key.Value] = true
		out.Fields = append(out.Fields, syntax.Field{Key: f.Key, Value: value})
	}
	if open {
		return &out
	}
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if given[name] {
			continue
		}
		if call, ok := known[name].(*hclsyntax.FunctionCallExpr); !ok || call.Name != "optional" {
			continue
		}
		value := e.fallback(known[name], t)
		if value == nil {
			value = nullAt(n.Place)
		}
		out.Fields = append(out.Fields, syntax.Field{Key: stringOf(name, n.Place), Value: value})
	}
	return &out
}

// fallback is the default of an optional attribute; nil when it has none.
func (e *evaluator) fallback(x hclsyntax.Expression, t *text) *syntax.Node {
	call, ok := x.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "optional" || len(call.Args) != 2 {
		return nil
	}
	value := e.eval(call.Args[1], t, &scope{})
	return e.convert(value, call.Args[0], t, value.Place)
}
