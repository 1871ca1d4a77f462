package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// truth decides a condition. What decides without an answer goes first: of two
// of which one is enough, the one that is known.
func (e *evaluator) truth(x hclsyntax.Expression, t *text, s *scope) decision {
	switch x := x.(type) {
	case *hclsyntax.ParenthesesExpr:
		return e.truth(x.Expression, t, s)
	case *hclsyntax.TemplateWrapExpr:
		return e.truth(x.Wrapped, t, s)
	case *hclsyntax.UnaryOpExpr:
		if x.Op == hclsyntax.OpLogicalNot {
			d := e.truth(x.Val, t, s)
			d.truth = d.truth.not()
			return d
		}
	case *hclsyntax.BinaryOpExpr:
		if !e.step(t.at(x.SrcRange)) || e.depth >= maxNested {
			return decision{}
		}
		e.depth++
		defer func() { e.depth-- }()
		switch x.Op {
		case hclsyntax.OpLogicalAnd:
			return e.either(x, t, s, no)
		case hclsyntax.OpLogicalOr:
			return e.either(x, t, s, yes)
		case hclsyntax.OpEqual, hclsyntax.OpNotEqual:
			return e.equality(x, t, s)
		}
	}
	return e.holds(e.eval(x, t, s))
}

// either decides a condition of two of which one that is as decisive says is
// enough.
func (e *evaluator) either(x *hclsyntax.BinaryOpExpr, t *text, s *scope, decisive truth) decision {
	asking := e.course.asking
	e.course.asking = false
	a := e.truth(x.LHS, t, s)
	b := decision{}
	if a.truth != decisive {
		b = e.truth(x.RHS, t, s)
	}
	e.course.asking = asking
	if a.truth == undecided && b.truth != decisive {
		a = e.truth(x.LHS, t, s)
	}
	if b.truth == undecided && a.truth != decisive {
		b = e.truth(x.RHS, t, s)
	}
	from := origins(a.origins, b.origins)
	switch {
	case a.truth == decisive:
		return a
	case b.truth == decisive:
		return b
	case a.truth == undecided || b.truth == undecided:
		return decision{undecided, from}
	}
	return decision{decisive.not(), from}
}

func (e *evaluator) equality(x *hclsyntax.BinaryOpExpr, t *text, s *scope) decision {
	a, b := e.eval(x.LHS, t, s), e.eval(x.RHS, t, s)
	written := t.written(x.LHS.Range()) + " == " + t.written(x.RHS.Range())
	d := e.same(a, b, s.in.named(written))
	if x.Op == hclsyntax.OpNotEqual {
		d.truth = d.truth.not()
	}
	return d
}

func (e *evaluator) binary(x *hclsyntax.BinaryOpExpr, t *text, s *scope) *syntax.Node {
	at := t.at(x.SrcRange)
	switch x.Op {
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr, hclsyntax.OpEqual, hclsyntax.OpNotEqual:
		d := e.truth(x, t, s)
		if d.truth == undecided {
			n := e.hole(x.SrcRange, t, s)
			n.Origin = d.origins
			return n
		}
		n := booleanOf(d.truth == yes, at)
		n.Origin = d.origins
		return n
	}
	a, b := e.eval(x.LHS, t, s), e.eval(x.RHS, t, s)
	if isError(a) || isError(b) {
		return derived(failed(t.written(x.SrcRange), at), a, b)
	}
	left, known := number(a)
	right, also := number(b)
	if !known || !also {
		if e.whole(a) && e.whole(b) {
			return derived(failed(t.written(x.SrcRange), at), a, b)
		}
		return derived(e.hole(x.SrcRange, t, s), a, b)
	}
	v, err := x.Op.Impl.Call([]cty.Value{left, right})
	if err != nil || v.Type() == cty.Number && v.AsBigFloat().IsInf() {
		return derived(failed(t.written(x.SrcRange), at), a, b)
	}
	return derived(fromCty(v, at), a, b)
}

// number is a number, or text that is one.
func number(n *syntax.Node) (cty.Value, bool) {
	text, ok := n.Literal()
	if !ok || n.Kind == syntax.Boolean || len(text) > maxDigits {
		return cty.NilVal, false
	}
	v, err := convert.Convert(cty.StringVal(text), cty.Number)
	return v, err == nil
}

// maxDigits bounds the numbers that are worked with.
const maxDigits = 512

func (e *evaluator) unary(x *hclsyntax.UnaryOpExpr, t *text, s *scope) *syntax.Node {
	at := t.at(x.SrcRange)
	if x.Op == hclsyntax.OpLogicalNot {
		d := e.truth(x, t, s)
		if d.truth == undecided {
			n := e.hole(x.SrcRange, t, s)
			n.Origin = d.origins
			return n
		}
		n := booleanOf(d.truth == yes, at)
		n.Origin = d.origins
		return n
	}
	a := e.eval(x.Val, t, s)
	v, ok := number(a)
	if !ok {
		return derived(e.hole(x.SrcRange, t, s), a)
	}
	v, err := x.Op.Impl.Call([]cty.Value{v})
	if err != nil {
		return failed(t.written(x.SrcRange), at)
	}
	return derived(fromCty(v, at), a)
}
