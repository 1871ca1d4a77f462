// Package report prints what a run found, in one of several formats. What
// there is to tell, and where the bytes go, is decided elsewhere.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/source"
)

// Report is everything that a run tells.
type Report struct {
	// Findings are printed in this order; finding.Sort makes it stable.
	Findings []finding.Finding
	// Rules are all rules, not only those that fired, in a stable order. Only
	// SARIF prints them.
	Rules   []finding.Rule
	Summary Summary
	Tool    Tool
	// Root is the absolute folder that SARIF's URIs are relative to: the
	// repository, since code scanning takes them so. Empty stands for Dir.
	Root string
	// Dir is the absolute working directory, which paths in findings are
	// relative to.
	Dir string
}

// Summary counts what a run saw.
type Summary struct {
	Errors, Warnings, Notes int // findings, counted by Count

	Files         int // read, with something to judge in them
	Endpoints     int
	WithoutPolicy int // endpoints that AWS's default lets everything through
	Unreadable    int // candidates that could not be read or parsed
	NotRead       int // modules and templates that others take in, and that are not there
	UnknownUse    int // policy documents that may not be for an endpoint
	Skipped       int // files with nothing about endpoints in them
	Ignored       int // findings that the user ignores
}

// Tool says which eplint wrote the report.
type Tool struct {
	// Version is a semantic version, with or without a leading "v"; anything
	// else is printed but not called semantic.
	Version string
	// DataDate is the day of the embedded catalogue, YYYY-MM-DD; empty when
	// not known.
	DataDate string
}

// Format names a form of the report.
type Format string

// The formats. Text is for people; the others are read by programs.
const (
	Text    Format = "text"
	Concise Format = "concise"
	JSON    Format = "json"
	SARIF   Format = "sarif"
)

// Formats returns the names of all formats, the default first.
func Formats() []string {
	return []string{string(Text), string(Concise), string(JSON), string(SARIF)}
}

// Options are about the terminal and change the text format alone.
type Options struct {
	Color bool
	// Width is the number of cells that a line of a snippet may take; zero
	// stands for 100. Messages are never cut.
	Width int
	// Quiet leaves out the summary.
	Quiet bool
}

// Write prints the report: its findings, and its summary with them counted in.
// It fails on an unknown format, on a finding without a severity, and when w
// does. The same report gives the same bytes.
func Write(w io.Writer, format Format, r Report, opts Options) error {
	p, err := NewPrinter(w, format, r, opts)
	if err != nil {
		return err
	}
	if err := p.Add(r.Findings); err != nil {
		return err
	}
	r.Summary.Count(r.Findings)
	return p.End(r.Summary)
}

// WriteSummary prints the lines that end the text format. It is for the
// formats that leave them out, where they go to the terminal instead.
func WriteSummary(w io.Writer, s Summary) error {
	_, err := io.WriteString(w, strings.Join(summary(s), "\n")+"\n")
	return err
}

// summary returns the counts in words, one line each.
func summary(s Summary) []string {
	var found []string
	for _, of := range []struct {
		n    int
		noun string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Notes, "note"}} {
		if of.n > 0 {
			found = append(found, plural(of.n, of.noun))
		}
	}
	if len(found) == 0 {
		found = []string{"no findings"}
	}
	line := strings.Join(found, ", ") + " in " + plural(s.Files, "file") + ", " + plural(s.Endpoints, "endpoint")
	if s.WithoutPolicy > 0 {
		line += fmt.Sprintf(" (%d without a policy)", s.WithoutPolicy)
	}
	if s.Ignored > 0 {
		line += fmt.Sprintf("; %d ignored", s.Ignored)
	}
	if s.Files == 0 && s.Skipped > 0 {
		line += "; " + plural(s.Skipped, "file") + " skipped: nothing about endpoints in " + pick(s.Skipped, "it", "them")
	}
	lines := []string{line}
	if n := s.Unreadable; n > 0 {
		lines = append(lines, plural(n, "file")+" could not be read")
	}
	if n := s.NotRead; n > 0 {
		lines = append(lines, fmt.Sprintf("%d %s", n, pick(n, "module or template", "modules or templates"))+" that others take in "+pick(n, "was", "were")+" not there to be read (terraform init, or a plan, brings Terraform's)")
	}
	if n := s.UnknownUse; n > 0 {
		lines = append(lines, plural(n, "policy document")+" of unknown use "+pick(n, "was", "were")+" not judged: name the service with --service")
	}
	return lines
}

// Count adds findings to the summary; those that are ignored it leaves out.
func (s *Summary) Count(findings []finding.Finding) {
	for _, f := range findings {
		if f.Ignored != "" {
			continue
		}
		switch f.Severity {
		case finding.Error:
			s.Errors++
		case finding.Warning:
			s.Warnings++
		case finding.Note:
			s.Notes++
		}
	}
}

func plural(n int, noun string) string {
	return fmt.Sprintf("%d %s", n, pick(n, noun, noun+"s"))
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// place returns a span's start as path:line:column, in characters; empty for
// the zero Span.
func place(s source.Span) string {
	if s.File == nil {
		return ""
	}
	return placeOf(s.File, s.File.Mapper().Point(s.Start))
}

func placeOf(f *source.File, p source.Point) string {
	return fmt.Sprintf("%s:%d:%d", visible(f.Path), p.Line, p.Column)
}

// keys returns a context's keys, sorted.
func keys(context map[string][]string) []string {
	var names []string
	for k := range context {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}
