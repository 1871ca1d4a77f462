package loader

import (
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A node is one value of a parsed file, whatever its syntax: JSON, YAML, or
// JSON text inside a string of either. Intrinsic functions are nodes like any
// other until a template resolves them.
type node struct {
	kind kind
	// tag is a YAML tag of one exclamation mark (!Sub); empty in JSON.
	tag string
	// value is the decoded text of a scalar without holes.
	value string
	// parts is the text of a string that holes or other places are part of;
	// when it is set, value is not used.
	parts []part
	// encoded is the value that a string is the JSON text of; mostly nil.
	encoded *node
	items   []*node
	fields  []field
	hole    policy.Hole // of a hole
	origin  []source.Span
	place   place
}

type kind uint8

const (
	null kind = iota
	boolean
	number
	str
	array
	object
	hole // a value of which neither kind nor content is known
)

// String names the kind for messages.
func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object", "an unresolved value"}[k]
}

// A field is one key of an object and its value. Keys that are given twice are
// two fields.
type field struct{ key, value *node }

// A part is a piece of a string: text with the way back to its bytes, or a
// hole.
type part struct {
	text  string
	trace source.Trace
	hole  policy.Hole
}

// A place knows where a node is written. What it costs is paid when asked,
// since few nodes of a file are ever pointed at.
type place interface {
	// span is the node as written, quotes included.
	span() source.Span
	// trace maps the node's decoded text to bytes; the zero Trace when it
	// cannot.
	trace() source.Trace
}

// at is a place that is known from the start.
type at source.Span

func (a at) span() source.Span   { return source.Span(a) }
func (a at) trace() source.Trace { return source.Trace{} }

func (n *node) span() source.Span { return n.place.span() }

// get returns the value of the last field of that name, since JSON readers
// that accept a name twice take the last; nil when there is none.
func (n *node) get(name string) *node {
	if n == nil || n.kind != object {
		return nil
	}
	for i := len(n.fields) - 1; i >= 0; i-- {
		if n.fields[i].key.value == name {
			return n.fields[i].value
		}
	}
	return nil
}

// literal returns the text of a scalar and true when all of it is known.
func (n *node) literal() (string, bool) {
	if n == nil || n.kind > str || n.kind == null {
		return "", false
	}
	if n.parts == nil {
		return n.value, true
	}
	return n.text().Literal()
}

// length is the length of a string's text in bytes, its holes left out.
func (n *node) length() int {
	length := len(n.value)
	for _, p := range n.parts {
		length += len(p.text)
	}
	return length
}

// pieces returns the text of a string as parts.
func (n *node) pieces() []part {
	if n.kind == hole {
		return []part{{hole: n.hole}}
	}
	if n.parts != nil {
		return n.parts
	}
	if n.value == "" {
		return []part{}
	}
	return []part{{text: n.value, trace: n.place.trace()}}
}

// text returns a scalar or a hole as a policy's text.
func (n *node) text() policy.Text {
	if n == nil {
		return policy.Text{}
	}
	t := policy.Text{Span: n.span(), Origin: n.origin}
	switch {
	case n.kind == hole:
		t.Parts = []policy.Part{{Hole: n.hole}}
	case n.parts != nil:
		var literal strings.Builder
		flush := func() {
			if literal.Len() > 0 {
				t.Parts = append(t.Parts, policy.Part{Literal: literal.String()})
				literal.Reset()
			}
		}
		for _, p := range n.parts {
			if p.hole.Kind == policy.NotHole {
				literal.WriteString(p.text)
				continue
			}
			flush()
			t.Parts = append(t.Parts, policy.Part{Hole: p.hole})
		}
		flush()
	default:
		t.Parts = []policy.Part{{Literal: n.value}}
	}
	return t
}
