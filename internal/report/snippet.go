package report

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/eplint/eplint/internal/source"
)

const (
	// maxSnippetLines is how many lines of a span are shown in full: its first
	// ones and its last.
	maxSnippetLines = 4
	// minSnippetWidth is the least number of cells for a line's text, however
	// narrow the terminal: less shows nothing.
	minSnippetWidth = 20
	ellipsis        = "…"
	tab             = "    "
)

// A snippet is the lines of a span, framed and marked.
type snippet struct {
	gutter int // cells of the greatest line number
	rows   []row
	multi  bool // the span goes over several lines
}

// A row is one line of the file. Its zero number stands for lines left out.
type row struct {
	number int
	excerpt
}

// newSnippet cuts the lines of a span, its first to its last, to width cells,
// frame included.
func newSnippet(s source.Span, first, last, width int) snippet {
	m := s.File.Mapper()
	start := s.Start - m.Offset(first, 1)
	end := s.End - m.Offset(last, 1)
	if end <= 0 && last > first { // the line's end belongs to the line before
		last--
		end = len(m.Line(last))
	}
	gutter := len(strconv.Itoa(last))
	// The frame takes " | " and, in a span of several lines, "/ ".
	cells := max(width-gutter-5, minSnippetWidth)

	if first == last {
		return snippet{gutter: gutter, rows: []row{{first, cut(m.Line(first), start, end, cells)}}}
	}
	rows := []row{{first, cut(m.Line(first), start, len(m.Line(first)), cells)}}
	head := last
	if last-first+1 > maxSnippetLines {
		head = first + maxSnippetLines - 2
	}
	for n := first + 1; n < head; n++ {
		rows = append(rows, row{n, cut(m.Line(n), 0, 0, cells)})
	}
	if head < last {
		rows = append(rows, row{})
	}
	line := m.Line(last)
	end = min(end, len(line))
	_, size := utf8.DecodeLastRune(line[:end])
	return snippet{gutter: gutter, multi: true, rows: append(rows, row{last, cut(line, end-size, end, cells)})}
}

// write prints the snippet with the span marked in a color.
func (s snippet) write(w *bufio.Writer, p painter, color string) {
	blank := p.paint(blue, strings.Repeat(" ", s.gutter)+" |")
	w.WriteString(blank + "\n")
	if !s.multi {
		r := s.rows[0]
		s.writeRow(w, p, r, "")
		w.WriteString(blank + " " + strings.Repeat(" ", r.from) + p.paint(color, strings.Repeat("^", r.to-r.from)) + "\n")
		w.WriteString(blank + "\n")
		return
	}
	for i, r := range s.rows {
		switch {
		case i == 0 && strings.TrimSpace(r.text[:r.lead]) == "":
			s.writeRow(w, p, r, p.paint(color, "/")+" ")
		case i == 0:
			s.writeRow(w, p, r, "  ")
			w.WriteString(blank + " " + p.paint(color, " "+strings.Repeat("_", r.from+1)+"^") + "\n")
		case r.number == 0:
			w.WriteString(p.paint(blue, strings.Repeat(".", max(s.gutter, 3))) + strings.Repeat(" ", max(0, 2+s.gutter-max(s.gutter, 3))) + " " + p.paint(color, "|") + "\n")
		default:
			s.writeRow(w, p, r, p.paint(color, "|")+" ")
		}
	}
	end := s.rows[len(s.rows)-1]
	w.WriteString(blank + " " + p.paint(color, "|"+strings.Repeat("_", end.to)+"^") + "\n")
	w.WriteString(blank + "\n")
}

func (s snippet) writeRow(w *bufio.Writer, p painter, r row, mark string) {
	line := p.paint(blue, fmt.Sprintf("%*d |", s.gutter, r.number)) + " " + mark + r.text
	w.WriteString(strings.TrimRight(line, " ") + "\n")
}

// An excerpt is a part of a line, ready to print.
type excerpt struct {
	text     string
	lead     int // bytes of text before the span
	from, to int // the span in cells of text; to is greater than from
}

// cut returns the part of a line around a run of its bytes that fits into
// cells. It only looks at that many characters around the run, so that a long
// line costs no more than a short one.
func cut(line []byte, start, end, cells int) excerpt {
	start = min(max(start, 0), len(line))
	end = min(max(end, start), len(line))
	start, _ = character(line, start)
	if first, next := character(line, end); first < end {
		end = next
	}

	if len(line) <= 4*utf8.UTFMax*cells && cellsOf(render(line)) <= cells {
		return newExcerpt(render(line[:start]), render(line[start:end]), render(line[end:]))
	}
	cells -= 2 // both ellipses
	span := head(line[start:end], cells*3/4)
	rest := cells - cellsOf(render(line[start:start+span]))
	left := cellsOf(render(line[start-tail(line[:start], rest) : start]))
	right := 0
	if start+span == end { // nothing follows a span that is itself cut
		right = cellsOf(render(line[end : end+head(line[end:], rest)]))
	}
	// Each side gets half, and what the other side does not need.
	toLeft := max(rest/2, rest-right)
	toRight := rest - min(left, toLeft)
	before := tail(line[:start], toLeft)
	after := 0
	if start+span == end {
		after = head(line[end:], toRight)
	}

	lead := render(line[start-before : start])
	if before < start {
		lead = ellipsis + lead
	}
	trail := render(line[start+span : start+span+after])
	if start+span+after < len(line) {
		trail += ellipsis
	}
	return newExcerpt(lead, render(line[start:start+span]), trail)
}

// character returns where the character that has the byte at i starts, and
// where the next one does. Both are i at the line's end.
func character(line []byte, i int) (first, next int) {
	for first = max(i-utf8.UTFMax+1, 0); first < len(line) && first <= i; first++ {
		if _, size := utf8.DecodeRune(line[first:]); first+size > i {
			return first, first + size
		}
	}
	return i, i
}

func newExcerpt(lead, span, trail string) excerpt {
	from := cellsOf(lead)
	to := max(cellsOf(lead+span), from+1) // an empty span gets a mark too
	return excerpt{text: lead + span + trail, lead: len(lead), from: from, to: to}
}

// head returns how many bytes at the front of b fit into cells.
func head(b []byte, cells int) int {
	n := 0
	for count := 0; n < len(b) && count < cells; count++ { // characters without a width count too
		_, size := utf8.DecodeRune(b[n:])
		w := cellsOf(render(b[n : n+size]))
		if w > cells-count {
			break
		}
		cells -= max(w-1, 0)
		n += size
	}
	return n
}

// tail returns how many bytes at the back of b fit into cells.
func tail(b []byte, cells int) int {
	n := 0
	for count := 0; n < len(b) && count < cells; count++ {
		_, size := utf8.DecodeLastRune(b[:len(b)-n])
		w := cellsOf(render(b[len(b)-n-size : len(b)-n]))
		if w > cells-count {
			break
		}
		cells -= max(w-1, 0)
		n += size
	}
	return n
}

// render returns source text as it is printed: tabs as blanks of a fixed
// width, since a tab stop would move with the frame and the cut.
func render(b []byte) string {
	return visible(strings.ReplaceAll(string(b), "\t", tab))
}

// cellsOf returns how many cells of a terminal a text takes, the same
// everywhere: the package's own default depends on the locale.
func cellsOf(s string) int {
	c := runewidth.Condition{StrictEmojiNeutral: true}
	return c.StringWidth(s)
}
