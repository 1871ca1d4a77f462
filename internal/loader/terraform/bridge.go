package terraform

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// bridged works a function out over cty's values, which know neither holes nor
// places: of what is not known the call is a hole.
func (c *call) bridged() (out *syntax.Node) {
	f, ok := library(c.name)
	if !ok {
		return c.unknown()
	}
	// A function of the library must not take the process with it.
	defer func() {
		if recover() != nil {
			out = c.refused()
		}
	}()
	args := make([]cty.Value, len(c.args))
	params, variadic := f.Params(), f.VarParam()
	size := 0
	for i, n := range c.args {
		if !c.whole(n) {
			return c.unknown()
		}
		size += n.Length()
		v := c.toCty(n)
		var p *function.Parameter
		switch {
		case i < len(params):
			p = &params[i]
		case variadic != nil:
			p = variadic
		default:
			return c.refused()
		}
		if v.IsNull() && !p.AllowNull {
			return c.refused()
		}
		v, err := convert.Convert(v, p.Type)
		if err != nil {
			return c.refused()
		}
		args[i] = v
	}
	if size > syntax.MaxText || c.heavy(args) {
		return c.unknown()
	}
	v, err := f.Call(args)
	if err != nil {
		return c.refused()
	}
	if v.IsMarked() || !v.IsWhollyKnown() {
		return c.unknown()
	}
	return derived(fromCty(v, c.at), c.args...)
}

// heavy reports whether the result of a function would be far larger than its
// arguments.
func (c *call) heavy(args []cty.Value) bool {
	const most = 100_000
	large := func(v cty.Value) bool {
		if v.IsNull() || v.Type() != cty.Number {
			return false
		}
		f, _ := v.AsBigFloat().Float64()
		return f > most || f < -most
	}
	switch c.name {
	case "range", "indent", "format", "formatlist", "pow":
		for _, v := range args {
			if large(v) {
				return true
			}
			if v.Type().IsTupleType() || v.Type().IsListType() {
				continue
			}
			// A width in a format is a number of spaces.
			if v.Type() == cty.String && !v.IsNull() && (c.name == "format" || c.name == "formatlist") && hasWidth(v.AsString()) {
				return true
			}
		}
	case "parseint":
		return len(args) > 0 && args[0].Type() == cty.String && !args[0].IsNull() && len(args[0].AsString()) > maxDigits
	}
	return false
}

// hasWidth reports whether a text holds a number of more than three digits after
// a percent sign.
func hasWidth(text string) bool {
	verb, digits := false, 0
	for _, r := range text {
		switch {
		case r == '%':
			verb, digits = true, 0
		case verb && r >= '0' && r <= '9':
			if digits++; digits > 3 {
				return true
			}
		case verb && (r == '.' || r == '-' || r == '+' || r == ' ' || r == '#' || r == '[' || r == ']' || r == '*'):
			digits = 0
		default:
			verb = false
		}
	}
	return false
}

// toCty is a value without holes for cty.
func (e *evaluator) toCty(n *syntax.Node) cty.Value {
	switch n.Kind {
	case syntax.Boolean:
		return cty.BoolVal(n.Value == "true")
	case syntax.Number:
		if v, ok := number(n); ok {
			return v
		}
		return cty.StringVal(n.Value)
	case syntax.String:
		text, _ := n.Literal()
		return cty.StringVal(text)
	case syntax.Array:
		items := make([]cty.Value, len(n.Items))
		for i, item := range n.Items {
			items[i] = e.toCty(item)
		}
		if len(items) == 0 {
			return cty.EmptyTupleVal
		}
		tuple := cty.TupleVal(items)
		if n.Tag == tagSet {
			if set, err := convert.Convert(tuple, cty.Set(cty.DynamicPseudoType)); err == nil {
				return set
			}
		}
		return tuple
	case syntax.Object:
		fields := make(map[string]cty.Value, len(n.Fields))
		for _, f := range n.Fields {
			fields[f.Key.Value] = e.toCty(f.Value)
		}
		return cty.ObjectVal(fields)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// fromCty is a known value of cty at a place.
func fromCty(v cty.Value, at syntax.Place) *syntax.Node {
	t := v.Type()
	switch {
	case v.IsNull():
		return nullAt(at)
	case t == cty.String:
		return stringOf(v.AsString(), at)
	case t == cty.Number:
		return &syntax.Node{Kind: syntax.Number, Value: numberText(v), Place: at}
	case t == cty.Bool:
		return booleanOf(v.True(), at)
	case t.IsListType(), t.IsSetType(), t.IsTupleType():
		out := listOf([]*syntax.Node{}, at)
		if t.IsSetType() {
			out.Tag = tagSet
		}
		for it := v.ElementIterator(); it.Next(); {
			_, item := it.Element()
			out.Items = append(out.Items, fromCty(item, at))
		}
		return out
	case t.IsMapType(), t.IsObjectType():
		out := &syntax.Node{Kind: syntax.Object, Fields: []syntax.Field{}, Place: at}
		for it := v.ElementIterator(); it.Next(); {
			k, item := it.Element()
			out.Fields = append(out.Fields, syntax.Field{Key: stringOf(k.AsString(), at), Value: fromCty(item, at)})
		}
		return out
	}
	return unknown("a value of the type "+t.FriendlyName(), at)
}
