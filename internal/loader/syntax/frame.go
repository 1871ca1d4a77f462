package syntax

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A Located problem is one with its place in a file.
type Located struct {
	Message string
	Span    source.Span
}

// ParseString parses the JSON values that a string is the text of. When holes
// keep the text from being parsed it says why, and when it is not JSON the
// problem is not nil.
func ParseString(n *Node) (values []*Node, why string, p *Located) {
	frame := newTextFrame(n)
	if frame == nil {
		return nil, "its text holds every private-use character", nil
	}
	values, problem := parseJSON([]byte(frame.text), 0, frame)
	if problem != nil {
		if ref := frame.holeAt(problem.Start); ref != "" {
			return nil, "the part of its text outside of strings comes from " + ref, nil
		}
		return nil, "", &Located{Message: problem.Message, Span: frame.span(problem.Start, problem.End)}
	}
	return values, "", nil
}

// A textFrame is a string of a file that JSON is parsed from. Each hole is
// written into the text as its number between two marks, a character that the
// text does not hold otherwise.
type textFrame struct {
	holder   *Node
	text     string
	mark     string
	segments []segment
}

// A segment is the bytes [start, end) of the frame's text and where they come
// from.
type segment struct {
	start, end int
	part       Part
}

func newTextFrame(n *Node) *textFrame {
	pieces := n.Pieces()
	f := &textFrame{holder: n, mark: unusedMark(pieces)}
	if f.mark == "" {
		return nil
	}
	var b strings.Builder
	for i, p := range pieces {
		start := b.Len()
		if p.Hole.Kind == policy.NotHole {
			b.WriteString(p.Text)
		} else {
			b.WriteString(f.mark + strconv.Itoa(i) + f.mark)
		}
		f.segments = append(f.segments, segment{start, b.Len(), p})
	}
	f.text = b.String()
	return f
}

// unusedMark returns a private-use character that no piece holds; empty when
// they hold all of them.
func unusedMark(pieces []Part) string {
	var used ['\uF8FF' - '\uE000' + 1]bool
	for _, p := range pieces {
		for _, r := range p.Text {
			if r >= '\uE000' && r <= '\uF8FF' {
				used[r-'\uE000'] = true
			}
		}
	}
	for i := range used {
		if !used[i] {
			return string(rune('\uE000' + i))
		}
	}
	return ""
}

func (f *textFrame) segmentAt(offset int) segment {
	i := sort.Search(len(f.segments), func(i int) bool { return f.segments[i].end > offset })
	if i == len(f.segments) {
		return segment{}
	}
	return f.segments[i]
}

// holeAt names the hole at an offset of the text; empty where there is none.
func (f *textFrame) holeAt(offset int) string { return f.segmentAt(offset).part.Hole.String() }

// span maps a part of the text to the file. Text that comes from elsewhere, a
// parameter's default for one, has no place inside the string, and then the
// string as a whole is the place.
func (f *textFrame) span(start, end int) source.Span {
	whole := f.holder.Span()
	first := f.segmentAt(start)
	last := f.segmentAt(max(end-1, start))
	from := first.part.Trace.Span(start-first.start, min(max(end, start), first.end)-first.start)
	to := last.part.Trace.Span(max(start, last.start)-last.start, max(end, start)-last.start)
	inside := func(s source.Span) bool {
		return s.File == whole.File && s.File != nil && s.Start >= whole.Start && s.End <= whole.End
	}
	if !inside(from) || !inside(to) || to.End < from.Start {
		return whole
	}
	return source.Span{File: whole.File, Start: from.Start, End: to.End}
}

func (f *textFrame) string(start, end int, value string) *Node {
	n := &Node{Kind: String, Value: value, Place: textString{f, start, end}}
	if !strings.Contains(value, f.mark) {
		return n
	}
	for i, piece := range strings.Split(value, f.mark) {
		if i%2 == 0 {
			if piece != "" {
				n.Parts = append(n.Parts, Part{Text: piece})
			}
			continue
		}
		number, _ := strconv.Atoi(piece)
		n.Parts = append(n.Parts, Part{Hole: f.segments[number].part.Hole})
	}
	n.Value = ""
	return n
}

// textString is the place of a string literal of JSON text in a string.
type textString struct {
	frame      *textFrame
	start, end int
}

// Span is that of the text between the quotes where these are written by a
// function.
func (s textString) Span() source.Span {
	span, whole := s.frame.span(s.start, s.end), s.frame.holder.Span()
	if span != whole || s.end-s.start < 3 {
		return span
	}
	span = s.frame.span(s.start+1, s.end-1)
	if text := span.File.Text; span != whole && span.Start > whole.Start && span.End < whole.End && text[span.Start-1] == '"' && text[span.End] == '"' {
		span.Start, span.End = span.Start-1, span.End+1
	}
	return span
}

func (s textString) Trace() source.Trace {
	t := source.NewTrace(s.frame.holder.Span().File)
	traced := true
	add := func(n, start, end int) {
		written := s.frame.span(s.start+start, s.start+end)
		// Text that comes from elsewhere has no place here.
		traced = traced && written.File != nil && written != s.frame.holder.Span()
		t.Add(n, written.Start, written.End)
	}
	traceJSON([]byte(s.frame.text[s.start:s.end]), func(n, start, end int) {
		if n != end-start {
			add(n, start, end)
			return
		}
		for start < end {
			_, size := utf8.DecodeRuneInString(s.frame.text[s.start+start : s.start+end])
			add(size, start, start+size)
			start += size
		}
	})
	if !traced {
		return source.Trace{}
	}
	return t
}
