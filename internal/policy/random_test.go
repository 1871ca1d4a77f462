package policy_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/policy"
)

// A draft is a random statement before it is written as JSON.
type draft struct {
	sid, effect                  string
	notPrincipal, notAction      bool
	notResource                  bool
	principals                   []string // * alone, or values of AWS
	anybody                      bool     // Principal is the string *
	actions, resources, services []string
	conditions                   []draftCondition
}

type draftCondition struct {
	operator, key string
	values        []string
}

// A hand writes drafts: how it does must not change what they mean.
type hand struct {
	lists    bool                // single values as lists, too
	twice    bool                // each value twice
	spelling func(string) string // of actions, keys and operators
}

var plainHand = hand{spelling: func(s string) string { return s }}

func (h hand) values(values []string) any {
	if len(values) == 1 && !h.lists && !h.twice {
		return values[0]
	}
	if h.twice {
		values = append(slices.Clone(values), values...)
	}
	return append([]string{}, values...)
}

func (h hand) statement(d draft) map[string]any {
	spelled := func(values []string) (out []string) {
		for _, v := range values {
			out = append(out, h.spelling(v))
		}
		return out
	}
	name := func(not bool, name string) string {
		if not {
			return "Not" + name
		}
		return name
	}
	s := map[string]any{
		"Effect":                        d.effect,
		name(d.notAction, "Action"):     h.values(spelled(d.actions)),
		name(d.notResource, "Resource"): h.values(d.resources),
	}
	if d.sid != "" {
		s["Sid"] = d.sid
	}
	principal := map[string]any{}
	if len(d.principals) > 0 {
		principal["AWS"] = h.values(d.principals)
	}
	if len(d.services) > 0 {
		principal["Service"] = h.values(d.services)
	}
	if s[name(d.notPrincipal, "Principal")] = principal; d.anybody {
		s[name(d.notPrincipal, "Principal")] = "*"
	}
	conditions := map[string]map[string]any{}
	for _, c := range d.conditions {
		operator := h.spelling(c.operator)
		if conditions[operator] == nil {
			conditions[operator] = map[string]any{}
		}
		conditions[operator][h.spelling(c.key)] = h.values(c.values)
	}
	if len(conditions) > 0 {
		s["Condition"] = conditions
	}
	return s
}

// document writes a document of some statements, and reads it.
func (h hand) document(t *testing.T, version string, drafts []draft) *policy.Document {
	t.Helper()
	statements := []any{}
	for _, d := range drafts {
		statements = append(statements, h.statement(d))
	}
	var whole any = map[string]any{"Version": version, "Statement": statements}
	if len(statements) == 1 && !h.lists {
		whole = map[string]any{"Version": version, "Statement": statements[0]}
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return document(t, string(text))
}

// Words that meet often enough.
var (
	someActions   = []string{"*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sqs:SendMessage", "sqs:*", "*:Get*"}
	someResources = []string{
		"*", "arn:aws:s3:::*", "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*", "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'a'}*",
		"arn:aws:s3:::bucket/a", "arn:aws:sqs:*:111122223333:q", "arn:aws:sqs:*:q", "arn:aws:sqs:us-east-1:1111*:q", "arn:aws:sqs:*", "arn:aws:s3:::bucket/a${*}",
	}
	somePrincipals = []string{
		"*", "111122223333", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:user/division/Ana",
		"arn:aws:sts::111122223333:assumed-role/app/i-1", "arn:aws:iam::999999999999:root", "arn:aws:iam::111122223333:user/Ana",
	}
	someOperators = []string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
		"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
		"NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
		"DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
	}
	someKeys   = []string{"s3:k", "aws:PrincipalAccount", "aws:TagKeys", "aws:PrincipalTag/team", "aws:PrincipalArn", "aws:PrincipalIsAWSService"}
	someValues = []string{
		"", "a", "A", "a*", "*", "b?", "111122223333", "1111*", "arn:aws:iam::111122223333:role/app", "arn:aws:iam:*", "arn:aws:iam::*:role/*", "true", "false",
		"10", "10.0", "2020", "10.0.0.1", "10.0.0.0/8", "::1", "YQ==", "${aws:PrincipalTag/team}", "x${s3:k}", "${aws:TagKeys}", "${aws:none, 'a'}",
	}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func some(r *rand.Rand, from []string) []string {
	var out []string
	for range 1 + r.IntN(3) {
		if one := pick(r, from); !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

func randomDraft(r *rand.Rand) draft {
	rarely := func() bool { return r.IntN(5) == 0 }
	// Half of the elements match everything, so that the others decide.
	wide := func(from []string) []string {
		if r.IntN(2) == 0 {
			return []string{"*"}
		}
		return some(r, from)
	}
	d := draft{
		effect:  pick(r, []string{"Allow", "Allow", "Deny"}),
		actions: wide(someActions), resources: wide(someResources),
		notAction: r.IntN(10) == 0, notResource: r.IntN(10) == 0,
	}
	if d.anybody = r.IntN(2) == 0; !d.anybody {
		d.principals = some(r, somePrincipals)
		d.notPrincipal = rarely()
		if rarely() {
			d.services = []string{"logs.amazonaws.com"}
		}
	}
	for range r.IntN(3) {
		c := draftCondition{operator: pick(r, someOperators), key: pick(r, someKeys), values: some(r, someValues)}
		c.operator = pick(r, []string{"", "", "", "ForAllValues:", "ForAnyValue:"}) + c.operator + pick(r, []string{"", "", "IfExists"})
		if rarely() {
			c.operator, c.values = "Null", []string{pick(r, []string{"true", "false"})}
		}
		same := func(other draftCondition) bool { return other.operator == c.operator && other.key == c.key }
		if !slices.ContainsFunc(d.conditions, same) {
			d.conditions = append(d.conditions, c)
		}
	}
	return d
}

// callerNames is in a fixed order, so that a seed always gives the same.
var callerNames = []string{"user", "session", "role", "federated", "root", "service", "anonymous", "sts", "stranger", "china", "unfamiliar"}

func randomRequest(r *rand.Rand) policy.Request {
	q := callers[pick(r, callerNames)]
	q.Action = pick(r, []string{"s3:GetObject", "s3:PutObject", "sqs:SendMessage"})
	q.Resource = pick(r, []string{"*", "arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket/a/b:c", "arn:aws:s3:::other", "arn:aws:sqs:us-east-1:111122223333:q"})
	q.Context = keys{}
	for _, k := range someKeys {
		if r.IntN(2) == 0 {
			q.Context[k] = []string{pick(r, someValues)}
			if k == "aws:TagKeys" || r.IntN(8) == 0 {
				q.Context[k] = some(r, someValues)
			}
		}
	}
	return q
}

// everyCase gives each property many documents and requests, the same each
// time, under every reading and type.
func everyCase(t *testing.T, check func(t *testing.T, r *rand.Rand, version string, drafts []draft, q policy.Request, decide func(*policy.Document, policy.Request) policy.Decision)) {
	t.Helper()
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 1))
		drafts := []draft{randomDraft(r)}
		for range r.IntN(3) {
			drafts = append(drafts, randomDraft(r))
		}
		version := pick(r, []string{"2012-10-17", "2012-10-17", "2008-10-17"})
		setting := policy.Setting{Type: pick(r, []policy.EndpointType{policy.Interface, policy.Interface, policy.Gateway, policy.AnyType})}
		reading := pick(r, []policy.Reading{policy.Plain, policy.Wide, policy.Narrow})
		check(t, r, version, drafts, randomRequest(r), func(doc *policy.Document, q policy.Request) policy.Decision {
			return policy.Decide(doc, q, setting, reading)
		})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestHowADocumentIsWrittenChangesNoDecision(t *testing.T) {
	seen := map[policy.Outcome]int{}
	everyCase(t, func(t *testing.T, r *rand.Rand, version string, drafts []draft, q policy.Request, decide func(*policy.Document, policy.Request) policy.Decision) {
		first := decide(plainHand.document(t, version, drafts), q)
		seen[first.Outcome]++
		same := func(what string, doc *policy.Document, q policy.Request) {
			if got := decide(doc, q); got.Outcome != first.Outcome {
				t.Errorf("%s: %v, before %v", what, got.Outcome, first.Outcome)
			}
		}
		shuffled := slices.Clone(drafts)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		same("another order of statements", plainHand.document(t, version, shuffled), q)
		same("lists for single values", hand{lists: true, spelling: plainHand.spelling}.document(t, version, drafts), q)
		same("each value twice", hand{twice: true, spelling: plainHand.spelling}.document(t, version, drafts), q)

		renamed := slices.Clone(drafts)
		for i := range renamed {
			renamed[i].sid = pick(r, []string{"", "Same", "Other"})
		}
		same("other Sids", plainHand.document(t, version, renamed), q)

		// Names of keys in the request, of actions in both.
		loud := q
		loud.Action, loud.Context = strings.ToUpper(q.Action), keys{}
		for k, v := range q.Context {
			loud.Context[strings.ToUpper(k)] = v
		}
		same("the request in capitals", plainHand.document(t, version, drafts), loud)
		keysAndActions := hand{spelling: func(s string) string {
			if strings.Contains(s, ":") && !strings.HasPrefix(s, "For") {
				return strings.ToUpper(s)
			}
			return s
		}}
		same("actions and keys in capitals", keysAndActions.document(t, version, drafts), q)

		var split []draft
		for _, d := range drafts {
			split = append(split, halves(r, d)...)
		}
		same("statements split in two", plainHand.document(t, version, split), q)
	})
	for _, o := range []policy.Outcome{policy.Allowed, policy.ImplicitlyDenied, policy.ExplicitlyDenied} {
		if seen[o] < 100 {
			t.Errorf("only %d of the requests are %v", seen[o], o)
		}
	}
	t.Logf("%v", seen)
}

// halves splits a statement at its actions, its resources or its principals: a
// list of values means OR.
func halves(r *rand.Rand, d draft) []draft {
	one, other := d, d
	switch r.IntN(3) {
	case 0:
		if d.notAction {
			return []draft{d}
		}
		one.actions, other.actions = d.actions[:1], d.actions[1:]
	case 1:
		if d.notResource {
			return []draft{d}
		}
		one.resources, other.resources = d.resources[:1], d.resources[1:]
	default:
		if d.notPrincipal || d.anybody {
			return []draft{d}
		}
		one.principals, one.services, other.principals = d.principals[:1], nil, d.principals[1:]
	}
	return []draft{one, other}
}

func TestTheReadingsAreOrdered(t *testing.T) {
	everyCase(t, func(t *testing.T, _ *rand.Rand, version string, drafts []draft, q policy.Request, _ func(*policy.Document, policy.Request) policy.Decision) {
		doc := plainHand.document(t, version, drafts)
		for _, setting := range []policy.Setting{interfaceEndpoint, gatewayEndpoint} {
			passes := func(r policy.Reading) policy.Match { return policy.Decide(doc, q, setting, r).Passes() }
			narrow, plain, wide := passes(policy.Narrow), passes(policy.Plain), passes(policy.Wide)
			if narrow == policy.Matched && plain == policy.Missed || plain == policy.Matched && wide == policy.Missed || narrow == policy.Matched && wide == policy.Missed {
				t.Errorf("narrow %v, plain %v, wide %v", narrow, plain, wide)
			}
		}
	})
}

// TestAHoleNeverChangesADecision: with a hole for some part of a document, what
// is decided is what is decided without it.
func TestAHoleNeverChangesADecision(t *testing.T) {
	decided, open := 0, 0
	everyCase(t, func(t *testing.T, r *rand.Rand, version string, drafts []draft, q policy.Request, decide func(*policy.Document, policy.Request) policy.Decision) {
		doc := plainHand.document(t, version, drafts)
		whole := decide(doc, q)
		if whole.Outcome == policy.Undecidable {
			return
		}
		text := punch(r, doc)
		got := decide(doc, q)
		if got.Outcome != policy.Undecidable {
			decided++
		} else {
			open++
		}
		if got.Outcome != policy.Undecidable && got.Outcome != whole.Outcome || got.Passes() != policy.Unsure && got.Passes() != whole.Passes() {
			t.Errorf("%v, with a hole %q: %v", whole, text.String(), got)
		}
	})
	if decided < 1000 || open < 400 {
		t.Errorf("%d decided, %d undecidable", decided, open)
	}
}

// punch makes a random piece of a random text of the document a hole.
func punch(r *rand.Rand, doc *policy.Document) *policy.Text {
	texts := []*policy.Text{&doc.Version}
	for i := range doc.Statements {
		st := &doc.Statements[i]
		for j := range st.Principals.Values {
			texts = append(texts, &st.Principals.Values[j].Value)
		}
		for j := range st.Actions.Values {
			texts = append(texts, &st.Actions.Values[j])
		}
		for j := range st.Resources.Values {
			texts = append(texts, &st.Resources.Values[j])
		}
		for j := range st.Conditions {
			texts = append(texts, &st.Conditions[j].Operator, &st.Conditions[j].Key)
			for k := range st.Conditions[j].Values {
				texts = append(texts, &st.Conditions[j].Values[k])
			}
		}
	}
	text := pick(r, texts)
	literal, _ := text.Literal()
	start := r.IntN(len(literal) + 1)
	end := start + r.IntN(len(literal)-start+1)
	text.Parts = []policy.Part{{Literal: literal[:start]}, {Hole: policy.Hole{Kind: policy.Unknown, Ref: "Name"}}, {Literal: literal[end:]}}
	return text
}

// TestAnUnknownKeyNeverChangesADecision: when nothing is known of a key, what is
// decided is what is decided with it absent, and with it present.
func TestAnUnknownKeyNeverChangesADecision(t *testing.T) {
	everyCase(t, func(t *testing.T, r *rand.Rand, version string, drafts []draft, q policy.Request, decide func(*policy.Document, policy.Request) policy.Decision) {
		doc := plainHand.document(t, version, drafts)
		key := pick(r, someKeys)
		q.Context[key] = nil
		absent := decide(doc, q)
		q.Unknown = []string{key}
		open := decide(doc, q)
		q.Context[key] = some(r, someValues)
		present := decide(doc, q)
		for _, known := range []policy.Decision{absent, present} {
			if open.Passes() != policy.Unsure && known.Passes() != policy.Unsure && open.Passes() != known.Passes() {
				t.Errorf("%s unknown: %v, known: %v", key, open, known)
			}
		}
	})
}

// FuzzDecide: whatever the policy and the request, Decide does not panic, says
// the same twice, has one result for each statement, and its readings are in
// order.
func FuzzDecide(f *testing.F) {
	f.Add([]byte(version2012(statement(`"Condition": {"StringLike": {"s3:k": "${aws:PrincipalTag/team, 'a'}*"}}`))), "arn:aws:sts::111122223333:assumed-role/app/i-1", "s3:GetObject", "arn:aws:s3:::bucket/a", "s3:k", "ab", uint8(1))
	f.Add([]byte(version2012(statement(`"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/app"}, "NotAction": "s3:*", "NotResource": "arn:aws:s3:*"`))), "*", "sqs:SendMessage", "*", "aws:TagKeys", "", uint8(6))
	f.Add([]byte(`{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"ForAllValues:DateLessThanIfExists": {"s3:k": ["2020", 1577836800]}, "NotIpAddress": {"s3:k": "::/0"}, "NumericEquals": {"s3:k": "-1.5"}}}}`), "", "", "", "s3:k", "1", uint8(0))
	f.Fuzz(func(t *testing.T, text []byte, principal, action, resource, key, value string, choice uint8) {
		doc := load(string(text))
		q := policy.Request{
			Principal: principal, Kind: policy.PrincipalKind(choice / 9 % 9), Action: action, Resource: resource,
			Context: keys{key: {value}, "aws:TagKeys": {value, principal}},
		}
		setting := policy.Setting{Type: policy.EndpointType(choice % 3)}
		passes := map[policy.Reading]policy.Match{}
		for _, reading := range []policy.Reading{policy.Plain, policy.Wide, policy.Narrow} {
			one, two := policy.Decide(doc, q, setting, reading), policy.Decide(doc, q, setting, reading)
			if !slices.Equal(one.Statements, two.Statements) || one.Outcome != two.Outcome || one.Statement != two.Statement {
				t.Errorf("%v, then %v", one, two)
			}
			if doc != nil && len(one.Statements) != len(doc.Statements) {
				t.Errorf("%d results for %d statements", len(one.Statements), len(doc.Statements))
			}
			passes[reading] = one.Passes()
		}
		if passes[policy.Narrow] == policy.Matched && passes[policy.Plain] == policy.Missed || passes[policy.Plain] == policy.Matched && passes[policy.Wide] == policy.Missed {
			t.Errorf("the readings: %v", passes)
		}
		policy.Matters(doc, q, setting)
	})
}
