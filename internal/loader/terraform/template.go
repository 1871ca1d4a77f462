package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// template puts a template together: text, each piece of which knows where it is
// written, and holes.
func (e *evaluator) template(x *hclsyntax.TemplateExpr, t *text, s *scope) *syntax.Node {
	at := t.at(x.SrcRange)
	if len(x.Parts) == 0 {
		return stringOf("", at)
	}
	quotes := e.quotes
	defer func() { e.quotes = quotes }()
	start := x.SrcRange.Start.Byte
	switch {
	case x == t.root:
		e.quotes = false
	case x.Parts[0].Range().Start.Byte != start:
		e.quotes = start < len(t.bytes) && t.bytes[start] == '"'
	}
	// Otherwise it is what a directive holds, which is written as what it stands in.
	if only, ok := literalText(x.Parts[0]); ok && len(x.Parts) == 1 {
		r := x.Parts[0].Range()
		return &syntax.Node{Kind: syntax.String, Value: only, Place: literal{t, r.Start.Byte, r.End.Byte, only, e.quotes, at.Span()}}
	}
	out := &syntax.Node{Kind: syntax.String, Parts: []syntax.Part{}, Place: at}
	length := 0
	var encoded *syntax.Node // the only value, with nothing but white space around
	blank := true
	for _, part := range x.Parts {
		if value, ok := literalText(part); ok {
			r := part.Range()
			out.Parts = append(out.Parts, syntax.Part{Text: value, Trace: t.traceOf(r.Start.Byte, r.End.Byte, value, e.quotes)})
			length += len(value)
			blank = blank && strings.TrimSpace(value) == ""
		} else {
			n := e.eval(part, t, s)
			if isError(n) {
				return derived(failed(n.Hole.Ref, at), n)
			}
			if !spell(out, n) {
				return derived(failed(t.written(part.Range()), at), n)
			}
			length += n.Length()
			blank = blank && encoded == nil && n.Encoded != nil
			encoded = n.Encoded
		}
		if length > syntax.MaxText {
			return unknown(tooLarge, at)
		}
		e.steps += length / 4096
	}
	if blank {
		out.Encoded = encoded
	}
	return out
}

func literalText(x hclsyntax.Expression) (string, bool) {
	l, ok := x.(*hclsyntax.LiteralValueExpr)
	if !ok || l.Val == cty.DynamicVal || l.Val.IsNull() || l.Val.Type() != cty.String {
		return "", false
	}
	return l.Val.AsString(), true
}

// spell adds a value to a text. It reports false for one that no text can hold.
func spell(out, n *syntax.Node) bool {
	switch n.Kind {
	case syntax.String, syntax.Number, syntax.Boolean:
		if n.Kind != syntax.String {
			out.Parts = append(out.Parts, syntax.Part{Text: n.Value})
		} else {
			out.Parts = append(out.Parts, n.Pieces()...)
		}
	case syntax.Hole:
		out.Parts = append(out.Parts, syntax.Part{Hole: n.Hole})
	default:
		return false
	}
	out.Origin = origins(out.Origin, n.Origin)
	return true
}

// joined puts the texts of a for directive together.
func (e *evaluator) joined(x *hclsyntax.TemplateJoinExpr, t *text, s *scope) *syntax.Node {
	at := t.at(x.Range())
	list := e.eval(x.Tuple, t, s)
	if isHole(list) {
		return list
	}
	out := derived(&syntax.Node{Kind: syntax.String, Parts: []syntax.Part{}, Place: at}, list)
	for _, item := range list.Items {
		if !e.step(at) || out.Length() > syntax.MaxText {
			return unknown(tooLarge, at)
		}
		if !spell(out, item) {
			return failed(t.written(x.Range()), at)
		}
	}
	return out
}

// A templateKey is a text that was parsed as a template: a file, or a string.
type templateKey struct {
	file *source.File
	node *syntax.Node
}

// parseTemplate parses a text as a template; an absent expression when it is
// none. What is wrong with it is told.
func (e *evaluator) parseTemplate(t *text, k templateKey) expression {
	if x, ok := e.templates[k]; ok {
		return x
	}
	var out expression
	if p := guarded(t.bytes, true); p != nil {
		e.problem(p.Message, t.span(p.Start, p.End))
	} else {
		x, diagnostics := hclsyntax.ParseTemplate(t.bytes, "", hcl.InitialPos)
		if !e.diagnosed(diagnostics, t) {
			out = expression{hcl: x, text: t}
			t.root = x
		}
	}
	e.templates[k] = out
	return out
}
