package policytest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/source"
)

const documents = 5000

func TestEveryOperatorMeetsEveryModifierOnBothKindsOfKeys(t *testing.T) {
	for _, inner := range []bool{false, true} {
		count := map[policytest.Cell]int{}
		for _, d := range policytest.Documents(1, documents, policytest.Options{Inner: inner}) {
			for _, c := range d.Cells {
				count[c]++
			}
		}
		for _, c := range policytest.Cover(inner) {
			if count[c] < 20 {
				t.Errorf("inner %v: %v is tested %d times: at least 20 are wanted", inner, c, count[c])
			}
		}
		t.Logf("inner %v: how often each operator is tested, on a key that is always there / on one that may be absent\n%s", inner, table(count))
	}
}

// table shows the cells, a line for each operator.
func table(count map[policytest.Cell]int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-26s", "")
	for _, m := range policytest.Modifiers() {
		fmt.Fprintf(&b, "%24s", m)
	}
	for _, o := range append(policytest.Operators(), "Null") {
		fmt.Fprintf(&b, "\n%-26s", o)
		for _, m := range policytest.Modifiers() {
			always, optional := count[policytest.Cell{Operator: o, Modifier: m}], count[policytest.Cell{Operator: o, Modifier: m, Optional: true}]
			fmt.Fprintf(&b, "%24s", fmt.Sprintf("%d / %d", always, optional))
		}
	}
	return b.String()
}

func TestTheSameSeedMakesTheSameDocuments(t *testing.T) {
	texts := func(seed uint64) (list []string) {
		for _, d := range policytest.Documents(seed, 50, policytest.Options{}) {
			list = append(list, d.Text)
		}
		return list
	}
	if diff := cmp.Diff(texts(7), texts(7)); diff != "" {
		t.Error(diff)
	}
	if slices.Equal(texts(7), texts(8)) {
		t.Error("another seed makes the same documents")
	}
}

func TestOptionsLeaveOutWhatTheySay(t *testing.T) {
	for _, c := range []struct {
		options policytest.Options
		absent  []string
	}{
		{policytest.Options{}, nil},
		{policytest.Options{Ground: true}, []string{"${aws:username}", "${aws:PrincipalTag/"}},
		{policytest.Options{Inner: true}, []string{"${aws:username}", "${aws:PrincipalTag/", "ForAnyValue:StringEqualsIfExists", "CanonicalUser", "\"stringequals\""}},
	} {
		var texts strings.Builder
		for _, d := range policytest.Documents(1, 500, c.options) {
			texts.WriteString(d.Text)
		}
		whole := texts.String()
		for _, text := range c.absent {
			if strings.Contains(whole, text) {
				t.Errorf("%+v: %s occurs", c.options, text)
			}
		}
		if c.absent == nil && !strings.Contains(whole, "${aws:username}") {
			t.Error("without options no variable is other than ground")
		}
	}
	for _, d := range policytest.Documents(1, 100, policytest.Options{Services: []string{"sqs", "dynamodb"}}) {
		if m, ok := catalogue.ByName(d.Service); !ok || m.Service.ID != "sqs" && m.Service.ID != "dynamodb" || m.Service.ID == "sqs" && d.Type != "Interface" {
			t.Errorf("%s, %s", d.Service, d.Type)
		}
	}
}

// How many documents hold each thing, in percent, at least: a generator that
// never made it would test nothing.
func TestDocumentsHoldWhatPoliciesHold(t *testing.T) {
	const n = documents / 5
	for _, options := range []policytest.Options{{}, {Inner: true}} {
		holds := map[string]int{}
		for _, d := range policytest.Documents(1, n, options) {
			for _, text := range []string{
				`"NotPrincipal"`, `"NotAction"`, `"NotResource"`, `{"AWS":"*"}`, `"Service":`, `:root"`, `:role/`, `${aws:PrincipalAccount}`, `${aws:ResourceAccount}`, `${aws:PrincipalOrgID}`,
				`"2008-10-17"`, `"Sid"`, `"Id"`, `"Null"`, policytest.OwnAccount, policytest.OwnOrganization, `"444455556666"`,
			} {
				if strings.Contains(d.Text, text) {
					holds[text]++
				}
			}
			holds[d.Type]++
		}
		for text, many := range holds {
			if many*100 < n {
				t.Errorf("%+v: only %d of %d documents hold %s", options, many, n, text)
			}
		}
		t.Logf("%+v: %v", options, holds)
		if len(holds) != 19 {
			t.Errorf("%+v: some are in none: %v", options, holds)
		}
	}
}

// document reads a document as an endpoint's.
func document(t *testing.T, text string) *policy.Document {
	t.Helper()
	unit := loader.Load([]*source.File{source.NewFile("endpoint.json", []byte(text))}, loader.Options{
		Use: func(string) loader.Use { return loader.Use{Endpoint: true} },
	})
	if len(unit.Endpoints) != 1 || len(unit.Findings) != 0 || len(unit.Endpoints[0].Policy.Variants) != 1 {
		t.Fatalf("%d endpoints, findings %v, in %s", len(unit.Endpoints), unit.Findings, text)
	}
	doc := unit.Endpoints[0].Policy.Variants[0].Doc
	for _, s := range doc.Statements {
		if s.Unread != "" {
			t.Errorf("%s, in %s", s.Unread, text)
		}
	}
	return doc
}

// What AWS does not settle lets nothing more through an inner document: the
// widest reading is the plain one. Without the option it often does.
func TestInnerDocumentsRestOnNoAssumption(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, inner := range []bool{true, false} {
		wider, passed, missed := 0, 0, 0
		for _, d := range policytest.Documents(2, documents/6, policytest.Options{Inner: inner}) {
			doc, setting := document(t, d.Text), d.Setting()
			if len(d.Text) > 20_480 || !json.Valid([]byte(d.Text)) {
				t.Errorf("%d bytes: %s", len(d.Text), d.Text)
			}
			for i := range 8 {
				r := d.Request(random, policytest.Party(random.IntN(2)), policytest.Party(random.IntN(2)))
				if unsigned, ok := d.Unsigned(random, policytest.Party(random.IntN(2))); ok && i == 0 {
					r = unsigned
				}
				plain, wide := policy.Decide(doc, r, setting, policy.Plain).Passes(), policy.Decide(doc, r, setting, policy.Wide).Passes()
				if plain == policy.Matched {
					passed++
				} else {
					missed++
				}
				if plain == wide && plain != policy.Unsure {
					continue
				}
				wider++
				if inner {
					t.Fatalf("%v, under the wide reading %v, for %v: %+v by %s", plain, wide, policy.Matters(doc, r, setting), r, d.Text)
				}
			}
		}
		t.Logf("inner %v: %d requests pass, %d do not, %d more or fewer under the wide reading", inner, passed, missed, wider)
		if !inner && wider < 30 {
			t.Errorf("only %d requests tell the readings apart", wider)
		}
		if passed < missed/10 {
			t.Errorf("%d requests pass and %d do not", passed, missed)
		}
	}
}

// Of many requests of strangers on strangers' resources some pass in enough
// documents, and in enough of them none does.
func TestDocumentsAreOpenAndClosedToStrangers(t *testing.T) {
	const n = documents / 20
	random := rand.New(rand.NewPCG(3, 1))
	open := 0
	for _, d := range policytest.Documents(3, n, policytest.Options{Inner: true}) {
		doc, setting := document(t, d.Text), d.Setting()
		for range 40 {
			if policy.Decide(doc, d.Request(random, policytest.Stranger, policytest.Stranger), setting, policy.Plain).Outcome == policy.Allowed {
				open++
				break
			}
		}
	}
	t.Logf("%d of %d documents are open", open, n)
	if open*100 < n*20 || open*100 > n*80 {
		t.Errorf("%d of %d documents are open", open, n)
	}
}
