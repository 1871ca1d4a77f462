package syntax

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sort"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// A Run is the pieces of a string as one text, in which each hole is one zero
// byte.
type Run struct {
	Text   string
	Pieces []Part
	Starts []int // where each piece starts in the text
}

// NewRun returns the pieces of a string as one text.
func NewRun(pieces []Part) Run {
	r := Run{Pieces: pieces}
	if len(pieces) == 1 && pieces[0].Hole.Kind == policy.NotHole {
		r.Text, r.Starts = pieces[0].Text, []int{0}
		return r
	}
	var b strings.Builder
	for _, p := range pieces {
		r.Starts = append(r.Starts, b.Len())
		if p.Hole.Kind != policy.NotHole {
			b.WriteByte(0)
			continue
		}
		b.WriteString(p.Text)
	}
	r.Text = b.String()
	return r
}

// Slice returns the pieces of the bytes [start, end) of the text.
func (r Run) Slice(start, end int) []Part {
	var out []Part
	i := sort.Search(len(r.Starts), func(i int) bool { return r.Starts[i] > start }) - 1
	for i = max(i, 0); i < len(r.Pieces) && r.Starts[i] < end; i++ {
		p := r.Pieces[i]
		if p.Hole.Kind != policy.NotHole {
			out = append(out, p)
			continue
		}
		from, to := max(start-r.Starts[i], 0), min(end-r.Starts[i], len(p.Text))
		if from < to {
			out = append(out, Part{Text: p.Text[from:to], Trace: p.Trace.Slice(from, to)})
		}
	}
	return out
}

// Name is the bytes [start, end) of the text for people, holes as ${Ref}.
func (r Run) Name(start, end int) string {
	var b strings.Builder
	for _, p := range r.Slice(start, end) {
		if p.Hole.Kind != policy.NotHole {
			b.WriteString("${" + p.Hole.Ref + "}")
			continue
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// Encode is the JSON text of a value, at the place of another.
func Encode(value, at *Node) *Node {
	w := jsonWriter{}
	w.value(value)
	w.flush()
	return &Node{Kind: String, Parts: w.parts, Encoded: value, Place: at.Place, Origin: at.Origin}
}

// A jsonWriter writes values as JSON text that keeps where its strings come
// from.
type jsonWriter struct {
	parts  []Part
	syntax strings.Builder // text that is written nowhere
	length int
}

func (w *jsonWriter) flush() {
	if w.syntax.Len() > 0 {
		w.parts = append(w.parts, Part{Text: w.syntax.String()})
		w.length += w.syntax.Len()
		w.syntax.Reset()
	}
}

func (w *jsonWriter) value(n *Node) {
	if w.length > MaxText {
		return
	}
	switch n.Kind {
	case Array:
		w.syntax.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				w.syntax.WriteByte(',')
			}
			w.value(item)
		}
		w.syntax.WriteByte(']')
	case Object:
		w.syntax.WriteByte('{')
		for i, f := range n.Fields {
			if i > 0 {
				w.syntax.WriteByte(',')
			}
			w.string(f.Key)
			w.syntax.WriteByte(':')
			w.value(f.Value)
		}
		w.syntax.WriteByte('}')
	case String:
		w.string(n)
	case Null:
		w.syntax.WriteString("null")
	case Hole:
		w.flush()
		w.parts = append(w.parts, Part{Hole: n.Hole})
	default:
		w.syntax.WriteString(n.Value)
	}
}

func (w *jsonWriter) string(n *Node) {
	w.syntax.WriteByte('"')
	for _, p := range n.Pieces() {
		quoted, _ := json.Marshal(p.Text) // a string always encodes
		escaped := string(quoted[1 : len(quoted)-1])
		switch {
		case p.Hole.Kind == policy.NotHole && escaped != p.Text:
			w.syntax.WriteString(escaped)
		case p.Hole.Kind != policy.NotHole || p.Text != "":
			w.flush()
			w.parts = append(w.parts, p)
			w.length += len(p.Text)
		}
	}
	w.syntax.WriteByte('"')
}

// Clip makes one short line of a name, and keeps both ends. What must not be taken
// for another is named by Name.
func Clip(name string) string { return policy.Hole{Ref: Name(name)}.String() }

// Name makes one line of the text that names a hole. Two texts have the same name
// only when they are the same.
func Name(text string) string {
	name := strings.Join(strings.Fields(text), " ")
	if len(name) > maxName {
		sum := sha256.Sum256([]byte(name))
		name = strings.ToValidUTF8(name[:maxName], "") + " " + hex.EncodeToString(sum[:])
	}
	return name
}

// maxName is how long a name may be before the rest of it is only told apart.
const maxName = 1 << 10
