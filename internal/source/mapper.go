package source

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

var byteOrderMark = []byte("\uFEFF")

// A Point is one place in a file. Line and both columns count from 1.
type Point struct {
	Line int
	// Column counts characters (Unicode code points): what a person counts.
	Column int
	// UTF16 counts UTF-16 code units: what SARIF (§3.30.2 with columnKind
	// utf16CodeUnits) and the Language Server Protocol count.
	UTF16 int
}

// A Mapper turns byte offsets of one file into lines and columns and back. It
// is the only place that does. A line ends after "\n"; a "\r" before that is
// part of the line's end. A byte order mark takes no column, since editors do
// not show it.
type Mapper struct {
	text  []byte
	start Point
	lines []int // the offset of each line's first byte, the mark skipped
	// marks are known places inside long lines, so that a file of one line, as
	// programs write JSON, is not counted from its start for every place.
	marks []mark
}

type mark struct {
	offset int
	point  Point
}

// markEvery is the distance between marks in bytes, and the length from which
// a line has them.
const markEvery = 4096

// newMapper maps a text whose first byte is at a place; the zero Point is the
// start of a file.
func newMapper(text []byte, start Point) *Mapper {
	if start == (Point{}) {
		start = Point{Line: 1, Column: 1, UTF16: 1}
	}
	first := 0
	if bytes.HasPrefix(text, byteOrderMark) {
		first = len(byteOrderMark)
	}
	m := &Mapper{text: text, start: start, lines: []int{first}}
	for i := first; ; {
		n := bytes.IndexByte(text[i:], '\n')
		if n < 0 {
			m.mark(len(m.lines), i, len(text))
			return m
		}
		m.mark(len(m.lines), i, i+n)
		i += n + 1
		m.lines = append(m.lines, i)
	}
}

// mark sets the marks of a line.
func (m *Mapper) mark(line, start, end int) {
	at := mark{start, m.first(line)}
	for end-at.offset > markEvery {
		at = m.count(at, at.offset+markEvery)
		m.marks = append(m.marks, at)
	}
}

// first is the place of the first byte of a line of the text.
func (m *Mapper) first(line int) Point {
	if line == 1 {
		return m.start
	}
	return Point{Line: m.start.Line + line - 1, Column: 1, UTF16: 1}
}

// count goes on from a place to the last character that starts at or before an
// offset of the same line.
func (m *Mapper) count(from mark, offset int) mark {
	for from.offset < offset {
		r, size := utf8.DecodeRune(m.text[from.offset:])
		if from.offset+size > offset {
			break
		}
		from.offset += size
		from.point.Column++
		from.point.UTF16 += units(r)
	}
	return from
}

// Lines returns the number of the last line; at least 1, and one more than there
// are line ends.
func (m *Mapper) Lines() int { return m.start.Line + len(m.lines) - 1 }

// Line returns the bytes of a line, counted from 1, without its end. It is nil
// when there is no such line.
func (m *Mapper) Line(n int) []byte {
	n -= m.start.Line - 1
	if n < 1 || n > len(m.lines) {
		return nil
	}
	end := len(m.text)
	if n < len(m.lines) {
		end = m.lines[n] - 1
	}
	line := m.text[m.lines[n-1]:end]
	return bytes.TrimSuffix(line, []byte("\r"))
}

// Point returns the place of a byte offset. An offset outside the file counts
// as the nearest end; one inside a character counts as that character.
func (m *Mapper) Point(offset int) Point {
	offset = min(max(offset, m.lines[0]), len(m.text))
	n := sort.SearchInts(m.lines, offset+1)
	from := mark{m.lines[n-1], m.first(n)}
	i := sort.Search(len(m.marks), func(i int) bool { return m.marks[i].offset > offset })
	if i > 0 && m.marks[i-1].offset > from.offset {
		from = m.marks[i-1]
	}
	return m.count(from, offset).point
}

// Offset returns the byte offset of a line and a column in UTF-16 units, both
// from 1. A column past the line's end counts as the end, a line past the
// file's end as the file's end.
func (m *Mapper) Offset(line, utf16 int) int {
	n := line - m.start.Line + 1
	if n < 1 {
		return m.lines[0]
	}
	if n > len(m.lines) {
		return len(m.text)
	}
	i := m.lines[n-1]
	end := i + len(m.Line(line))
	for column := m.first(n).UTF16; i < end; {
		r, size := utf8.DecodeRune(m.text[i:])
		column += units(r)
		if column > utf16 {
			break
		}
		i += size
	}
	return i
}

// units is how many UTF-16 code units a character takes. A byte that is not
// UTF-8 counts as one, like the replacement character that an editor shows.
func units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
