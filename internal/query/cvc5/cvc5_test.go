package cvc5

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

var (
	questions = flag.Int("questions", 20, "how many policies to ask about")
	seed      = flag.Uint64("seed", 1, "ask about other policies")
	everybody = flag.Bool("everybody", true, "strangers may be users and root users, too")
	keep      = flag.String("keep", "", "a folder to write the questions into")
)

const (
	// effort is what the solver may spend on one question, in its own unit, so
	// that the answers are the same on every machine.
	effort = 100_000
	// patience is a second limit: the solver may be stuck where it does not
	// count.
	patience = 90 * time.Second
)

// ask is eplint's answer.
func ask(perimeter config.Perimeter, endpoint *policy.Endpoint) query.Answer {
	return query.NewAsker(perimeter).Subject(endpoint).Ask(query.StrangerToStranger)
}

// An opinion is what the solver says, and what eplint says, of one draft.
type opinion struct {
	draft    draft
	endpoint *policy.Endpoint
	ours     query.Answer
	ourTime  time.Duration

	answered bool
	late     bool          // it was stopped by the clock
	verdict  query.Verdict // yes: the plain reading lets one through; no: the widest lets none
	request  *policy.Request
	model    string
	time     time.Duration
	fault    string // what is wrong with the encoding, the evaluator or the solver
}

// TestAnswersAgreeWithASolverThatOthersWrote has cvc5 answer, in its theory of
// strings, the whole question whether a stranger's role session can act on a
// stranger's resource, for policies by chance. Account and organization ids are
// free there, so that it is a test of the search, and of what the search takes
// for granted about ids. Of the encoding it is a test too: each request that the
// solver finds must pass the evaluator, and where it says that there is none,
// none by chance may pass.
//
// It asks about few policies unless -questions says more. With -keep they are
// written, each as a script for the solver.
func TestAnswersAgreeWithASolverThatOthersWrote(t *testing.T) {
	path, err := exec.LookPath("cvc5")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("in CI the solver must be there: %v", err)
		}
		t.Skipf("the solver is not there: %v", err)
	}
	opinions := make([]opinion, *questions)
	for i := range opinions {
		d := newDraft(rand.New(rand.NewPCG(*seed, uint64(i))))
		opinions[i] = opinion{draft: d, endpoint: endpoint(t, d)}
		start := time.Now()
		opinions[i].ours = ask(d.perimeter, opinions[i].endpoint)
		opinions[i].ourTime = time.Since(start)
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(2, runtime.NumCPU()) {
		workers.Go(func() {
			for i := range next {
				opinions[i].form(path, i)
			}
		})
	}
	for i := range opinions {
		next <- i
	}
	close(next)
	workers.Wait()
	report(t, opinions)
}

func report(t *testing.T, opinions []opinion) {
	t.Helper()
	answered, compared, late, theirs := 0, 0, 0, map[query.Verdict]int{}
	var ourTime, theirTime, spent time.Duration
	for i := range opinions {
		o := &opinions[i]
		spent += o.time
		if o.fault != "" {
			t.Errorf("question %d: %s\n%s\n%s", i, o.fault, o.draft, o.model)
			continue
		}
		if o.late {
			late++
		}
		if !o.answered {
			continue
		}
		answered++
		theirs[o.verdict]++
		ourTime += o.ourTime
		theirTime += o.time
		if o.ours.Verdict == query.Unknown && undocumented(o.ours.Because) {
			continue
		}
		compared++
		if o.ours.Verdict != o.verdict {
			t.Errorf("question %d: eplint says %v (%s; %+v), the solver %v (%+v) of\n%s\n%s", i, o.ours.Verdict, o.ours.Because, o.ours.Witness, o.verdict, o.request, o.draft, o.model)
		}
	}
	t.Logf("%d questions: %d answered by the solver (%d%%; %d stopped by the clock): %d yes, %d no, %d undocumented; %d compared", len(opinions), answered, 100*answered/max(len(opinions), 1), late, theirs[query.Yes], theirs[query.No], theirs[query.Unknown], compared)
	t.Logf("time for those answered: solver %v, eplint %v: %.0f to 1; the solver spent %v in all", theirTime.Round(time.Millisecond), ourTime.Round(time.Millisecond), float64(theirTime)/float64(max(ourTime, 1)), spent.Round(time.Millisecond))
	if answered*100 < 80*len(opinions) {
		t.Errorf("only %d of %d questions are answered", answered, len(opinions))
	}
}

// undocumented reports whether the reason of an answer is a point that AWS leaves
// undocumented: the solver knows nothing of who may take a bucket's name.
func undocumented(because string) bool {
	return strings.HasPrefix(because, "A") && strings.Contains(because, ": ")
}

// String writes the draft for people.
func (d draft) String() string {
	return fmt.Sprintf("%s %s, %+v\n%s", d.service, d.kind, d.perimeter, d.document)
}

func endpoint(t *testing.T, d draft) *policy.Endpoint {
	t.Helper()
	unit := loader.Load([]*source.File{source.NewFile("endpoint.json", []byte(d.document))}, loader.Options{
		Use: func(string) loader.Use { return loader.Use{Endpoint: true, Service: d.service, Type: d.kind} },
	})
	if len(unit.Endpoints) != 1 || len(unit.Findings) != 0 {
		t.Fatalf("%d endpoints, findings %v, in %s", len(unit.Endpoints), unit.Findings, d.document)
	}
	return &unit.Endpoints[0]
}

// form asks the solver: about the plain reading, and where that lets nothing
// through about the wide one, if that is another question.
func (o *opinion) form(path string, i int) {
	prefix := o.draft.service[strings.LastIndexByte(o.draft.service, '.')+1:]
	q := question{
		document: o.endpoint.Policy.Variants[0].Doc, gateway: o.draft.kind == "Gateway",
		prefixes: []string{prefix}, region: "us-east-1", perimeter: o.draft.perimeter,
	}
	found, ok := o.solve(path, q, i)
	switch {
	case !ok:
		return
	case found:
		o.answered, o.verdict = true, query.Yes
		return
	}
	plain, _ := encode(q)
	q.reading = policy.Wide
	if wide, _ := encode(q); wide.out.String() != plain.out.String() {
		found, ok = o.solve(path, q, i)
	}
	if o.answered = ok; ok && !found {
		o.verdict = query.No
	}
}

// solve asks the solver one question, and looks whether the evaluator can
// contradict its answer.
func (o *opinion) solve(path string, q question, i int) (found, ok bool) {
	e, problem := encode(q)
	if problem != "" {
		o.fault = "not encoded: " + problem
		return false, false
	}
	if *keep != "" {
		_ = os.WriteFile(fmt.Sprintf("%s/%d-%v.smt2", *keep, i, q.reading), []byte(e.out.String()), 0o600)
		_ = os.WriteFile(fmt.Sprintf("%s/%d.json", *keep, i), []byte(o.draft.document), 0o600)
	}
	start := time.Now()
	answer, err := solution(path, e.out.String())
	o.time += time.Since(start)
	o.late = o.late || errors.Is(err, context.DeadlineExceeded)
	if o.late {
		return false, false
	}
	if err != nil {
		o.fault = err.Error()
		return false, false
	}
	verdict, rest, _ := strings.Cut(answer, "\n")
	switch verdict {
	case "sat":
		m, err := readModel(rest)
		if err != nil {
			o.fault = err.Error()
			return false, false
		}
		o.model = rest
		r, err := e.request(m)
		if err != nil {
			o.fault = err.Error()
		}
		if o.request = &r; q.reading == policy.Wide {
			o.request = nil
		}
		if d := policy.Decide(q.document, r, e.setting(), q.reading); d.Outcome != policy.Allowed && err == nil {
			o.fault = fmt.Sprintf("the solver's request is %v in the %v reading: %+v", d.Outcome, q.reading, r)
		}
		return true, o.fault == ""
	case "unsat":
		random := rand.New(rand.NewPCG(uint64(i), 2))
		for range 300 {
			if r, ok := e.chance(random); ok && policy.Decide(q.document, r, e.setting(), q.reading).Outcome == policy.Allowed {
				o.fault = fmt.Sprintf("the solver says that nothing passes in the %v reading, but this does: %+v", q.reading, r)
				return false, false
			}
		}
		return false, true
	case "unknown":
		return false, false
	default:
		o.fault = "the solver says " + answer
		return false, false
	}
}

// solution runs the solver, and returns what it prints.
func solution(path, script string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--lang=smt2", "--strings-exp", "--rlimit="+strconv.Itoa(effort))
	var out, complaints bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(script), &out, &complaints
	err := cmd.Run()
	switch exit := (*exec.ExitError)(nil); {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit) && out.Len() > 0:
		// It exits so when there is no model to give.
		return out.String(), nil
	case err != nil:
		return "", fmt.Errorf("%w: %s", err, complaints.String())
	}
	return out.String(), nil
}
