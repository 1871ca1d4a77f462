package report

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/eplint/eplint/internal/finding"
)

// concisePrinter prints a line for each finding, for grep and for the error
// formats of editors: path:line:column: severity: message [rule].
type concisePrinter struct{ w *bufio.Writer }

func (p concisePrinter) end(Summary) error { return nil }

func (p concisePrinter) add(findings []finding.Finding) error {
	for _, f := range findings {
		at := place(f.Span)
		// A line that starts with "::" is a command to GitHub's runner.
		if strings.HasPrefix(strings.TrimLeft(at, " "), "::") {
			at = "./" + at
		}
		if at != "" {
			at += ": "
		}
		ignored := ""
		if f.Ignored != "" {
			ignored = " (ignored: " + visible(f.Ignored) + ")"
		}
		fmt.Fprintf(p.w, "%s%s: %s [%s]%s\n", at, f.Severity, visible(f.Message), visible(f.Rule), ignored)
	}
	return nil
}
