// Package report prints what a run found, in one of several formats. What
// there is to tell, and where the bytes go, is decided elsewhere.
package report

import (
	"bufio"
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

// Summary counts what a run saw. Findings are not in it: they are counted when
// they are printed.
type Summary struct {
	Files         int // read, with something to judge in them
	Endpoints     int
	WithoutPolicy int // endpoints that AWS's default lets everything through
	Unreadable    int // candidates that could not be read or parsed
	NotRead       int // Terraform sources, which are judged by their plan
	UnknownUse    int // policy documents that may not be for an endpoint
	Skipped       int // files with nothing about endpoints in them
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

// Write prints the report. It fails on an unknown format, on a finding without
// a severity, and when w does. The same report gives the same bytes.
func Write(w io.Writer, format Format, r Report, opts Options) error {
	for _, f := range r.Findings {
		if f.Severity < finding.Note || f.Severity > finding.Error {
			return fmt.Errorf("a finding of rule %s has no severity", f.Rule)
		}
	}
	b := bufio.NewWriter(w)
	var err error
	switch format {
	case Text:
		writeText(b, r, opts)
	case Concise:
		writeConcise(b, r)
	case JSON:
		err = writeJSON(b, r)
	case SARIF:
		err = writeSARIF(b, r)
	default:
		return fmt.Errorf("unknown format %q: choose one of %s", format, strings.Join(Formats(), ", "))
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

// WriteSummary prints the lines that end the text format. It is for the
// formats that leave them out, where they go to the terminal instead.
func WriteSummary(w io.Writer, r Report) error {
	_, err := io.WriteString(w, strings.Join(summary(r), "\n")+"\n")
	return err
}

// summary returns the counts in words, one line each.
func summary(r Report) []string {
	s := r.Summary
	c := count(r.Findings)
	var found []string
	for _, of := range []struct {
		n    int
		noun string
	}{{c.errors, "error"}, {c.warnings, "warning"}, {c.notes, "note"}} {
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
	if s.Files == 0 && s.Skipped > 0 {
		line += "; " + plural(s.Skipped, "file") + " skipped: nothing about endpoints in " + pick(s.Skipped, "it", "them")
	}
	lines := []string{line}
	if n := s.Unreadable; n > 0 {
		lines = append(lines, plural(n, "file")+" could not be read")
	}
	if n := s.NotRead; n > 0 {
		lines = append(lines, plural(n, "Terraform file")+" "+pick(n, "was", "were")+" not read: lint the plan instead (terraform show -json)")
	}
	if n := s.UnknownUse; n > 0 {
		lines = append(lines, plural(n, "policy document")+" of unknown use "+pick(n, "was", "were")+" not judged: name the service with --service")
	}
	return lines
}

type counts struct{ errors, warnings, notes int }

func count(findings []finding.Finding) counts {
	var c counts
	for _, f := range findings {
		switch f.Severity {
		case finding.Error:
			c.errors++
		case finding.Warning:
			c.warnings++
		case finding.Note:
			c.notes++
		}
	}
	return c
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
