package report

import (
	"bufio"
	"fmt"
	"strings"
)

// writeConcise prints a line for each finding, for grep and for the error
// formats of editors: path:line:column: severity: message [rule].
func writeConcise(w *bufio.Writer, r Report) {
	for _, f := range r.Findings {
		at := place(f.Span)
		// A line that starts with "::" is a command to GitHub's runner.
		if strings.HasPrefix(strings.TrimLeft(at, " "), "::") {
			at = "./" + at
		}
		if at != "" {
			at += ": "
		}
		fmt.Fprintf(w, "%s%s: %s [%s]\n", at, f.Severity, visible(f.Message), visible(f.Rule))
	}
}
