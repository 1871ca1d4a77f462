// Package finding holds what eplint tells a person: findings, the rules they
// come from, and how bad they are. How they are printed is the report
// package's job.
package finding

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// Severity is how bad a finding is. The zero Severity is invalid.
type Severity int

// The severities, the least first, so that they compare with < and >.
const (
	Note Severity = iota + 1
	Warning
	Error
)

// String returns the severity's name in output and flags.
func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	case Error:
		return "error"
	default:
		return fmt.Sprintf("Severity(%d)", int(s))
	}
}

// ParseSeverity reads a severity's name; it reports false for anything else.
func ParseSeverity(name string) (Severity, bool) {
	for _, s := range []Severity{Note, Warning, Error} {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// A Finding is one fault in the user's files.
type Finding struct {
	Rule     string
	Severity Severity
	// Message is one line without a full stop.
	Message string
	Span    source.Span
	// Endpoint is the name of the endpoint that it is about; empty for a
	// finding about a file.
	Endpoint string
	// Declared is the endpoint's own place; the zero Span for a finding about a file.
	Declared source.Span
	// Service is the catalogue's id of the endpoint's service, else the name
	// as written; empty when it is not known.
	Service string
	// Statement is the JSON Pointer of the statement in the endpoint
	// (/policy/Statement/0); empty when it is about none.
	Statement string
	// Sid is that statement's; empty when it has none.
	Sid string
	// Ignored is the reason for which the user ignores the finding; empty when he
	// does not.
	Ignored string
	// Witness is a request that shows the fault; nil when there is none.
	Witness *policy.Request
	Related []Related
}

// Related is a further place that explains a finding.
type Related struct {
	Span    source.Span
	Message string
}

// A Rule is what is said about a rule without running it.
type Rule struct {
	// Name is the kebab-case name that never changes.
	Name string `json:"name"`
	// Title is one sentence with its full stop.
	Title string `json:"title"`
	// Description says in a few sentences what is reported and why.
	Description string `json:"description"`
	// Severity is the highest that the rule reports.
	Severity string `json:"severity"`
	// SecuritySeverity is GitHub's score from "0.1" to "10.0"; empty for a
	// rule that is not about security.
	SecuritySeverity string   `json:"security_severity,omitempty"`
	Tags             []string `json:"tags"`
	// Help is the rule's page in Markdown.
	Help string `json:"help"`
}

// Sort orders findings by path, place, rule and message, so that the output
// does not depend on the order of the work.
func Sort(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(path(a.Span), path(b.Span)),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Endpoint, b.Endpoint),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

func path(s source.Span) string {
	if s.File == nil {
		return ""
	}
	return s.File.Path
}
