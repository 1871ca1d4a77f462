package policy_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/tools/differential"
)

var (
	recount = flag.Bool("recount", false, "write how often each known difference was seen into testdata/differential/known.json")
	seed    = flag.Uint64("seed", 1, "make other pairs; how often differences are seen is then not compared")
)

// known is where the differences are told that AWS's text decides.
const known = "testdata/differential/known.json"

// A knownDifference is one class of differences between policy.Decide and the
// other evaluator. Its model in this file says exactly when it is the cause.
type knownDifference struct {
	Class   string `json:"class"`
	Element string `json:"element"`
	Differs string `json:"differs"` // what the other evaluator does
	Page    string `json:"page"`    // whose words decide
	Says    string `json:"says"`
	Seen    int    `json:"seen"`
}

// An answer is what the other evaluator says of one pair.
type answer struct {
	Error      string
	Decision   string
	Statements []struct {
		Principal, Action, Resource bool
		Conditions                  []struct {
			Operator, Key string
			Matches       bool
		}
	}
	Ignored []string
}

// TestDecideAgreesWithAnEvaluatorThatOthersWrote compares the plain reading with
// @cloud-copilot/iam-simulate, element by element, on random pairs. A difference
// must have one of the known causes, and the known causes must account for the
// whole of every other decision.
func TestDecideAgreesWithAnEvaluatorThatOthersWrote(t *testing.T) {
	pairs := differential.Generate(*seed, 5600, 2600)
	answers := askOthers(t, pairs)
	c := comparison{T: t, seen: map[string]int{}, decided: map[string]*[2]int{}}
	for i := range pairs {
		c.compare(&pairs[i], answers[i])
		if t.Failed() && c.failures > 200 {
			t.Fatal("and more")
		}
	}
	c.checkCover(pairs)
	if *seed == 1 {
		c.checkKnown()
	}
}

// askOthers has the other evaluator decide the pairs, in one process.
func askOthers(t *testing.T, pairs []differential.Pair) []answer {
	t.Helper()
	const folder = "../../tools/differential"
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
	var input, output, complaints bytes.Buffer
	for i := range pairs {
		p := &pairs[i]
		context := map[string]any{}
		for key, values := range requestOf(p).Keys() {
			switch {
			case !differential.IsMultivalued(key):
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
	cmd := exec.Command(node, "simulate.mjs")
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = folder, &input, &output, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	var answers []answer
	for d := json.NewDecoder(&output); d.More(); {
		var a answer
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

func requestOf(p *differential.Pair) policy.Request {
	return policy.Request{
		Principal: p.Request.Principal, Action: p.Request.Action, Resource: p.Request.Resource,
		ResourceAccount: p.Request.Account, Context: p.Request.Context,
	}
}

// endpointOfPairs is an interface endpoint: the other evaluator knows no
// gateways.
func endpointOfPairs() policy.Setting {
	s := policy.Setting{Type: policy.Interface, Multivalued: map[string]bool{}}
	for _, k := range differential.Multivalued {
		s.Multivalued[strings.ToLower(k)] = true
	}
	return s
}

// A comparison is the work on all pairs.
type comparison struct {
	*testing.T
	seen                  map[string]int
	allowed, denied       int
	elements, differences int
	failures              int
	// decided counts how often each operator missed and matched a key with one
	// value: a test whose answer is always the same tests little.
	decided map[string]*[2]int
}

func (c *comparison) fail(p *differential.Pair, format string, args ...any) {
	c.Helper()
	c.failures++
	document, _ := json.Marshal(p.Policy)
	request, _ := json.Marshal(p.Request)
	c.Errorf("%s\npolicy  %s\nrequest %s", fmt.Sprintf(format, args...), document, request)
}

func (c *comparison) compare(p *differential.Pair, a answer) {
	c.Helper()
	if a.Error != "" || len(a.Ignored) > 0 {
		c.fail(p, "the other evaluator did not take the question: %s, ignored %v", a.Error, a.Ignored)
		return
	}
	text, err := json.Marshal(p.Policy)
	if err != nil {
		c.Fatal(err)
	}
	doc := document(c.T, string(text))
	r := requestOf(p)
	d := policy.Decide(doc, r, endpointOfPairs(), policy.Plain)
	if d.Outcome == policy.Allowed {
		c.allowed++
	} else {
		c.denied++
	}
	if len(a.Statements) != len(doc.Statements) {
		c.fail(p, "%d statements for the one, %d for the other", len(doc.Statements), len(a.Statements))
		return
	}
	// theirs is what the whole of their elements comes to, ours what ours does.
	var theirs, ours []policy.StatementResult
	for i, st := range doc.Statements {
		q := question{pair: p, request: r, version: p.Policy.Version, statement: st}
		s := a.Statements[i]
		they, we := true, true
		ask := func(element string, condition *policy.Condition, their bool) {
			q := q
			q.element, q.condition = element, condition
			our := q.ours()
			c.elements++
			we, they = we && our == policy.Matched, they && their
			c.count(q, our)
			if our == is(their) {
				return
			}
			c.differences++
			if is(q.model(nil)) != our {
				c.fail(p, "statement %d, %s: %v, and its model without faults differs", i, q, our)
			}
			classes := q.explain(their)
			if classes == nil {
				c.fail(p, "statement %d, %s: %v here, %v there, and no known difference explains it", i, q, our, is(their))
			}
			for _, name := range classes {
				c.seen[name]++
			}
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

// count notes what an operator did with a key of one value.
func (c *comparison) count(q question, our policy.Match) {
	if q.condition == nil || q.condition.Operator.String() == "Null" {
		return
	}
	values := q.request.Keys()[strings.ToLower(q.condition.Key.String())]
	if len(values) != 1 || values[0] == "" {
		return
	}
	operator := q.condition.Operator.String()
	if c.decided[operator] == nil {
		c.decided[operator] = new([2]int)
	}
	if our == policy.Matched {
		c.decided[operator][1]++
	} else {
		c.decided[operator][0]++
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

// checkCover holds the pairs against what they must test.
func (c *comparison) checkCover(pairs []differential.Pair) {
	c.Helper()
	total := c.allowed + c.denied
	c.Logf("%d pairs, %d allowed, %d denied; %d elements, %d differences", total, c.allowed, c.denied, c.elements, c.differences)
	if total < 5000 || c.allowed*10 < total*3 || c.denied*10 < total*3 {
		c.Errorf("of %d pairs %d are allowed and %d denied: at least 5000, and 30 %% of each, are wanted", total, c.allowed, c.denied)
	}
	count := map[differential.Cell]int{}
	for _, p := range pairs {
		for _, cell := range p.Cells {
			count[cell]++
		}
	}
	least := 1 << 30
	for _, cell := range append(differential.Cover(), differential.CoverPrincipals()...) {
		least = min(least, count[cell])
		if count[cell] < 20 {
			c.Errorf("%v is tested %d times: at least 20 are wanted", cell, count[cell])
		}
	}
	c.Logf("every cell is tested %d times or more", least)
	for operator, n := range c.decided {
		if n[0] < 3 || n[1] < 3 {
			c.Errorf("%s misses %d times and matches %d times on one value: at least 3 of each are wanted", operator, n[0], n[1])
		}
	}
}

// checkKnown holds what was seen against the list: what is told there is seen,
// as often as it says, and the other way round.
func (c *comparison) checkKnown() {
	c.Helper()
	data, err := os.ReadFile(known)
	if err != nil {
		c.Fatal(err)
	}
	var list []knownDifference
	if err := json.Unmarshal(data, &list); err != nil {
		c.Fatal(err)
	}
	for i := range list {
		k := &list[i]
		if n := c.seen[k.Class]; n != k.Seen {
			if !*recount {
				c.Errorf("%s: seen %d times, and %s says %d; -recount writes it", k.Class, n, known, k.Seen)
			}
			k.Seen = n
		}
		if k.Seen == 0 || k.Page == "" || k.Says == "" || k.Differs == "" {
			c.Errorf("%s: not seen, or not told", k.Class)
		}
		if !slices.ContainsFunc(differences, func(d difference) bool { return d.class == k.Class && d.element == k.Element }) {
			c.Errorf("%s has no model for %s", k.Class, k.Element)
		}
		delete(c.seen, k.Class)
	}
	for name, n := range c.seen {
		c.Errorf("%s: seen %d times and not told in %s", name, n, known)
	}
	if !*recount {
		return
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := errors.Join(e.Encode(list), os.WriteFile(known, out.Bytes(), 0o600)); err != nil {
		c.Fatal(err)
	}
}

// A question is one element of one statement put to both evaluators.
type question struct {
	pair      *differential.Pair
	request   policy.Request
	version   string
	statement policy.Statement
	element   string // Principal, Action, Resource or Condition
	condition *policy.Condition
}

func (q question) String() string {
	if q.condition == nil {
		return q.element
	}
	var values []string
	for _, v := range q.condition.Values {
		values = append(values, v.String())
	}
	key := q.condition.Key.String()
	return fmt.Sprintf("condition %s on %s %q, which is %q", q.condition.Operator, key, values, q.request.Keys()[strings.ToLower(key)])
}

func literally(s string) policy.Text { return policy.Text{Parts: []policy.Part{{Literal: s}}} }

// ours is what Decide says of the element: of a document with no other.
func (q question) ours() policy.Match {
	everything := policy.Set{Values: []policy.Text{literally("*")}}
	st := policy.Statement{
		Effect: q.statement.Effect, Principals: policy.Principals{Values: []policy.Principal{{Value: literally("*")}}},
		Actions: everything, Resources: everything,
	}
	switch q.element {
	case "Principal":
		st.Principals = q.statement.Principals
	case "Action":
		st.Actions = q.statement.Actions
	case "Resource":
		st.Resources = q.statement.Resources
	case "Condition":
		st.Conditions = []policy.Condition{*q.condition}
	}
	doc := &policy.Document{Version: literally(q.version), Statements: []policy.Statement{st}}
	return policy.Decide(doc, q.request, endpointOfPairs(), policy.Plain).Statements[0].Matched
}

// A difference is one known way in which the other evaluator differs.
type difference struct{ class, element string }

// differences are the known ones; known.json tells what AWS says. Each is a
// branch of the models below, so that a difference counts as known only when
// the other evaluator answers exactly as its causes say.
var differences = []difference{
	{"version", "Condition"},
	{"version-resource", "Resource"},
	{"null-variable-negated", "Condition"},
	{"malformed-negated", "Condition"},
	{"short-arn-negated", "Condition"},
	{"five-part-arn", "Condition"},
	{"arn-variable", "Condition"},
	{"epoch-milliseconds", "Condition"},
	{"year", "Condition"},
	{"address-family-negated", "Condition"},
	{"address-text", "Condition"},
	{"address-everything", "Condition"},
	{"binary-text", "Condition"},
	{"escape-exact", "Condition"},
	{"empty-set", "Condition"},
	{"null-empty", "Condition"},
	{"segment-case", "Resource"},
	{"star-in-the-middle", "Resource"},
	{"short-resource", "Resource"},
	{"short-not-resource", "Resource"},
	{"null-not-resource", "Resource"},
	{"type-wildcard", "Resource"},
	{"type-variable", "Resource"},
	{"role-case", "Principal"},
	{"root-partition", "Principal"},
	{"federated-user", "Principal"},
}

// causes is a set of classes.
type causes map[string]bool

// explain finds the fewest classes that together make the other evaluator's
// answer; nil when none do.
func (q question) explain(their bool) []string {
	var classes []string
	for _, d := range differences {
		if d.element == q.element {
			classes = append(classes, d.class)
		}
	}
	var try func(size, from int, chosen []string) []string
	try = func(size, from int, chosen []string) []string {
		if size == 0 {
			c := causes{}
			for _, name := range chosen {
				c[name] = true
			}
			if q.model(c) == their {
				return slices.Clone(chosen)
			}
			return nil
		}
		for i := from; i < len(classes); i++ {
			if found := try(size-1, i+1, append(chosen, classes[i])); found != nil {
				return found
			}
		}
		return nil
	}
	for size := 1; size <= 3; size++ {
		if found := try(size, 0, nil); found != nil {
			return found
		}
	}
	return nil
}

// model is what Decide would say if it had the faults.
func (q question) model(c causes) bool {
	switch q.element {
	case "Condition":
		return q.modelCondition(c)
	case "Resource":
		return q.modelResource(c)
	case "Principal":
		return q.modelPrincipal(c)
	default:
		return q.ours() == policy.Matched
	}
}

func (q question) modelCondition(c causes) bool {
	written := q.condition.Operator.String()
	key := strings.ToLower(q.condition.Key.String())
	values, present := q.request.Keys()[key]
	if written == "Null" {
		if c["null-empty"] && present && values[0] == "" {
			q.request.Context = map[string][]string{key: {"something"}}
		}
		return q.ours() == policy.Matched
	}
	if c["version"] {
		q.version = "2012-10-17"
	}
	quantifier, name, set := strings.Cut(written, ":")
	if !set {
		quantifier, name = "", written
	}
	name = strings.TrimSuffix(name, "IfExists")
	empty := len(values) == 1 && values[0] == ""
	switch {
	case !present, len(values) > 1 && !set, !set && differential.IsMultivalued(key):
		return q.ours() == policy.Matched
	case empty && set && (!c["empty-set"] || bare(q.pair, key)):
		return q.ours() == policy.Matched
	}
	all, some := true, false
	for _, v := range values {
		m := q.modelValue(name, v, c)
		all, some = all && m, some || m
	}
	if quantifier == "ForAnyValue" {
		return some
	}
	return all
}

// modelValue is what an operator without set operator does with one value.
func (q question) modelValue(name, value string, c causes) bool {
	kind := differential.Operators[name]
	negated := strings.Contains(name, "Not")
	var policyValues []policy.Text
	arnVariable := false
	for _, t := range q.condition.Values {
		text := t.String()
		nulls, blanks := q.variables(text)
		variables := kind == "text" || kind == "glob" || kind == "arn" || kind == "bool"
		switch {
		case !negated:
		case c["null-variable-negated"] && variables && nulls && q.version == "2012-10-17":
			return false
		case c["malformed-negated"] && (malformed(kind, text) || malformed(kind, value)):
			return false
		case c["short-arn-negated"] && kind == "arn" && strings.Count(text, ":") < 4:
			return false
		case c["address-family-negated"] && kind == "address" && bareOfOtherFamily(text, value):
			return false
		}
		if c["arn-variable"] && kind == "arn" && variableBeforeTheSixthPart(text) {
			arnVariable = true
		}
		if blanks && (q.version == "2012-10-17" || c["version"]) {
			text = strings.ReplaceAll(text, "${aws:PrincipalTag/blank}", nobody)
		}
		if kind == "date" {
			text = epochAsMilliseconds(text, c)
		}
		if c["address-text"] && kind == "address" {
			if a, err := netip.ParseAddr(text); err == nil && a.String() != text {
				text = "fe80::ffff:ffff" // no request comes from there
			}
		}
		if c["five-part-arn"] && kind == "arn" && strings.Count(text, ":") == 4 {
			text += ":"
		}
		if c["address-everything"] && text == "0.0.0.0/0" {
			text = "0.0.0.0/32"
		}
		if c["escape-exact"] && kind == "text" {
			text = escape.ReplaceAllString(text, "$${$$}{$1}")
		}
		if c["binary-text"] && kind == "binary" {
			text = base64.StdEncoding.EncodeToString([]byte(text))
		}
		policyValues = append(policyValues, literally(text))
	}
	if kind == "date" {
		value = epochAsMilliseconds(value, c)
	}
	if c["five-part-arn"] && kind == "arn" && strings.Count(value, ":") == 4 {
		value += ":"
	}
	if c["binary-text"] && kind == "binary" {
		value = base64.StdEncoding.EncodeToString([]byte(value))
	}
	if arnVariable {
		q.version = "2008-10-17"
	}
	context := map[string][]string{}
	for k, v := range q.request.Context {
		context[k] = v
	}
	context["aws:PrincipalTag/the-one-value"] = []string{value}
	q.request.Context = context
	q.condition = &policy.Condition{Operator: literally(name), Key: literally("aws:PrincipalTag/the-one-value"), Values: policyValues}
	return q.ours() == policy.Matched
}

// nobody is a text that no request holds.
const nobody = "\x00"

// escape is a variable that stands for a character.
var escape = regexp.MustCompile(`\$\{([*?$])\}`)

var variable = regexp.MustCompile(`\$\{([^},]+)(, '[^']*')?\}`)

// variables reports whether a text has a variable without value or default, and
// whether it has one whose value is the empty string.
func (q question) variables(text string) (null, blank bool) {
	keys := q.request.Keys()
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		values, present := keys[strings.ToLower(m[1])]
		null = null || (!present && m[2] == "" && !slices.Contains([]string{"*", "?", "$"}, m[1]))
		blank = blank || (present && values[0] == "")
	}
	return null, blank
}

// malformed reports whether a value is none of its kind.
func malformed(kind, s string) bool {
	switch kind {
	case "number":
		_, err := strconv.ParseFloat(s, 64)
		return err != nil
	case "date":
		if _, err := strconv.Atoi(s); err == nil {
			return false
		}
		for _, layout := range []string{"2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", time.RFC3339} {
			if _, err := time.Parse(layout, s); err == nil {
				return false
			}
		}
		return true
	case "address":
		_, err := netip.ParseAddr(s)
		_, err2 := netip.ParsePrefix(s)
		return err != nil && err2 != nil
	case "arn":
		return !strings.HasPrefix(s, "arn:")
	}
	return false
}

// bareOfOtherFamily reports whether a policy's bare address is of another
// version of IP than the request's.
func bareOfOtherFamily(text, value string) bool {
	p, err := netip.ParseAddr(text)
	v, err2 := netip.ParseAddr(value)
	return err == nil && err2 == nil && p.Is4() != v.Is4()
}

func variableBeforeTheSixthPart(text string) bool {
	f := strings.SplitN(text, ":", 6)
	return strings.Contains(strings.Join(f[:len(f)-1], ":"), "${")
}

// epochAsMilliseconds reads an integer as milliseconds since 1970, also one that
// has the form of a year.
func epochAsMilliseconds(s string, c causes) string {
	n, err := strconv.ParseInt(s, 10, 64)
	cause := "epoch-milliseconds"
	if len(s) == len("2006") {
		cause = "year"
	}
	if err != nil || !c[cause] {
		return s
	}
	return time.UnixMilli(n).UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

func (q question) modelResource(c causes) bool {
	if c["version-resource"] {
		q.version = "2012-10-17"
	}
	not := q.statement.Resources.Not
	some := false
	for _, v := range q.statement.Resources.Values {
		m, open := q.modelPattern(v.String(), c)
		if open && not {
			return false
		}
		some = some || m
	}
	return some != not
}

// modelPattern is what one pattern does with the resource. Open is a pattern
// that does not match and that the other evaluator then does not turn around
// for NotResource either.
func (q question) modelPattern(text string, c causes) (match, open bool) {
	probe := func(pattern, resource string) bool {
		q := q
		q.request.ResourceAccount = q.pair.Request.Account
		q.request.Resource = resource
		q.statement.Resources = policy.Set{Values: []policy.Text{literally(pattern)}}
		return q.ours() == policy.Matched
	}
	resource := q.request.Resource
	if strings.Trim(text, "*") == "" {
		return true, false
	}
	short := strings.Count(text, ":") < 5
	padded := text
	if short && (strings.HasSuffix(text, "*") || (c["short-resource"] && strings.Contains(text, "*"))) {
		for strings.Count(padded, ":") < 5 {
			padded += ":*"
		}
	}
	nulls, blanks := q.variables(text)
	if blanks && (q.version == "2012-10-17" || c["version-resource"]) {
		padded = strings.ReplaceAll(padded, "${aws:PrincipalTag/blank}", nobody)
	}
	if resource == "*" {
		match = probe(text, resource)
		return match, short && !match && strings.Contains(text, "*") && c["short-not-resource"]
	}
	if c["segment-case"] {
		padded, resource = lowerHead(padded), lowerHead(resource)
	}
	p, r := strings.SplitN(padded, ":", 6), strings.SplitN(resource, ":", 6)
	head := len(p) == 6
	for i := 0; head && i < 5; i++ {
		head = glob.Match(p[i], r[i])
	}
	match = probe(padded, resource)
	if c["star-in-the-middle"] && !head {
		match = false
	}
	if cut := strings.IndexAny(p[len(p)-1], "/:"); head && cut >= 0 && p[2]+p[3]+p[4] != "s3" {
		kind := p[5][:cut+1]
		cause := "type-wildcard"
		if strings.Contains(kind, "${") {
			cause = "type-variable"
		}
		match = match && (!c[cause] || strings.HasPrefix(r[5], kind))
	}
	switch {
	case match:
	case short && strings.Contains(text, "*") && c["short-not-resource"]:
		open = true
	case head && nulls && q.version == "2012-10-17" && c["null-not-resource"]:
		open = true
	}
	return match, open
}

// lowerHead folds the first five segments of an ARN.
func lowerHead(arn string) string {
	f := strings.SplitN(arn, ":", 6)
	for i := 0; i < len(f) && i < 5; i++ {
		f[i] = strings.ToLower(f[i])
	}
	return strings.Join(f, ":")
}

func (q question) modelPrincipal(c causes) bool {
	caller := strings.SplitN(q.request.Principal, ":", 6)
	principals := policy.Principals{Not: q.statement.Principals.Not}
	for _, p := range q.statement.Principals.Values {
		text := p.Value.String()
		f := strings.SplitN(text, ":", 6)
		if p.Type == "AWS" && len(f) == 6 && len(caller) == 6 && f[4] == caller[4] {
			role := text[strings.LastIndexByte(text, '/')+1:]
			session := strings.Split(caller[5], "/")
			switch {
			case c["root-partition"] && f[5] == "root":
				text = f[4]
			case c["role-case"] && strings.HasPrefix(f[5], "role/") && session[0] == "assumed-role" && strings.EqualFold(role, session[1]):
				text = q.request.Principal
			case c["federated-user"] && session[0] == "federated-user" && f[5] == "user/"+session[1]:
				text = q.request.Principal
			}
		}
		principals.Values = append(principals.Values, policy.Principal{Type: p.Type, Value: literally(text)})
	}
	q.statement.Principals = principals
	return q.ours() == policy.Matched
}
