package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// value works out an expression. What is not known of it is a hole that is named
// as it is written. It is never nil.
func (e *evaluator) value(x expression, s *scope) *syntax.Node {
	if x.json != nil {
		return e.jsonValue(x.json, s)
	}
	return e.eval(x.hcl, x.text, s)
}

// tooLarge and tooDeep name what is not known because a limit is reached.
const (
	tooLarge = "a configuration that is too large to work out"
	tooDeep  = "values that hang on one another too deep"
)

func (e *evaluator) eval(x hclsyntax.Expression, t *text, s *scope) *syntax.Node {
	at := t.at(x.Range())
	if !e.step(at) {
		return unknown(tooLarge, at)
	}
	if e.depth >= maxNested {
		return unknown(tooDeep, at)
	}
	e.depth++
	defer func() { e.depth-- }()
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		return literalValue(x, t)
	case *hclsyntax.TemplateExpr:
		return e.template(x, t, s)
	case *hclsyntax.TemplateWrapExpr:
		return e.eval(x.Wrapped, t, s)
	case *hclsyntax.TemplateJoinExpr:
		return e.joined(x, t, s)
	case *hclsyntax.ParenthesesExpr:
		return e.eval(x.Expression, t, s)
	case *hclsyntax.ScopeTraversalExpr:
		return e.reference(steps(x.Traversal), t, x.SrcRange, s)
	case *hclsyntax.RelativeTraversalExpr:
		return e.follow(e.eval(x.Source, t, s), steps(x.Traversal), at)
	case *hclsyntax.IndexExpr:
		return e.index(x, t, s)
	case *hclsyntax.SplatExpr:
		return e.splat(x, t, s)
	case *hclsyntax.AnonSymbolExpr:
		if n := s.splatted(x); n != nil {
			return n
		}
	case *hclsyntax.FunctionCallExpr:
		return e.call(x, t, s)
	case *hclsyntax.ConditionalExpr:
		return e.conditional(x, t, s)
	case *hclsyntax.TupleConsExpr:
		list := listOf(make([]*syntax.Node, 0, len(x.Exprs)), at)
		for _, item := range x.Exprs {
			list.Items = append(list.Items, e.eval(item, t, s))
		}
		return list
	case *hclsyntax.ObjectConsExpr:
		return e.object(x, t, s)
	case *hclsyntax.ObjectConsKeyExpr:
		return e.objectKey(x, t, s)
	case *hclsyntax.ForExpr:
		return e.forEach(x, t, s)
	case *hclsyntax.BinaryOpExpr:
		return e.binary(x, t, s)
	case *hclsyntax.UnaryOpExpr:
		return e.unary(x, t, s)
	}
	return failed(t.written(x.Range()), at)
}

func literalValue(x *hclsyntax.LiteralValueExpr, t *text) *syntax.Node {
	r := x.Range()
	at := t.at(r)
	switch v := x.Val; {
	case v == cty.DynamicVal || !v.IsKnown():
		return failed(t.written(r), at)
	case v.IsNull():
		return nullAt(at)
	case v.Type() == cty.Bool:
		return booleanOf(v.True(), at)
	case v.Type() == cty.Number:
		return &syntax.Node{Kind: syntax.Number, Value: numberText(v), Place: at}
	default:
		span := at.Span()
		value := v.AsString()
		// A piece of text without quotes: of a heredoc or a template.
		return &syntax.Node{Kind: syntax.String, Value: value, Place: literal{t, r.Start.Byte, r.End.Byte, value, false, span}}
	}
}

func numberText(v cty.Value) string {
	s, err := convert.Convert(v, cty.String)
	if err != nil {
		return ""
	}
	return s.AsString()
}

// hole is what an expression is when it is not known.
func (e *evaluator) hole(x hcl.Range, t *text, s *scope) *syntax.Node {
	return unknown(s.in.named(t.written(x)), t.at(x))
}

func (e *evaluator) object(x *hclsyntax.ObjectConsExpr, t *text, s *scope) *syntax.Node {
	out := &syntax.Node{Kind: syntax.Object, Place: t.at(x.SrcRange), Fields: make([]syntax.Field, 0, len(x.Items))}
	names := make(map[string]bool, len(x.Items))
	for _, item := range x.Items {
		name := key(e.eval(item.KeyExpr, t, s))
		if name == nil {
			return failed(t.written(x.SrcRange), out.Place)
		}
		value := e.eval(item.ValueExpr, t, s)
		if isHole(name) || !names[name.Value] {
			out.Fields = append(out.Fields, syntax.Field{Key: name, Value: value})
		} else {
			out.Fields = put(out.Fields, name, value)
		}
		names[name.Value] = names[name.Value] || !isHole(name)
	}
	return out
}

// objectKey reads the key of an object: a word stands for itself.
func (e *evaluator) objectKey(x *hclsyntax.ObjectConsKeyExpr, t *text, s *scope) *syntax.Node {
	if !x.ForceNonLiteral {
		if word := hcl.ExprAsKeyword(x.Wrapped); word != "" {
			r := x.Wrapped.Range()
			return &syntax.Node{Kind: syntax.String, Value: word, Place: literal{t, r.Start.Byte, r.End.Byte, word, false, t.span(r.Start.Byte, r.End.Byte)}}
		}
	}
	return e.eval(x.Wrapped, t, s)
}

func (e *evaluator) conditional(x *hclsyntax.ConditionalExpr, t *text, s *scope) *syntax.Node {
	d := e.truth(x.Condition, t, s)
	switch d.truth {
	case yes:
		return e.stamped(e.eval(x.TrueResult, t, s), d.origins)
	case no:
		return e.stamped(e.eval(x.FalseResult, t, s), d.origins)
	}
	a, b := e.eval(x.TrueResult, t, s), e.eval(x.FalseResult, t, s)
	if e.whole(a) && e.whole(b) && e.alike(a, b) || isHole(a) && isHole(b) && a.Hole == b.Hole && a.Tag == b.Tag {
		return a
	}
	return e.hole(x.SrcRange, t, s)
}

// A pair is an element of a collection, with its key.
type pair struct{ key, value *syntax.Node }

// pairs are the elements of a collection in the order in which Terraform goes
// over them. It reports false for what is none. Holes of the tag rest stand for
// elements that are not known.
func pairs(n *syntax.Node) ([]pair, bool) {
	var list []pair
	switch n.Kind {
	case syntax.Array:
		known := true
		for i, item := range n.Items {
			k := item
			if n.Tag != tagSet {
				k = numberOf(i, item.Place)
				if known = known && !isRest(item); !known {
					k = unknown("an index", item.Place)
				}
			}
			list = append(list, pair{k, item})
		}
		return list, true
	case syntax.Object:
		for _, f := range sorted(n.Fields) {
			list = append(list, pair{f.Key, f.Value})
		}
		return list, true
	}
	return nil, false
}

func (e *evaluator) forEach(x *hclsyntax.ForExpr, t *text, s *scope) *syntax.Node {
	at := t.at(x.SrcRange)
	coll := e.eval(x.CollExpr, t, s)
	list, ok := pairs(coll)
	if !ok {
		if isHole(coll) && !isError(coll) {
			return derived(e.hole(x.SrcRange, t, s), coll)
		}
		return derived(failed(t.written(x.SrcRange), at), coll)
	}
	out := derived(&syntax.Node{Kind: syntax.Array, Items: []*syntax.Node{}, Place: at}, coll)
	if x.KeyExpr != nil {
		out.Kind, out.Items, out.Fields = syntax.Object, nil, []syntax.Field{}
	}
	given := map[string]bool{}
	for _, p := range list {
		if !e.step(at) {
			return unknown(tooLarge, at)
		}
		names := map[string]*syntax.Node{x.ValVar: p.value}
		if x.KeyVar != "" {
			names[x.KeyVar] = p.key
		}
		inner := s.with(names)
		open := isRest(p.value) || isHole(p.key) && coll.Kind == syntax.Object
		if open {
			// One unknown element stands for any number of them.
			e.forRest(out, x, t, s)
			continue
		}
		if x.CondExpr != nil {
			d := e.truth(x.CondExpr, t, inner)
			out.Origin = origins(out.Origin, d.origins)
			if d.truth == no {
				continue
			}
			if d.truth == undecided {
				e.forRest(out, x, t, s)
				continue
			}
		}
		if x.KeyExpr == nil {
			out.Items = append(out.Items, e.eval(x.ValExpr, t, inner))
			continue
		}
		name := key(e.eval(x.KeyExpr, t, inner))
		if name == nil {
			return failed(t.written(x.SrcRange), at)
		}
		value := e.eval(x.ValExpr, t, inner)
		if x.Group && !isHole(name) {
			if i := slices.IndexFunc(out.Fields, func(f syntax.Field) bool { return !isHole(f.Key) && f.Key.Value == name.Value }); i >= 0 {
				group := out.Fields[i].Value
				group.Items = append(group.Items, value)
				continue
			}
			value = listOf([]*syntax.Node{value}, value.Place)
		}
		if !isHole(name) && given[name.Value] {
			return failed(t.written(x.SrcRange), at)
		}
		given[name.Value] = !isHole(name)
		out.Fields = append(out.Fields, syntax.Field{Key: name, Value: value})
	}
	return out
}

// forRest adds what a loop may make besides.
func (e *evaluator) forRest(out *syntax.Node, x *hclsyntax.ForExpr, t *text, s *scope) {
	n := e.hole(x.SrcRange, t, s)
	n.Tag = tagRest
	if out.Kind == syntax.Array {
		out.Items = append(out.Items, n)
		return
	}
	out.Fields = append(out.Fields, syntax.Field{Key: n, Value: n})
}

// splat applies what follows [*] or .* to each element. A value that is no list
// is one of one element, and null is one of none.
func (e *evaluator) splat(x *hclsyntax.SplatExpr, t *text, s *scope) *syntax.Node {
	coll := e.eval(x.Source, t, s)
	at := t.at(x.SrcRange)
	var items []*syntax.Node
	switch {
	case isError(coll):
		return coll
	case coll.Kind == syntax.Null:
	case isHole(coll) && coll.Tag != tagResource:
		n := e.hole(x.SrcRange, t, s)
		n.Origin = coll.Origin
		return n
	case coll.Kind == syntax.Array:
		items = coll.Items
	default:
		items = []*syntax.Node{coll}
	}
	out := derived(listOf(make([]*syntax.Node, 0, len(items)), at), coll)
	for _, item := range items {
		if isRest(item) {
			n := e.hole(x.SrcRange, t, s)
			n.Tag = tagRest
			out.Items = append(out.Items, n)
			continue
		}
		inner := &scope{in: s.in, outer: s, names: map[string]*syntax.Node{"": item}, item: x.Item}
		out.Items = append(out.Items, e.eval(x.Each, t, inner))
	}
	return out
}
