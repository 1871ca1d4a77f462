package loader

import (
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// render writes a value in one line, as a hole that nothing is known of is
// named: the same text for the same value.
func render(n *syntax.Node, see func(*syntax.Node) *syntax.Node) string {
	var b strings.Builder
	rendered(&b, n, see)
	return syntax.Name(b.String())
}

// maxRendered bounds what is rendered of a value that aliases make large.
const maxRendered = 4 << 10

func rendered(b *strings.Builder, n *syntax.Node, see func(*syntax.Node) *syntax.Node) {
	if b.Len() > maxRendered {
		return
	}
	if name, arg, ok := function(n); ok {
		b.WriteString(name + " ")
		n = arg
	}
	switch n.Kind {
	case syntax.Array:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			rendered(b, item, see)
		}
		b.WriteByte(']')
	case syntax.Object:
		b.WriteByte('{')
		for i, f := range n.Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(see(f.Key).String() + ": ")
			rendered(b, f.Value, see)
		}
		b.WriteByte('}')
	default:
		text := see(n).String()
		if text == "" {
			text = `""`
		}
		b.WriteString(text)
	}
}
