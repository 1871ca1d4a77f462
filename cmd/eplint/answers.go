package main

import (
	"context"
	"fmt"
	"io"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/report"
)

// answerFlags are the flags of the commands that print answers.
type answerFlags struct {
	inputFlags
	format, color string
}

func (f *answerFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.format, "format", "text", "text or json")
	flags.StringVar(&f.color, "color", "auto", "colour the text: auto, always, never")
	f.inputFlags.add(flags)
}

func (f *answerFlags) check(flags *pflag.FlagSet) error {
	if err := notEmpty(flags); err != nil {
		return err
	}
	if f.format != "text" && f.format != "json" {
		return wrongUse("--format %q is not text or json", f.format)
	}
	return checkColor(f.color)
}

// text is a text for people about answers.
type text struct {
	strings.Builder
	color bool
	width int
}

// usualWidth is the width of a text that no terminal shows; leastWidth is what
// a narrow terminal is taken for.
const (
	usualWidth = 80
	leastWidth = 40
)

func (f *answerFlags) text(w io.Writer) *text {
	t := &text{color: colored(f.color, w), width: usualWidth}
	if width := widthOf(w); width > 0 {
		t.width = max(width, leastWidth)
	}
	return t
}

// heading begins the part of an endpoint.
func (t *text) heading(e *policy.Endpoint, s *query.Subject, more string) {
	service := serviceOf(s)
	if service == "" {
		service = "service not said"
	}
	start, _ := e.Span.Bounds()
	name := report.Visible(e.Name)
	rest := fmt.Sprintf("(%s) at %s:%d", service, pathOf(e), start.Line)
	if e.When != "" {
		rest += ", when " + e.When
	}
	rest = report.Visible(rest) + more
	line := report.Wrap(name+" "+rest, t.width, 0, 4)
	if t.Len() > 0 {
		t.WriteByte('\n')
	}
	if painted, ok := strings.CutPrefix(line, name); ok {
		line = report.Paint(t.color, report.Bold, name) + painted
	}
	t.WriteString(line + "\n")
}

// answer prints a verdict with its label and its reason: beside them where that
// takes few lines, else beneath.
func (t *text) answer(label string, labelWidth int, verdict query.Verdict, style report.Style, reason string) {
	const (
		verdictWidth = len("unknown")
		fewLines     = 3
	)
	fmt.Fprintf(t, "  %-*s  %s", labelWidth, label, report.Paint(t.color, style, verdict.String()))
	column := 2 + labelWidth + 2 + verdictWidth + 2
	lines := strings.Split(report.Wrap(reason, t.width, column, column), "\n")
	wide := slices.ContainsFunc(lines[1:], func(line string) bool { return report.Width(line) > t.width }) ||
		column+report.Width(lines[0]) > t.width
	if wide || len(lines) > fewLines {
		t.WriteString("\n    " + report.Wrap(reason, t.width, 4, 6) + "\n")
		return
	}
	t.WriteString(strings.Repeat(" ", verdictWidth-len(verdict.String())+2) + strings.Join(lines, "\n") + "\n")
}

// assumed prints what all answers of an endpoint take for granted.
func (t *text) assumed(assumptions []string) {
	if len(assumptions) > 0 {
		t.WriteString("  " + report.Wrap(parenthesis(assumptions), t.width, 2, 3) + "\n")
	}
}

func parenthesis(assumptions []string) string {
	return "(" + report.Visible(strings.Join(assumptions, "; ")) + ")"
}

// shared are the assumptions of all answers that have any.
func shared(answers ...query.Answer) []string {
	var out []string
	first := true
	for _, a := range answers {
		if len(a.Assumptions) == 0 {
			continue
		}
		if first {
			out, first = slices.Clone(a.Assumptions), false
		}
		out = slices.DeleteFunc(out, func(one string) bool { return !slices.Contains(a.Assumptions, one) })
	}
	return out
}

// reason says what an answer rests on, for people: the witness in words, or why
// there is none, and the assumptions that are not said elsewhere. The endpoint
// is the one whose statements the answer speaks of; nil where there is none.
func reason(e *policy.Endpoint, a query.Answer, said []string) string {
	out := report.Visible(a.Because)
	if a.Witness != nil {
		out = report.Sentence(caller(a), *a.Witness)
		if name := statementName(e, a.Statement); name != "" {
			out += ", by " + report.Visible(name)
		} else if a.Because != "" {
			out += ": " + report.Visible(a.Because)
		}
	}
	if own := slices.DeleteFunc(slices.Clone(a.Assumptions), func(one string) bool { return slices.Contains(said, one) }); len(own) > 0 {
		out += " " + parenthesis(own)
	}
	return out
}

// caller names the caller of a witness.
func caller(a query.Answer) string {
	switch kind := a.Witness.Caller(); kind {
	case policy.Unsigned:
		return "anybody, without credentials,"
	case policy.AWSService:
		return "the AWS service"
	case policy.STSFederated:
		return kind.String()
	}
	if a.OwnCredentials {
		return "your own principal"
	}
	return "a stranger"
}

// statementName names a statement for people; empty when there is none.
func statementName(e *policy.Endpoint, i int) string {
	if e == nil || i < 0 || e.Policy.State != policy.Known || i >= len(e.Policy.Variants[0].Doc.Statements) {
		return ""
	}
	if sid := e.Policy.Variants[0].Doc.Statements[i].Sid.String(); sid != "" {
		return fmt.Sprintf("statement %q", sid)
	}
	return fmt.Sprintf("statement number %d", i+1)
}

// serviceOf is the service as JSON has it: the catalogue's id, else the text as
// written.
func serviceOf(s *query.Subject) string {
	if s.Recognised {
		return s.Service.ID
	}
	return s.Endpoint.Service.String()
}

func pathOf(e *policy.Endpoint) string {
	if e.Span.File == nil {
		return ""
	}
	return e.Span.File.Path
}

// isBare reports whether an endpoint is a policy document on its own.
func isBare(e *policy.Endpoint) bool {
	return e.Span == e.Policy.Span && e.Name == path.Base(pathOf(e))
}

// answerJSON is an answer in the output of --format json. The types of that
// output are promised: keys are only ever added.
type answerJSON struct {
	Question    query.Question  `json:"question,omitempty"`
	Verdict     query.Verdict   `json:"verdict"`
	Witness     *report.Witness `json:"witness,omitempty"`
	Statement   string          `json:"statement,omitempty"`
	Because     string          `json:"because,omitempty"`
	Assumptions []string        `json:"assumptions,omitempty"`
}

func toAnswerJSON(a query.Answer) answerJSON {
	out := answerJSON{Verdict: a.Verdict, Witness: report.WitnessOf(a.Witness), Because: report.Visible(a.Because)}
	for _, one := range a.Assumptions {
		out.Assumptions = append(out.Assumptions, report.Visible(one))
	}
	return out
}

// askers keeps one asker for each configuration.
type askers struct {
	made map[*config.Config]*query.Asker
	done <-chan struct{}
}

func newAskers(ctx context.Context) askers {
	return askers{made: map[*config.Config]*query.Asker{}, done: ctx.Done()}
}

// of returns the asker for the file that an endpoint stands in.
func (a askers) of(in *input, e *policy.Endpoint) *query.Asker {
	c := in.options.ConfigOf(pathOf(e))
	if a.made[c] == nil {
		a.made[c] = query.NewAsker(c.Perimeter)
		a.made[c].Done, a.made[c].Listing = a.done, in.options.Listing(c)
	}
	return a.made[c]
}

// each does n pieces of work on all CPUs. A panic ends its own piece alone; its
// fault is returned at the piece's index.
func each(n int, work func(i int)) []error {
	faults := make([]error, n)
	one := func(i int) {
		defer func() {
			if fault := recover(); fault != nil {
				faults[i] = fmt.Errorf("internal error: %v\n%s", fault, debug.Stack())
			}
		}()
		work(i)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := range next {
				one(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
	return faults
}

// failed is the answer to a question that eplint fails on.
func failed() query.Answer {
	return query.Answer{Statement: -1, Value: -1, Because: "eplint failed on this endpoint"}
}

// printFaults prints what eplint failed on, and reports whether there is any.
func printFaults(stderr io.Writer, command string, faults []error, nameOf func(i int) string) bool {
	found := false
	for i, fault := range faults {
		if fault != nil {
			found = true
			fmt.Fprintf(stderr, "eplint %s: %s: %v\n", command, report.Visible(nameOf(i)), fault)
		}
	}
	if found {
		fmt.Fprintln(stderr, appeal)
	}
	return found
}

// printUnreadable prints what could not be read of some files.
func printUnreadable(stderr io.Writer, command string, problems []finding.Finding) {
	for _, problem := range problems {
		start, _ := problem.Span.Bounds()
		place := fmt.Sprintf("%s:%d:%d: %s", problem.Span.File.Path, start.Line, start.Column, problem.Message)
		fmt.Fprintf(stderr, "eplint %s: %s\n", command, report.Visible(place))
	}
}

// printed tells how printing went: who closes a pipe has seen enough, and still
// wants to know the answer.
func printed(err error) error {
	if isClosedPipe(err) {
		return nil
	}
	return err
}
