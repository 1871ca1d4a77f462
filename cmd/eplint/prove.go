package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/report"
)

const proveUsage = `usage: eplint prove [flags] [PATH…]

Proves for each endpoint whose credentials can reach whose resources through it:
yes with a request that gets through, no where there is none, or unknown with
what decides. A policy document that is named is taken for an endpoint's.

`

// proveFlags are the flags of prove.
type proveFlags struct {
	answerFlags
	questions []string
}

func (f *proveFlags) set() *pflag.FlagSet {
	flags := pflag.NewFlagSet("prove", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.SortFlags = false
	flags.StringSliceVar(&f.questions, "question", nil, "answer the question `Q` alone: "+strings.Join(questionNames(), ", ")+" (repeatable)")
	f.add(flags)
	return flags
}

func questionNames() []string {
	var names []string
	for _, q := range query.Questions() {
		names = append(names, string(q))
	}
	return names
}

// runProve answers the questions about endpoints. The exit code does not depend
// on the answers.
func runProve(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var f proveFlags
	flags := f.set()
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(stdout, "%s%s", proveUsage, flags.FlagUsagesWrapped(100))
		return exitClean
	} else if err != nil {
		return misused(stderr, "prove", err)
	}
	questions, err := f.asked(flags)
	if err != nil {
		return misused(stderr, "prove", err)
	}
	in, err := f.read(flags.Args(), stdin)
	if err != nil {
		return misused(stderr, "prove", err)
	}
	in.options.Taken = in.named
	ctx, stop := f.within(ctx)
	defer stop()
	unit, err := lint.Load(ctx, in.options)
	proofs, faults := prove(in, unit.Endpoints, questions, newAskers(ctx))
	if err != nil || ctx.Err() != nil {
		return f.unfinished(ctx, stderr, "prove")
	}
	if f.format == "json" {
		err = writeProofsJSON(stdout, proofs)
	} else {
		err = f.write(stdout, proofs)
	}
	remark(stderr, unit)
	remarkParameters(stderr, in.options, unit.Declared)
	printUnreadable(stderr, "prove", unit.Findings)
	if failed := printFaults(stderr, "prove", faults, func(i int) string { return unit.Endpoints[i].Name }); failed {
		return exitFailure
	}
	if err := printed(err); err != nil {
		return fail(stderr, "prove", err)
	}
	if len(unit.Findings) > 0 {
		return exitUsage
	}
	return exitClean
}

// asked checks the flags and returns the questions to answer, in their order.
func (f *proveFlags) asked(flags *pflag.FlagSet) ([]query.Question, error) {
	if err := f.check(flags); err != nil {
		return nil, err
	}
	for _, q := range f.questions {
		if !slices.Contains(questionNames(), q) {
			return nil, wrongUse("--question %q is none of %s", q, strings.Join(questionNames(), ", "))
		}
	}
	return slices.DeleteFunc(query.Questions(), func(q query.Question) bool {
		return len(f.questions) > 0 && !slices.Contains(f.questions, string(q))
	}), nil
}

// remark says what was not answered, where that is no error.
func remark(stderr io.Writer, unit loader.Unit) {
	if len(unit.Endpoints)+len(unit.Findings) == 0 {
		fmt.Fprintln(stderr, "eplint: nothing to analyse: no endpoint and no endpoint policy was found")
	}
	switch n := unit.UnknownUse; {
	case n == 1:
		fmt.Fprintln(stderr, "eplint: 1 policy document of unknown use was not judged: name the file, or the service with --service")
	case n > 1:
		fmt.Fprintf(stderr, "eplint: %d policy documents of unknown use were not judged: name the files, or the service with --service\n", n)
	}
}

// A proof is an endpoint with the answers to some questions.
type proof struct {
	subject   *query.Subject
	questions []query.Question
	answers   []query.Answer // one for each question
}

// prove answers questions about endpoints, in their order, with the fault of
// each that eplint fails on.
func prove(in *input, endpoints []policy.Endpoint, questions []query.Question, known askers) ([]proof, []error) {
	proofs := make([]proof, len(endpoints))
	for i := range endpoints {
		e := &endpoints[i]
		proofs[i] = proof{subject: known.of(in, e).Subject(e), questions: questions}
		for range questions {
			proofs[i].answers = append(proofs[i].answers, failed())
		}
	}
	faults := each(len(proofs), func(i int) {
		for j, q := range questions {
			proofs[i].answers[j] = answer(proofs[i].subject, q)
		}
	})
	return proofs, faults
}

// answer answers a question. Where the service obeys no policy, what AWS's
// default lets through is what gets through.
func answer(s *query.Subject, q query.Question) query.Answer {
	if !s.Unrestricted() {
		return s.Ask(q)
	}
	a := s.Default().Ask(q)
	if a.Verdict == query.Yes {
		a.Because = "the service obeys no endpoint policy, so that everything passes"
	}
	return a
}

// write prints proofs for people.
func (f *proveFlags) write(w io.Writer, proofs []proof) error {
	t := f.text(w)
	width := 0
	for _, name := range questionNames() {
		width = max(width, len(name))
	}
	for _, p := range proofs {
		e := p.subject.Endpoint
		t.heading(e, p.subject, "")
		said := shared(p.answers...)
		for i, a := range p.answers {
			q := p.questions[i]
			t.answer(string(q), width, a.Verdict, styleOf(a.Verdict, q != query.OwnToOwn), reason(e, a, said))
		}
		t.assumed(said)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

// styleOf is how a verdict looks; bad says that a yes is what nobody wants.
func styleOf(v query.Verdict, bad bool) report.Style {
	switch {
	case v == query.Unknown:
		return report.Yellow
	case (v == query.Yes) == bad:
		return report.Red
	default:
		return report.Green
	}
}

func writeProofsJSON(w io.Writer, proofs []proof) error {
	type endpoint struct {
		Endpoint  string       `json:"endpoint"`
		When      string       `json:"when,omitempty"`
		Path      string       `json:"path"`
		Line      int          `json:"line"`
		Service   string       `json:"service,omitempty"`
		Questions []answerJSON `json:"questions"`
	}
	endpoints := []endpoint{}
	for _, p := range proofs {
		e := p.subject.Endpoint
		start, _ := e.Span.Bounds()
		one := endpoint{
			Endpoint: report.Visible(e.Name), When: report.Visible(e.When), Path: report.Visible(pathOf(e)), Line: start.Line,
			Service: report.Visible(serviceOf(p.subject)), Questions: []answerJSON{},
		}
		for i, a := range p.answers {
			answer := toAnswerJSON(a)
			answer.Question = p.questions[i]
			if a.Statement >= 0 {
				answer.Statement = fmt.Sprintf("/policy/Statement/%d", a.Statement)
			}
			one.Questions = append(one.Questions, answer)
		}
		endpoints = append(endpoints, one)
	}
	return writeJSON(w, struct {
		Schema    int        `json:"schema"`
		Endpoints []endpoint `json:"endpoints"`
	}{1, endpoints})
}
