package terraform

import (
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// jsonValue works out an expression of the JSON syntax: strings, and the names of
// objects, are templates (Terraform documentation, "JSON Configuration Syntax").
func (e *evaluator) jsonValue(n *syntax.Node, s *scope) *syntax.Node {
	if !e.step(n.Place) {
		return unknown(tooLarge, n.Place)
	}
	switch n.Kind {
	case syntax.String:
		return e.jsonString(n, s)
	case syntax.Array:
		out := listOf(make([]*syntax.Node, 0, len(n.Items)), n.Place)
		for _, item := range n.Items {
			out.Items = append(out.Items, e.jsonValue(item, s))
		}
		return out
	case syntax.Object:
		out := &syntax.Node{Kind: syntax.Object, Place: n.Place, Fields: make([]syntax.Field, 0, len(n.Fields))}
		names := map[string]bool{}
		for _, f := range n.Fields {
			k := key(e.jsonString(f.Key, s))
			if k == nil {
				return failed("an object's name", f.Key.Place)
			}
			if value := e.jsonValue(f.Value, s); isHole(k) || !names[k.Value] {
				out.Fields = append(out.Fields, syntax.Field{Key: k, Value: value})
			} else {
				out.Fields = put(out.Fields, k, value)
			}
			names[k.Value] = true
		}
		return out
	}
	return n
}

func (e *evaluator) jsonString(n *syntax.Node, s *scope) *syntax.Node {
	if n.Kind != syntax.String || !strings.Contains(n.Value, "${") && !strings.Contains(n.Value, "%{") {
		return n
	}
	x := e.parseTemplate(stringText(n, n.Value), templateKey{node: n})
	if x.absent() {
		return unknown("a template that is not valid", n.Place)
	}
	outer := e.quotes
	e.quotes = false
	value := e.value(x, s)
	e.quotes = outer
	if value.Kind == syntax.String && value.Span().File == n.Span().File && value.Place != n.Place && len(value.Parts) > 0 {
		// A text stands where its quotes do.
		out := *value
		out.Place = n.Place
		return &out
	}
	return value
}
