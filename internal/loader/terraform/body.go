package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// An expression is one that was parsed, in either syntax. The zero expression is
// none.
type expression struct {
	hcl  hclsyntax.Expression
	text *text // of hcl
	json *syntax.Node
}

func (x expression) absent() bool { return x.hcl == nil && x.json == nil }

func (x expression) span() source.Span {
	switch {
	case x.json != nil:
		return x.json.Span()
	case x.hcl != nil:
		r := x.hcl.Range()
		return x.text.span(r.Start.Byte, r.End.Byte)
	default:
		return source.Span{}
	}
}

// keyword is the expression where it is a name or a path of names with dots
// (aws.west), as meta-arguments take them; empty otherwise.
func (x expression) keyword() string {
	if x.json != nil {
		text, _ := x.json.Literal()
		return text
	}
	if x.hcl == nil {
		return ""
	}
	t, diagnostics := hcl.AbsTraversalForExpr(x.hcl)
	if diagnostics.HasErrors() {
		return ""
	}
	return steps(t).String()
}

// A body is the arguments and blocks of a block. Those of override files are
// layers over those of the others (Terraform documentation, "Override Files").
type body struct{ layers []layer }

// A layer is a block as it is written in one place.
type layer interface {
	argument(name string) (expression, bool)
	arguments() []string
	blocks(kind string) []block
}

// A block is one inside a body: of a kind, or a dynamic block that makes such.
type block struct {
	body    body
	dynamic string // the name of its iterator; empty for a block that is written out
	span    source.Span
}

// argument returns the value of an argument; false when it is not given.
func (b body) argument(name string) (expression, bool) {
	for _, l := range slices.Backward(b.layers) {
		if x, ok := l.argument(name); ok {
			return x, true
		}
	}
	return expression{}, false
}

func (b body) arguments() []string {
	var names []string
	for _, l := range b.layers {
		names = append(names, l.arguments()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// blocks returns the blocks of a kind, static and dynamic ones, as they are
// written.
func (b body) blocks(kind string) []block {
	for _, l := range slices.Backward(b.layers) {
		if list := l.blocks(kind); len(list) > 0 {
			return list
		}
	}
	return nil
}

// nativeLayer is a block of the native syntax.
type nativeLayer struct {
	body *hclsyntax.Body
	text *text
}

func (l nativeLayer) argument(name string) (expression, bool) {
	a, ok := l.body.Attributes[name]
	if !ok {
		return expression{}, false
	}
	return expression{hcl: a.Expr, text: l.text}, true
}

func (l nativeLayer) arguments() []string {
	var names []string
	for name := range l.body.Attributes {
		names = append(names, name)
	}
	return names
}

func (l nativeLayer) blocks(kind string) []block {
	var list []block
	for _, b := range l.body.Blocks {
		one := block{body: body{[]layer{nativeLayer{b.Body, l.text}}}, span: l.text.span(b.TypeRange.Start.Byte, b.CloseBraceRange.End.Byte)}
		switch {
		case b.Type == kind:
		case b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == kind:
			one.dynamic = kind
		default:
			continue
		}
		list = append(list, one)
	}
	return list
}

// jsonLayer is a block of the JSON syntax.
type jsonLayer struct{ object *syntax.Node }

func (l jsonLayer) argument(name string) (expression, bool) {
	n := l.object.Get(name)
	return expression{json: n}, n != nil
}

func (l jsonLayer) arguments() []string {
	var names []string
	for _, f := range l.object.Fields {
		if f.Key.Value != "//" {
			names = append(names, f.Key.Value)
		}
	}
	return names
}

func (l jsonLayer) blocks(kind string) []block {
	var list []block
	for _, n := range objects(l.object.Get(kind)) {
		list = append(list, block{body: jsonBody(n), span: n.Span()})
	}
	for _, n := range objects(l.object.Get("dynamic")) {
		for _, made := range objects(n.Get(kind)) {
			list = append(list, block{body: jsonBody(made), dynamic: kind, span: made.Span()})
		}
	}
	return list
}

func jsonBody(n *syntax.Node) body { return body{[]layer{jsonLayer{n}}} }

// objects are the objects that stand where a block may: one, or a list of them.
func objects(n *syntax.Node) []*syntax.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == syntax.Object:
		return []*syntax.Node{n}
	case n.Kind == syntax.Array:
		var list []*syntax.Node
		for _, item := range n.Items {
			list = append(list, objects(item)...)
		}
		return list
	}
	return nil
}
