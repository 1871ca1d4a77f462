// Package syntax reads JSON and YAML into values that know where each of their
// characters is written. What the values mean it leaves to others.
package syntax

import (
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A Node is one value of a parsed file, whatever its syntax: JSON, YAML, or
// JSON text inside a string of either. Intrinsic functions are nodes like any
// other until a template resolves them.
type Node struct {
	Kind Kind
	// Tag is a YAML tag of one exclamation mark (!Sub); empty in JSON.
	Tag string
	// Value is the decoded text of a scalar without holes.
	Value string
	// Parts is the text of a string that holes or other places are part of;
	// when it is set, Value is not used.
	Parts []Part
	// Encoded is the value that a string is the JSON text of; mostly nil.
	Encoded *Node
	Items   []*Node
	Fields  []Field
	Hole    policy.Hole // of a Hole
	// Origin is where the value comes from: a parameter, a local.
	Origin []source.Span
	Place  Place
}

// A Kind is what a value is.
type Kind uint8

// The kinds. Of a Hole neither kind nor content is known.
const (
	Null Kind = iota
	Boolean
	Number
	String
	Array
	Object
	Hole
)

// String names the kind for messages.
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object", "an unresolved value"}[k]
}

// A Field is one key of an object and its value. Keys that are given twice are
// two fields.
type Field struct{ Key, Value *Node }

// A Part is a piece of a string: text with the way back to its bytes, or a
// hole.
type Part struct {
	Text  string
	Trace source.Trace
	Hole  policy.Hole
}

// A Place knows where a node is written. What it costs is paid when asked,
// since few nodes of a file are ever pointed at.
type Place interface {
	// span is the node as written, quotes included.
	Span() source.Span
	// trace maps the node's decoded text to bytes; the zero Trace when it
	// cannot.
	Trace() source.Trace
}

// At is a place that is known from the start.
type At source.Span

// Span is the place.
func (a At) Span() source.Span { return source.Span(a) }

// Trace is empty.
func (a At) Trace() source.Trace { return source.Trace{} }

// Span is the node as written, quotes included.
func (n *Node) Span() source.Span { return n.Place.Span() }

// Get returns the value of the last field of that name, since JSON readers
// that accept a name twice take the last; nil when there is none.
func (n *Node) Get(name string) *Node {
	if n == nil || n.Kind != Object {
		return nil
	}
	for i := len(n.Fields) - 1; i >= 0; i-- {
		if n.Fields[i].Key.Value == name {
			return n.Fields[i].Value
		}
	}
	return nil
}

// With returns a copy of a node whose items and whose fields' values are what
// inner makes of them.
func (n *Node) With(inner func(*Node) *Node) *Node {
	out := *n
	if n.Items != nil {
		out.Items = make([]*Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = inner(item)
		}
	}
	if n.Fields != nil {
		out.Fields = make([]Field, len(n.Fields))
		for i, f := range n.Fields {
			out.Fields[i] = Field{Key: f.Key, Value: inner(f.Value)}
		}
	}
	return &out
}

// String returns the text of a scalar for people: holes in the form ${Ref}. Of
// plain text it does not ask for the place.
func (n *Node) String() string {
	switch {
	case n == nil:
		return ""
	case n.Parts == nil && n.Kind != Hole:
		return n.Value
	}
	return n.Text().String()
}

// Literal returns the text of a scalar and true when all of it is known.
func (n *Node) Literal() (string, bool) {
	if n == nil || n.Kind > String || n.Kind == Null {
		return "", false
	}
	if n.Parts == nil {
		return n.Value, true
	}
	return n.Text().Literal()
}

// Length is how much room a string's text takes, in bytes. A piece of it takes
// some, however short it is: what a few names stand for must not grow without end.
func (n *Node) Length() int {
	length := len(n.Value)
	for _, p := range n.Parts {
		length += max(len(p.Text), partRoom)
	}
	return length
}

// partRoom is the least that a piece counts for.
const partRoom = 16

// Pieces returns the text of a string as parts.
func (n *Node) Pieces() []Part {
	if n.Kind == Hole {
		return []Part{{Hole: n.Hole}}
	}
	if n.Parts != nil {
		return n.Parts
	}
	if n.Value == "" {
		return []Part{}
	}
	return []Part{{Text: n.Value, Trace: n.Place.Trace()}}
}

// Text returns a scalar or a hole as a policy's text.
func (n *Node) Text() policy.Text {
	if n == nil {
		return policy.Text{}
	}
	t := policy.Text{Span: n.Span(), Origin: n.Origin}
	switch {
	case n.Kind == Hole:
		t.Parts = []policy.Part{{Hole: n.Hole}}
	case n.Parts != nil:
		var literal strings.Builder
		flush := func() {
			if literal.Len() > 0 {
				t.Parts = append(t.Parts, policy.Part{Literal: literal.String()})
				literal.Reset()
			}
		}
		for _, p := range n.Parts {
			if p.Hole.Kind == policy.NotHole {
				literal.WriteString(p.Text)
				continue
			}
			flush()
			t.Parts = append(t.Parts, policy.Part{Hole: p.Hole})
		}
		flush()
	default:
		t.Parts = []policy.Part{{Literal: n.Value}}
	}
	return t
}
