package facts_test

import (
	"testing"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

func endpointOf(t *testing.T, text string) *policy.Endpoint {
	t.Helper()
	use := func(string) loader.Use { return loader.Use{Endpoint: true, Service: "s3"} }
	unit := loader.Load([]*source.File{source.NewFile("p.json", []byte(text))}, loader.Options{Use: use})
	if len(unit.Endpoints) != 1 {
		t.Fatalf("%d endpoints in %s", len(unit.Endpoints), text)
	}
	return &unit.Endpoints[0]
}

// factsOf returns the facts about a policy, after it has held that each fault
// has a place.
func factsOf(t *testing.T, text string) *facts.Facts {
	t.Helper()
	e := endpointOf(t, text)
	out := facts.Of(e, query.NewAsker(config.Perimeter{}))
	for _, f := range out.Faults {
		if _, ok := e.Place(f.At); !ok {
			t.Errorf("%s: %s has no place %s", text, f.Kind, f.At)
		}
		if _, ok := e.Place(f.First); !ok {
			t.Errorf("%s: %s has no place %s for what belongs to it", text, f.Kind, f.First)
		}
	}
	return out
}

func TestEveryFaultHasAPlace(t *testing.T) {
	for text, kinds := range map[string][]string{
		`{"Statement": []}`:    {"missing-element"},
		`{"Statement": ["x"]}`: {"missing-element"},
		`{"Statement": [{}, {"Sid": ""}]}`: {
			"missing-element", "missing-element", "missing-element", "missing-element",
			"missing-element", "missing-element", "missing-element", "missing-element", "invalid-sid",
		},
		`{"Version": 3, "Statement": {"Effect": null, "Principal": {"Aws": [1, {}]}, "Action": {}, "Resource": [[]], "Condition": []}}`: {
			"invalid-effect", "invalid-principal", "missing-element", "invalid-arn", "invalid-operator", "invalid-principal", "policy-version",
		},
		`{"Version": "2008-10-17", "Statement": [
			{"Sid": "A", "Effect": "Deny", "NotPrincipal": {"AWS": "x"}, "NotAction": ":", "NotResource": "arn:", "Condition": {}},
			{"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::${aws:username}", "Condition": {
				"A/~b": {"c": "d"}, "StringLike": {"aws:SourceVpc": "*", "x:y/~z": ["*", "${"]}, "StringEquals": {"aws:PrincipalTag/a/b": ["*"], "AWS:principaltag/a/b": []}}}
		]}`: {
			"missing-element", "duplicate-key", "not-principal", "invalid-principal", "invalid-action", "invalid-arn", "duplicate-sid",
			"invalid-operator", "invalid-condition-key", "identifier-wildcard", "short-wildcard-anchor", "invalid-variable",
			"wildcard-without-like", "invalid-condition-value", "policy-version",
		},
	} {
		found := factsOf(t, text).Faults
		got := map[string]int{}
		for _, f := range found {
			got[f.Kind]++
		}
		for _, kind := range kinds {
			got[kind]--
		}
		for kind, n := range got {
			if n != 0 {
				t.Errorf("%s: %s is reported %d times more than wanted: %+v", text, kind, n, found)
			}
		}
	}
}

func TestEveryFaultOfGeneratedPoliciesHasAPlace(t *testing.T) {
	for _, d := range policytest.Documents(7, 300, policytest.Options{}) {
		e := endpointOf(t, d.Text)
		for _, f := range append(e.Grammar(), query.NewAsker(config.Perimeter{}).Subject(e).TypeFaults()...) {
			if _, ok := e.Place(f.At); !ok {
				t.Errorf("%s: %v has no place %s", d.Text, f.Kind, f.At)
			}
		}
	}
}
