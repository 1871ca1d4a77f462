package loader

import (
	"unicode/utf8"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// textLength is how long a string is, as far as it is known.
func textLength(n *syntax.Node) policy.Size {
	if n.Parts == nil {
		return policy.Size{Characters: utf8.RuneCountInString(n.Value)}
	}
	var size policy.Size
	for _, p := range n.Parts {
		size.Characters += utf8.RuneCountInString(p.Text)
		size.AtLeast = size.AtLeast || p.Hole.Kind != policy.NotHole
	}
	return size
}

// jsonLength is how long the JSON text of a value is without white space, as far
// as it is known.
func jsonLength(n *syntax.Node) policy.Size {
	var size policy.Size
	addLength(n, &size)
	return size
}

// maxCounted is where counting ends: aliases make a small file stand for a large
// one.
const maxCounted = 10 * policy.MaxSize

func addLength(n *syntax.Node, size *policy.Size) {
	if size.Characters > maxCounted {
		size.AtLeast = true
		return
	}
	switch n.Kind {
	case syntax.Hole:
		size.AtLeast = true
	case syntax.Null:
		size.Characters += len("null")
	case syntax.Boolean, syntax.Number:
		size.Characters += len(n.Value)
	case syntax.String:
		size.Characters += len(`""`)
		if n.Parts == nil {
			size.Characters += escapedLength(n.Value)
			return
		}
		for _, p := range n.Parts {
			size.Characters += escapedLength(p.Text)
			size.AtLeast = size.AtLeast || p.Hole.Kind != policy.NotHole
		}
	case syntax.Array:
		size.Characters += len("[]") + max(0, len(n.Items)-1)
		for _, item := range n.Items {
			addLength(item, size)
		}
	case syntax.Object:
		size.Characters += len("{}") + max(0, len(n.Fields)-1)
		for _, f := range n.Fields {
			addLength(f.Key, size)
			size.Characters += len(":")
			addLength(f.Value, size)
		}
	}
}

// escapedLength is how many characters a text has inside of a JSON string.
func escapedLength(text string) int {
	length := utf8.RuneCountInString(text)
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"', c == '\\', c == '\n', c == '\r', c == '\t', c == '\b', c == '\f':
			length++
		case c < ' ':
			length += len(`u0000`)
		}
	}
	return length
}
