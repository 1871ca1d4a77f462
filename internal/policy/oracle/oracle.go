// Package oracle holds policy.Decide against an evaluator that others wrote:
// @cloud-copilot/iam-simulate, which runs in a Node process of its own. It is
// for tests. Which documents and requests to compare on is for its users to say.
package oracle

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/tools/differential"
)

//go:embed known.json
var knownJSON []byte

// A KnownDifference is one class of differences between policy.Decide and the
// other evaluator. Its model in this package says exactly when it is the cause.
type KnownDifference struct {
	Class   string `json:"class"`
	Element string `json:"element"`
	Differs string `json:"differs"` // what the other evaluator does
	Page    string `json:"page"`    // whose words decide
	Says    string `json:"says"`
	// Seen is how often the differential test of the policy package sees it.
	Seen int `json:"seen"`
}

// Known returns the differences that AWS's text decides: known.json.
func Known(t testing.TB) []KnownDifference {
	t.Helper()
	var list []KnownDifference
	if err := json.Unmarshal(knownJSON, &list); err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		if k.Page == "" || k.Says == "" || k.Differs == "" {
			t.Errorf("%s: not told", k.Class)
		}
		if !slices.ContainsFunc(differences, func(d difference) bool { return d.class == k.Class && d.element == k.Element }) {
			t.Errorf("%s has no model for %s", k.Class, k.Element)
		}
	}
	return list
}

// An Answer is what the other evaluator says of one pair.
type Answer struct {
	// Error says why it did not take the question, in its own words, and Ignored
	// are the keys that it does not know for the action. Both are empty for an
	// answer that can be compared.
	Error   string
	Ignored []string

	Decision   string
	Statements []struct {
		Principal, Action, Resource bool
		Conditions                  []struct {
			Operator, Key string
			Matches       bool
		}
	}
}

// folder is where the other evaluator is, from every package of internal.
const folder = "../../tools/differential"

// Require skips the test where the other evaluator is not installed, and fails
// it in CI. It returns the program that runs it.
func Require(t testing.TB) (node string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(folder, "node_modules/@cloud-copilot/iam-simulate"))
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("in CI the other evaluator must be there (tools/check/differential.sh installs it): %v", err)
		}
		t.Skipf("the other evaluator is not there (tools/check/differential.sh installs it): %v", err)
	}
	return node
}

// Ask has the other evaluator decide the pairs, in one process: see Require. The
// setting says which keys have several values.
func Ask(t testing.TB, pairs []differential.Pair, s policy.Setting) []Answer {
	t.Helper()
	node := Require(t)
	var input, output, complaints bytes.Buffer
	for i := range pairs {
		p := &pairs[i]
		context := map[string]any{}
		for key, values := range requestOf(p).Keys() {
			switch {
			case !multivalued(s, key):
				context[key] = values[0]
			case bare(p, key):
				context[key] = []string{}
			default:
				context[key] = values
			}
		}
		line, err := json.Marshal(map[string]any{"path": p.Path, "policy": p.Policy, "request": map[string]any{
			"principal": p.Request.Principal, "action": p.Request.Action, "resource": p.Request.Resource,
			"account": p.Request.Account, "context": context,
		}})
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	cmd := exec.CommandContext(t.Context(), node, "simulate.mjs") //nolint:gosec // the one that the PATH names
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = folder, &input, &output, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	var answers []Answer
	for d := json.NewDecoder(&output); d.More(); {
		var a Answer
		if err := d.Decode(&a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(pairs) {
		t.Fatalf("%d answers to %d questions", len(answers), len(pairs))
	}
	return answers
}

// bare reports whether the other evaluator is given a list of nothing for the
// key.
func bare(p *differential.Pair, key string) bool {
	for k, is := range p.Request.Bare {
		if strings.EqualFold(k, key) {
			return is
		}
	}
	return false
}

// multivalued reports whether a key has several values, its name in lower case.
func multivalued(s policy.Setting, key string) bool {
	return differential.IsMultivalued(key) || s.Multivalued[key]
}

func requestOf(p *differential.Pair) policy.Request {
	return policy.Request{
		Principal: p.Request.Principal, Action: p.Request.Action, Resource: p.Request.Resource,
		ResourceAccount: p.Request.Account, Context: p.Request.Context,
	}
}

// A Comparison is the work on all pairs of a test. Only its Setting must be set,
// of an interface endpoint, since the other evaluator knows no gateways.
type Comparison struct {
	testing.TB
	Setting policy.Setting

	// Seen counts the known differences by class.
	Seen                  map[string]int
	Allowed, Denied       int
	Elements, Differences int
	// Undecided counts elements of which Decide does not know what they do: there
	// is nothing to compare.
	Undecided int
	// Decided counts how often each operator missed and matched a key with one
	// value: a test whose answer is always the same tests little.
	Decided  map[string]*[2]int
	failures int
}

// New begins a comparison.
func New(t testing.TB, s policy.Setting) *Comparison {
	return &Comparison{TB: t, Setting: s, Seen: map[string]int{}, Decided: map[string]*[2]int{}}
}

func (c *Comparison) fail(p *differential.Pair, format string, args ...any) {
	c.Helper()
	document, _ := json.Marshal(p.Policy)
	request, _ := json.Marshal(p.Request)
	c.Errorf("%s\npolicy  %s\nrequest %s", fmt.Sprintf(format, args...), document, request)
	if c.failures++; c.failures > 200 {
		c.Fatal("and more")
	}
}

// CompareAll has the other evaluator decide pairs and compares all that it
// answers, each with the document at the same index, and the differences with the
// known ones: see Compare and CheckTold. What it refuses is counted in beyond, by reason.
func CompareAll(t testing.TB, pairs []differential.Pair, documents []*policy.Document, s policy.Setting, beyond map[string]int) *Comparison {
	t.Helper()
	c := New(t, s)
	for i, a := range Ask(t, pairs, s) {
		if reason := a.Refusal(t); reason != "" {
			beyond[reason]++
			continue
		}
		c.Compare(&pairs[i], documents[i], a)
	}
	c.CheckTold()
	return c
}

// Compare holds what the two evaluators say of a pair against each other,
// element by element: a difference must have one of the known causes, and the
// known causes must account for the whole of every other decision. The document
// is the pair's policy as the loader reads it.
func (c *Comparison) Compare(p *differential.Pair, doc *policy.Document, a Answer) {
	c.Helper()
	if a.Error != "" || len(a.Ignored) > 0 {
		c.fail(p, "the other evaluator did not take the question: %s, ignored %v", a.Error, a.Ignored)
		return
	}
	r := requestOf(p)
	d := policy.Decide(doc, r, c.Setting, policy.Plain)
	if d.Outcome == policy.Allowed {
		c.Allowed++
	} else {
		c.Denied++
	}
	if len(a.Statements) != len(doc.Statements) {
		c.fail(p, "%d statements for the one, %d for the other", len(doc.Statements), len(a.Statements))
		return
	}
	// theirs is what the whole of their elements comes to, ours what ours does.
	var theirs, ours []policy.StatementResult
	for i, st := range doc.Statements {
		q := question{pair: p, setting: c.Setting, request: r, version: p.Policy.Version, statement: st}
		s := a.Statements[i]
		they, we := true, true
		ask := func(element string, condition *policy.Condition, their bool) {
			q := q
			q.element, q.condition = element, condition
			our := c.element(i, q, their)
			we, they = we && our == policy.Matched, they && their
		}
		if p.Path == differential.Resource {
			ask("Principal", nil, s.Principal)
		}
		ask("Action", nil, s.Action)
		ask("Resource", nil, s.Resource)
		if len(s.Conditions) != len(st.Conditions) {
			c.fail(p, "statement %d: %d conditions for the one, %d for the other", i, len(st.Conditions), len(s.Conditions))
			return
		}
		for j := range st.Conditions {
			mine := &st.Conditions[j]
			for _, their := range s.Conditions {
				if their.Operator == mine.Operator.String() && their.Key == mine.Key.String() {
					ask("Condition", mine, their.Matches)
				}
			}
		}
		ours = append(ours, policy.StatementResult{Effect: st.Effect, Matched: is(we)})
		theirs = append(theirs, policy.StatementResult{Effect: st.Effect, Matched: is(they)})
		if d.Statements[i].Matched != is(we) {
			c.fail(p, "statement %d is %v as a whole and %v by its elements", i, d.Statements[i].Matched, is(we))
		}
	}
	if got := outcome(ours); got != d.Outcome {
		c.fail(p, "%v as a whole and %v by its statements", d.Outcome, got)
	}
	said := map[string]policy.Outcome{
		"Allowed": policy.Allowed, "AllowedForAccount": policy.Allowed,
		"ExplicitlyDenied": policy.ExplicitlyDenied, "DeniedForAccount": policy.ExplicitlyDenied,
		"ImplicitlyDenied": policy.ImplicitlyDenied,
	}[a.Decision]
	if got := outcome(theirs); got != said {
		c.fail(p, "the other evaluator says %v and its elements come to %v", a.Decision, got)
	}
}

// CheckTold holds what was seen against the known differences: there may be no
// others.
func (c *Comparison) CheckTold() {
	c.Helper()
	known := Known(c)
	for class, n := range c.Seen {
		if !slices.ContainsFunc(known, func(k KnownDifference) bool { return k.Class == class }) {
			c.Errorf("%s: seen %d times and not told in the list of known differences", class, n)
		}
	}
}

// element compares one element of the statement number i and returns what ours
// comes to.
func (c *Comparison) element(i int, q question, their bool) policy.Match {
	c.Helper()
	our := q.ours()
	c.Elements++
	if our == policy.Unsure {
		c.Undecided++
		return our
	}
	c.count(q, our)
	if our == is(their) {
		return our
	}
	c.Differences++
	if is(q.model(nil)) != our {
		c.fail(q.pair, "statement %d, %s: %v, and its model without faults differs", i, q, our)
	}
	classes := q.explain(their)
	if classes == nil {
		c.fail(q.pair, "statement %d, %s: %v here, %v there, and no known difference explains it", i, q, our, is(their))
	}
	for _, name := range classes {
		c.Seen[name]++
	}
	return our
}

// count notes what an operator did with a key of one value.
func (c *Comparison) count(q question, our policy.Match) {
	if q.condition == nil || q.condition.Operator.String() == "Null" {
		return
	}
	values := q.request.Keys()[strings.ToLower(q.condition.Key.String())]
	if len(values) != 1 || values[0] == "" {
		return
	}
	operator := q.condition.Operator.String()
	if c.Decided[operator] == nil {
		c.Decided[operator] = new([2]int)
	}
	if our == policy.Matched {
		c.Decided[operator][1]++
	} else {
		c.Decided[operator][0]++
	}
}

func is(b bool) policy.Match {
	if b {
		return policy.Matched
	}
	return policy.Missed
}

// outcome is what statements come to: a Deny wins, then an Allow.
func outcome(statements []policy.StatementResult) policy.Outcome {
	result := policy.ImplicitlyDenied
	for _, s := range statements {
		switch {
		case s.Matched != policy.Matched:
		case s.Effect == policy.Deny:
			return policy.ExplicitlyDenied
		default:
			result = policy.Allowed
		}
	}
	return result
}
