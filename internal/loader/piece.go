package loader

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// A run is the pieces of a string as one text, in which each hole is one zero
// byte.
type run struct {
	text   string
	pieces []part
	starts []int // where each piece starts in the text
}

func newRun(pieces []part) run {
	r := run{pieces: pieces}
	if len(pieces) == 1 && pieces[0].hole.Kind == policy.NotHole {
		r.text, r.starts = pieces[0].text, []int{0}
		return r
	}
	var b strings.Builder
	for _, p := range pieces {
		r.starts = append(r.starts, b.Len())
		if p.hole.Kind != policy.NotHole {
			b.WriteByte(0)
			continue
		}
		b.WriteString(p.text)
	}
	r.text = b.String()
	return r
}

// slice returns the pieces of the bytes [start, end) of the text.
func (r run) slice(start, end int) []part {
	var out []part
	i := sort.Search(len(r.starts), func(i int) bool { return r.starts[i] > start }) - 1
	for i = max(i, 0); i < len(r.pieces) && r.starts[i] < end; i++ {
		p := r.pieces[i]
		if p.hole.Kind != policy.NotHole {
			out = append(out, p)
			continue
		}
		from, to := max(start-r.starts[i], 0), min(end-r.starts[i], len(p.text))
		if from < to {
			out = append(out, part{text: p.text[from:to], trace: p.trace.Slice(from, to)})
		}
	}
	return out
}

// name is the bytes [start, end) of the text for people, holes as ${Ref}.
func (r run) name(start, end int) string {
	var b strings.Builder
	for _, p := range r.slice(start, end) {
		if p.hole.Kind != policy.NotHole {
			b.WriteString("${" + p.hole.Ref + "}")
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// dynamic returns a value with a hole for each dynamic reference in its
// strings: CloudFormation puts the value there when it deploys, after it has
// worked out the functions (CloudFormation User Guide, "Get values stored in
// other services using dynamic references").
func dynamic(n *node) *node {
	if n == nil {
		return nil
	}
	switch n.kind {
	case array:
		out := n
		for i, item := range n.items {
			if value := dynamic(item); value != item {
				if out == n {
					list := *n
					list.items = slices.Clone(n.items)
					out = &list
				}
				out.items[i] = value
			}
		}
		return out
	case object:
		out := n
		for i, f := range n.fields {
			if value := dynamic(f.value); value != f.value {
				if out == n {
					changed := *n
					changed.fields = slices.Clone(n.fields)
					out = &changed
				}
				out.fields[i].value = value
			}
		}
		return out
	case str:
		if n.encoded != nil {
			if value := dynamic(n.encoded); value != n.encoded {
				return encoded(value, n)
			}
			return n
		}
		return dynamicString(n)
	}
	return n
}

const dynamicStart, dynamicEnd = "{{resolve:", "}}"

func dynamicString(n *node) *node {
	if n.parts == nil && !strings.Contains(n.value, dynamicStart) {
		return n
	}
	r := newRun(n.pieces())
	start := strings.Index(r.text, dynamicStart)
	if start < 0 {
		return n
	}
	out := *n
	out.value, out.parts = "", []part{}
	at := 0
	for start >= 0 {
		length := strings.Index(r.text[start:], dynamicEnd)
		if length < 0 {
			break
		}
		end := start + length + len(dynamicEnd)
		out.parts = append(out.parts, r.slice(at, start)...)
		ref := clip(r.name(start+2, end-len(dynamicEnd)))
		out.parts = append(out.parts, part{hole: policy.Hole{Kind: policy.Unknown, Ref: ref}})
		at = end
		if start = strings.Index(r.text[at:], dynamicStart); start >= 0 {
			start += at
		}
	}
	out.parts = append(out.parts, r.slice(at, len(r.text))...)
	return &out
}

// encoded is the JSON text of a value, at the place of another.
func encoded(value, at *node) *node {
	w := jsonWriter{}
	w.value(value)
	w.flush()
	return &node{kind: str, parts: w.parts, encoded: value, place: at.place, origin: at.origin}
}

// A jsonWriter writes values as JSON text that keeps where its strings come
// from.
type jsonWriter struct {
	parts  []part
	syntax strings.Builder // text that is written nowhere
	length int
}

func (w *jsonWriter) flush() {
	if w.syntax.Len() > 0 {
		w.parts = append(w.parts, part{text: w.syntax.String()})
		w.length += w.syntax.Len()
		w.syntax.Reset()
	}
}

func (w *jsonWriter) value(n *node) {
	if w.length > maxText {
		return
	}
	switch n.kind {
	case array:
		w.syntax.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				w.syntax.WriteByte(',')
			}
			w.value(item)
		}
		w.syntax.WriteByte(']')
	case object:
		w.syntax.WriteByte('{')
		for i, f := range n.fields {
			if i > 0 {
				w.syntax.WriteByte(',')
			}
			w.string(f.key)
			w.syntax.WriteByte(':')
			w.value(f.value)
		}
		w.syntax.WriteByte('}')
	case str:
		w.string(n)
	case null:
		w.syntax.WriteString("null")
	case hole:
		w.flush()
		w.parts = append(w.parts, part{hole: n.hole})
	default:
		w.syntax.WriteString(n.value)
	}
}

func (w *jsonWriter) string(n *node) {
	w.syntax.WriteByte('"')
	for _, p := range n.pieces() {
		quoted, _ := json.Marshal(p.text) // a string always encodes
		escaped := string(quoted[1 : len(quoted)-1])
		switch {
		case p.hole.Kind == policy.NotHole && escaped != p.text:
			w.syntax.WriteString(escaped)
		case p.hole.Kind != policy.NotHole || p.text != "":
			w.flush()
			w.parts = append(w.parts, p)
			w.length += len(p.text)
		}
	}
	w.syntax.WriteByte('"')
}

// render writes a value in one line, as a hole that nothing is known of is
// named: the same text for the same value.
func render(n *node, see func(*node) *node) string {
	var b strings.Builder
	rendered(&b, n, see)
	return clip(b.String())
}

// maxRendered bounds what is rendered of a value that aliases make large.
const maxRendered = 4 << 10

func rendered(b *strings.Builder, n *node, see func(*node) *node) {
	if b.Len() > maxRendered {
		return
	}
	if name, arg, ok := function(n); ok {
		b.WriteString(name + " ")
		n = arg
	}
	switch n.kind {
	case array:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteString(", ")
			}
			rendered(b, item, see)
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for i, f := range n.fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(see(f.key).text().String() + ": ")
			rendered(b, f.value, see)
		}
		b.WriteByte('}')
	default:
		text := see(n).text().String()
		if text == "" {
			text = `""`
		}
		b.WriteString(text)
	}
}

// clip makes one short line of a name, and keeps both ends.
func clip(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	const tail = 20
	if runes := []rune(name); len(runes) > maxReference {
		return string(runes[:maxReference-tail-1]) + "…" + string(runes[len(runes)-tail:])
	}
	return name
}
