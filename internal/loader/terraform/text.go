package terraform

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// A text is what an expression was parsed from, and the way from the parser's
// offsets to places in a file.
type text struct {
	file  *source.File
	bytes []byte
	// within is the string that the text is the value of, with its trace; not set
	// where the text is the whole file.
	within *syntax.Node
	trace  source.Trace
	root   hclsyntax.Expression // of a template that is all of the text
}

func fileText(f *source.File) *text { return &text{file: f, bytes: f.Text} }

// stringText is the text of a string, in which the places are those that its
// trace knows.
func stringText(n *syntax.Node, value string) *text {
	t := &text{file: n.Span().File, bytes: []byte(value), within: n}
	if trace := n.Place.Trace(); trace.Len() == len(value) {
		t.trace = trace
	}
	return t
}

func (t *text) span(start, end int) source.Span {
	start, end = min(max(start, 0), len(t.bytes)), min(max(end, start, 0), len(t.bytes))
	if t.within == nil {
		return source.Span{File: t.file, Start: start, End: end}
	}
	if s := t.trace.Span(start, end); s.File != nil {
		return s
	}
	return t.within.Span()
}

func (t *text) at(r hcl.Range) syntax.Place { return syntax.At(t.span(r.Start.Byte, r.End.Byte)) }

// written is an expression as it is written, on one line.
func (t *text) written(r hcl.Range) string {
	start := min(max(r.Start.Byte, 0), len(t.bytes))
	end := min(max(r.End.Byte, start), len(t.bytes), start+maxWritten)
	return syntax.Name(strings.ToValidUTF8(string(t.bytes[start:end]), ""))
}

// maxWritten is how much of an expression is looked at for its name.
const maxWritten = 4 << 10

// traceOf is the way from the value of literal text to its bytes; the zero Trace
// when there is none.
func (t *text) traceOf(start, end int, value string, quotes bool) source.Trace {
	if start < 0 || end > len(t.bytes) || start > end {
		return source.Trace{}
	}
	out := source.NewTrace(t.file)
	add := func(n, from, to int) {
		if t.within == nil {
			out.Add(n, start+from, start+to)
			return
		}
		if s := t.trace.Span(start+from, start+to); s.File != nil {
			out.Add(n, s.Start, s.End)
		}
	}
	lineStart := start == 0 || t.bytes[start-1] == '\n'
	if !align(t.bytes[start:end], value, quotes, lineStart, add) || out.Len() != len(value) {
		return source.Trace{}
	}
	return out
}

// align finds which bytes of literal text each piece of its value comes from.
// What a heredoc cuts from the start of its lines, and what the marks of a
// template cut, is white space. It reports false when the text is not the value's.
func align(raw []byte, value string, quotes, lineStart bool, add func(n, start, end int)) bool {
	i := 0
	for j := 0; j < len(value); {
		if i >= len(raw) {
			return false
		}
		if lineStart && !quotes {
			i += max(spaces(raw[i:])-spaces([]byte(value[j:])), 0)
			lineStart = false
			continue
		}
		switch c := raw[i]; {
		case quotes && c == '\\':
			decoded, width := unescape(raw[i:])
			if decoded == "" || !strings.HasPrefix(value[j:], decoded) {
				return false
			}
			add(len(decoded), i, i+width)
			i, j = i+width, j+len(decoded)
		case (c == '$' || c == '%') && i+2 < len(raw) && raw[i+1] == c && raw[i+2] == '{' && strings.HasPrefix(value[j:], string(c)+"{"):
			add(1, i, i+2)
			i, j = i+2, j+1
		case c == value[j]:
			n := 1
			for i+n < len(raw) && j+n < len(value) && raw[i+n] == value[j+n] && c != '\n' && raw[i+n-1] != '\n' && bytes.IndexByte([]byte(`\$%`), raw[i+n]) < 0 {
				n++
			}
			for k := i; k < i+n; {
				_, size := utf8.DecodeRune(raw[k : i+n])
				add(size, k, k+size)
				k += size
			}
			lineStart = raw[i+n-1] == '\n'
			i, j = i+n, j+n
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		default:
			return false
		}
	}
	return true
}

func spaces(text []byte) int {
	n := 0
	for n < len(text) && (text[n] == ' ' || text[n] == '\t') {
		n++
	}
	return n
}

// unescape decodes the escape that text begins with (HCL Native Syntax
// Specification, "Template Expressions"), and says how long it is; empty when it
// is none.
func unescape(text []byte) (decoded string, width int) {
	if len(text) < 2 {
		return "", 0
	}
	var digits int
	switch text[1] {
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case '"', '\\':
		return string(text[1]), 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		return "", 0
	}
	if len(text) < 2+digits {
		return "", 0
	}
	var r rune
	for _, c := range text[2 : 2+digits] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return "", 0
		}
	}
	return string(r), 2 + digits
}

// A literal is the place of literal text: its trace is worked out when asked for.
type literal struct {
	text       *text
	start, end int // of the text itself, without quotes
	value      string
	quotes     bool
	span       source.Span
}

func (l literal) Span() source.Span { return l.span }

func (l literal) Trace() source.Trace { return l.text.traceOf(l.start, l.end, l.value, l.quotes) }
