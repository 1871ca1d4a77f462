package report

import (
	"bufio"
	"strings"

	"github.com/eplint/eplint/internal/finding"
)

// defaultWidth is how many cells a snippet may take when the terminal's width
// is not known.
const defaultWidth = 100

// The SGR codes of ECMA-48 §8.3.117 that the text format uses.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	blue   = "1;34"
	cyan   = "1;36"
)

// textPrinter prints findings for people, in the shape of rustc's diagnostics,
// and the summary.
type textPrinter struct {
	w *bufio.Writer
	Options
}

func (p textPrinter) add(findings []finding.Finding) error {
	if p.Width <= 0 {
		p.Width = defaultWidth
	}
	for _, f := range findings {
		writeTextFinding(p.w, painter{on: p.Color}, f, p.Width)
	}
	return nil
}

func (p textPrinter) end(s Summary) error {
	if p.Quiet {
		return nil
	}
	return WriteSummary(p.w, s)
}

func writeTextFinding(w *bufio.Writer, p painter, f finding.Finding, width int) {
	color := severityColor(f.Severity)
	w.WriteString(p.paint(color, f.Severity.String()+"["+visible(f.Rule)+"]"))
	w.WriteString(p.paint(bold, ": "+visible(f.Message)) + "\n")

	gutter := 1
	if f.Span.File != nil {
		from, to := f.Span.Bounds()
		s := newSnippet(f.Span, from.Line, to.Line, width)
		gutter = s.gutter
		w.WriteString(strings.Repeat(" ", gutter) + p.paint(blue, "-->") + " " + placeOf(f.Span.File, from) + "\n")
		s.write(w, p, color)
	}
	for _, n := range notes(f) {
		w.WriteString(strings.Repeat(" ", gutter) + " " + p.paint(blue, "=") + " " + p.paint(bold, n.label+":") + " " + n.text + "\n")
	}
	w.WriteString("\n")
}

type note struct{ label, text string }

// notes returns what there is to say below a snippet.
func notes(f finding.Finding) []note {
	var out []note
	if f.Endpoint != "" {
		text := visible(f.Endpoint)
		if f.Service != "" {
			text += " (" + visible(f.Service) + ")"
		}
		out = append(out, note{"endpoint", text})
	}
	if f.Ignored != "" {
		out = append(out, note{"ignored", visible(f.Ignored)})
	}
	if f.Witness != nil {
		out = append(out, note{"witness", witnessSentence(*f.Witness)})
	}
	for _, rel := range f.Related {
		text := visible(rel.Message)
		if at := place(rel.Span); at != "" {
			text = at + ": " + text
		}
		out = append(out, note{"note", text})
	}
	return out
}

func severityColor(s finding.Severity) string {
	switch s {
	case finding.Error:
		return red
	case finding.Warning:
		return yellow
	default:
		return cyan
	}
}

// A painter colors texts where that is wanted.
type painter struct{ on bool }

func (p painter) paint(code, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
