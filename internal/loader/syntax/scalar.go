package syntax

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/source"
)

// A scalarScanner reads one YAML scalar again to learn where it ends and which
// bytes each character of its value comes from (YAML 1.2.2 chapters 7 and 8).
type scalarScanner struct {
	text  []byte
	value string // what the parser read
	at    int
	trace source.Trace
	wrong bool // the text is not the value
}

// add appends to the trace what the bytes [start, end) stand for.
func (s *scalarScanner) add(n, start, end int) {
	from := s.trace.Len()
	if n == end-start && n > 0 && breakLength(s.text[start:]) != n {
		s.wrong = s.wrong || from+n > len(s.value) || s.value[from:from+n] != string(s.text[start:end])
	}
	s.trace.Add(n, start, end)
}

// traced returns the trace, and false when the scanner read another value than
// the parser, so that the trace must not be used.
func (s *scalarScanner) traced() (source.Trace, bool) {
	return s.trace, !s.wrong && s.trace.Len() == len(s.value)
}

// scan reads the scalar and returns where it ends.
func (s *scalarScanner) scan(y *yaml.Node) int {
	if s.at >= len(s.text) {
		return s.at
	}
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0 && s.text[s.at] == '"':
		return s.double()
	case y.Style&yaml.SingleQuotedStyle != 0 && s.text[s.at] == '\'':
		return s.single()
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && (s.text[s.at] == '|' || s.text[s.at] == '>'):
		return s.block()
	default:
		return s.plain()
	}
}

// fold reads white space and line breaks from i on, as they are folded in a
// flow scalar, and returns where the next text starts. White space on one line
// stands for itself; one line break for a space; n+1 for n breaks.
func (s *scalarScanner) fold(i int) int {
	start := i
	for i < len(s.text) && isBlank(s.text[i]) {
		i++
	}
	if breakLength(s.text[i:]) == 0 {
		s.add(i-start, start, i)
		return i
	}
	breaks := 0
	for i < len(s.text) {
		if n := breakLength(s.text[i:]); n > 0 {
			breaks++
			i += n
		} else if isBlank(s.text[i]) {
			i++
		} else {
			break
		}
	}
	s.foldBreaks(breaks, start, i)
	return i
}

func (s *scalarScanner) foldBreaks(breaks, start, end int) {
	s.add(max(breaks-1, 1), start, end)
}

func (s *scalarScanner) single() int {
	i := s.at + 1
	for i < len(s.text) {
		switch {
		case s.text[i] == '\'':
			if i+1 < len(s.text) && s.text[i+1] == '\'' {
				s.add(1, i, i+2)
				i += 2
				continue
			}
			return i + 1
		case isBlank(s.text[i]) || breakLength(s.text[i:]) > 0:
			i = s.fold(i)
		default:
			s.add(1, i, i+1)
			i++
		}
	}
	return i
}

func (s *scalarScanner) double() int {
	i := s.at + 1
	for i < len(s.text) {
		switch {
		case s.text[i] == '"':
			return i + 1
		case s.text[i] == '\\' && i+1 < len(s.text):
			i = s.escape(i)
		case isBlank(s.text[i]) || breakLength(s.text[i:]) > 0:
			i = s.fold(i)
		default:
			s.add(1, i, i+1)
			i++
		}
	}
	return i
}

// escape reads one escape of a double-quoted scalar (YAML 1.2.2 §5.7).
func (s *scalarScanner) escape(i int) int {
	if n := breakLength(s.text[i+1:]); n > 0 {
		// An escaped line break joins the lines; the next one's indentation
		// is not text, but empty lines are breaks.
		end := i + 1 + n
		breaks := 0
		for end < len(s.text) {
			if isBlank(s.text[end]) {
				end++
			} else if n := breakLength(s.text[end:]); n > 0 {
				breaks++
				end += n
			} else {
				break
			}
		}
		s.add(breaks, i, end)
		return end
	}
	digits := 0
	decoded := 1
	switch s.text[i+1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	case 'N', '_': // U+0085, U+00A0
		decoded = 2
	case 'L', 'P': // U+2028, U+2029
		decoded = 3
	}
	end := min(i+2+digits, len(s.text))
	if digits > 0 {
		decoded = utf8.RuneLen(hexRune(s.text[i+2 : end]))
	}
	s.add(max(decoded, 1), i, end)
	return end
}

func hexRune(digits []byte) rune {
	var r rune
	for _, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		}
	}
	return r
}

// plain reads an unquoted scalar. Its end is known from the parser's value
// alone: whatever follows is not part of it.
func (s *scalarScanner) plain() int {
	i := s.at
	for s.trace.Len() < len(s.value) && i < len(s.text) {
		if isBlank(s.text[i]) || breakLength(s.text[i:]) > 0 {
			i = s.fold(i)
			continue
		}
		s.add(1, i, i+1)
		i++
	}
	return i
}

// block reads a literal (|) or folded (>) scalar. The span ends with the last
// line that holds text, before its line break.
func (s *scalarScanner) block() int {
	folded := s.text[s.at] == '>'
	header := endOfLine(s.text, s.at)
	indent := s.firstIndent(header)
	if lead, _, _ := strings.Cut(string(s.text[s.at:header]), " "); strings.ContainsAny(lead, "123456789") {
		// The indicator counts from the parent's indentation, which is not
		// known here. What the value keeps of the first line's spaces tells.
		text := strings.TrimLeft(s.value, "\n")
		indent -= len(text) - len(strings.TrimLeft(text, " "))
	}
	lines := s.lines(header, indent)
	end := header
	for _, l := range lines {
		if l.text < l.end {
			end = l.end
		}
	}
	if folded {
		s.foldLines(lines)
	} else {
		for _, l := range lines {
			s.addLine(l)
		}
	}
	return end
}

// A blockLine is one line of a block scalar: its text without indentation, its
// end, and where the next line starts.
type blockLine struct{ text, end, next int }

// firstIndent is the number of spaces before the first text of a block scalar.
func (s *scalarScanner) firstIndent(header int) int {
	for i := header + breakLength(s.text[header:]); i < len(s.text); {
		end := endOfLine(s.text, i)
		spaces := 0
		for i+spaces < end && s.text[i+spaces] == ' ' {
			spaces++
		}
		if i+spaces < end {
			return spaces
		}
		i = end + breakLength(s.text[end:])
	}
	return 0
}

// lines returns the lines of a block scalar: as long as they are indented or
// empty.
func (s *scalarScanner) lines(header, indent int) []blockLine {
	var lines []blockLine
	for i := header + breakLength(s.text[header:]); i < len(s.text) && indent > 0; {
		end := endOfLine(s.text, i)
		spaces := 0
		for i+spaces < end && s.text[i+spaces] == ' ' {
			spaces++
		}
		if i+spaces < end && spaces < indent {
			break
		}
		next := end + breakLength(s.text[end:])
		lines = append(lines, blockLine{text: min(i+indent, end), end: end, next: next})
		i = next
	}
	return lines
}

// addLine adds a line and its break, as far as the value goes: chomping cuts
// the breaks at the end.
func (s *scalarScanner) addLine(l blockLine) {
	s.add(l.end-l.text, l.text, l.end)
	if s.trace.Len() < len(s.value) && l.next > l.end {
		s.add(1, l.end, l.next)
	}
}

// foldLines adds the lines of a folded scalar: one break between two lines of
// text is a space, n+1 breaks are n, and breaks beside a line that starts with
// white space stay as they are.
func (s *scalarScanner) foldLines(lines []blockLine) {
	spaced := func(l blockLine) bool { return l.text < l.end && isBlank(s.text[l.text]) }
	last := -1 // the last line with text
	for i, l := range lines {
		if l.text == l.end {
			continue
		}
		switch {
		case last < 0:
			for _, empty := range lines[:i] {
				s.add(1, empty.end, empty.next)
			}
		case spaced(l) || spaced(lines[last]):
			for _, before := range lines[last:i] {
				s.add(1, before.end, before.next)
			}
		case i == last+1:
			s.add(1, lines[last].end, lines[last].next)
		default:
			for _, empty := range lines[last+1 : i] {
				s.add(1, empty.end, empty.next)
			}
		}
		s.add(l.end-l.text, l.text, l.end)
		last = i
	}
	for _, l := range lines[max(last, 0):] {
		if s.trace.Len() < len(s.value) && l.next > l.end {
			s.add(1, l.end, l.next)
		}
	}
}
