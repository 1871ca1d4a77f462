package source_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/source"
)

func TestPointsCountCharactersAndUTF16Units(t *testing.T) {
	f := source.NewFile("t", []byte("\uFEFFaé😀b\r\n\nx"))
	m := f.Mapper()
	for _, c := range []struct {
		offset int
		want   source.Point
	}{
		{0, source.Point{Line: 1, Column: 1, UTF16: 1}},
		{3, source.Point{Line: 1, Column: 1, UTF16: 1}},
		{4, source.Point{Line: 1, Column: 2, UTF16: 2}},
		{6, source.Point{Line: 1, Column: 3, UTF16: 3}},
		{8, source.Point{Line: 1, Column: 3, UTF16: 3}}, // inside the emoji
		{10, source.Point{Line: 1, Column: 4, UTF16: 5}},
		{13, source.Point{Line: 2, Column: 1, UTF16: 1}},
		{14, source.Point{Line: 3, Column: 1, UTF16: 1}},
		{15, source.Point{Line: 3, Column: 2, UTF16: 2}},
		{99, source.Point{Line: 3, Column: 2, UTF16: 2}},
	} {
		if got := m.Point(c.offset); got != c.want {
			t.Errorf("offset %d is at %+v, want %+v", c.offset, got, c.want)
		}
	}
	if got := string(m.Line(1)); got != "aé😀b" {
		t.Errorf("line 1 is %q", got)
	}
	if m.Line(0) != nil || m.Line(4) != nil || m.Lines() != 3 {
		t.Errorf("the file has %d lines", m.Lines())
	}
}

// FuzzMapper: a place is that of the text before it on its line, and the offset
// of a place is the start of the character there, however long the line.
func FuzzMapper(f *testing.F) {
	f.Add([]byte("a\r\né😀\n\nb"), 5)
	f.Add([]byte(strings.Repeat("é😀x", 3000)), 17000)
	f.Add([]byte("\uFEFF\xff\xfe"), 4)
	f.Fuzz(func(t *testing.T, text []byte, offset int) {
		if offset < 0 || offset > len(text) {
			return
		}
		for offset > 0 && offset < len(text) && !utf8.RuneStart(text[offset]) && utf8.Valid(text) {
			offset--
		}
		m := source.NewFile("f", text).Mapper()
		p := m.Point(offset)
		start := bytes.LastIndexByte(text[:offset], '\n') + 1
		before := text[start:offset]
		if start == 0 {
			before = bytes.TrimPrefix(before, []byte("\uFEFF"))
		}
		if !utf8.Valid(text) {
			if p.Line < 1 || p.Column < 1 || p.UTF16 < p.Column {
				t.Fatalf("place %+v", p)
			}
			return
		}
		want := source.Point{
			Line:   bytes.Count(text[:offset], []byte("\n")) + 1,
			Column: utf8.RuneCount(before) + 1,
			UTF16:  len(utf16.Encode([]rune(string(before)))) + 1,
		}
		if p != want {
			t.Fatalf("offset %d is at %+v, want %+v", offset, p, want)
		}
		if back := m.Offset(p.Line, p.UTF16); back != offset && offset >= 3 && bytes.IndexByte([]byte("\r\n"), text[min(offset, len(text)-1)]) < 0 {
			t.Fatalf("offset %d came back as %d", offset, back)
		}
	})
}

func TestTraceMapsEscapesAsAWhole(t *testing.T) {
	f := source.NewFile("t", []byte(`"ab\u00e9cd"`))
	trace := source.NewTrace(f)
	trace.Add(2, 1, 3)
	trace.Add(2, 3, 9)
	trace.Add(2, 9, 11)
	for _, c := range []struct {
		start, end int
		want       string
	}{
		{0, 2, `ab`}, {1, 3, `b\u00e9`}, {3, 5, `\u00e9c`}, {5, 6, `d`}, {6, 6, ``}, {0, 6, `ab\u00e9cd`},
	} {
		if got := string(trace.Span(c.start, c.end).Text()); got != c.want {
			t.Errorf("[%d, %d) is %q, want %q", c.start, c.end, got, c.want)
		}
		if got := string(trace.Slice(c.start, c.end).Span(0, c.end-c.start).Text()); got != c.want {
			t.Errorf("the slice [%d, %d) is %q, want %q", c.start, c.end, got, c.want)
		}
	}
	if got := trace.Span(4, 7); got.File != nil {
		t.Errorf("a place past the end is %+v", got)
	}
}
