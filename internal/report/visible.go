package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// visible returns a text with everything that could act on a terminal, a log
// or a reader's eye written as an escape. Every text of the user's passes
// through here, whatever the format: a program may print what it decoded.
func visible(s string) string { return escape(s, hostile) }

// Visible returns text of unknown origin as it may be printed on one line of a
// terminal.
func Visible(s string) string { return visible(s) }

// visibleLines is visible for a text of several lines, which keeps its line
// ends and tabs.
func visibleLines(s string) string {
	return escape(s, func(r rune) bool { return r != '\n' && r != '\t' && hostile(r) })
}

func escape(s string, bad func(rune) bool) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, bad) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s { // a byte that is not UTF-8 comes out as U+FFFD
		if bad(r) {
			b.WriteString(escaped(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func escaped(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r <= 0xFF:
		return fmt.Sprintf(`\x%02x`, r)
	default:
		return fmt.Sprintf(`\u%04x`, r)
	}
}

// hostile reports whether a character is a control (C0, DEL, C1), a separator
// that starts a line, or one of the controls of writing direction, which can
// make a text look like another (Unicode UAX #9, Bidi_Control).
func hostile(r rune) bool {
	switch {
	case r < 0x20, 0x7F <= r && r <= 0x9F:
		return true
	case r == 0x2028, r == 0x2029:
		return true
	case r == 0x061C, r == 0x200E, r == 0x200F:
		return true
	}
	return 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069
}
