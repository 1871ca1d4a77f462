package report

import "strings"

// Style is how a word of a text for people looks.
type Style string

// The styles. Plain, the zero Style, is as the terminal has it.
const (
	Plain  Style = ""
	Bold   Style = bold
	Red    Style = red
	Yellow Style = yellow
	Green  Style = "1;32"
)

// Paint returns a text in a style, where colour is wanted.
func Paint(color bool, style Style, text string) string {
	return painter{on: color && style != Plain}.paint(string(style), text)
}

// Width returns how many cells of a terminal a text takes, which holds no
// colour.
func Width(text string) int { return cellsOf(text) }

// Wrap breaks a text at its blanks into lines of at most width cells. The first
// line starts where used cells are taken already, the others after an indent of
// hang cells. A word that is wider has a line of its own.
func Wrap(text string, width, used, hang int) string {
	var b strings.Builder
	at := used
	for i, word := range strings.Fields(text) {
		cells := cellsOf(word)
		switch {
		case i == 0:
		case at+1+cells > width:
			b.WriteString("\n" + strings.Repeat(" ", hang))
			at = hang
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += cells
	}
	return b.String()
}
