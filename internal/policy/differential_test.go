package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/oracle"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/tools/differential"
)

var (
	recount = flag.Bool("recount", false, "write how often each known difference was seen into oracle/known.json")
	seed    = flag.Uint64("seed", 1, "make other pairs; how often differences are seen is then not compared")
)

// TestDecideAgreesWithAnEvaluatorThatOthersWrote compares the plain reading with
// @cloud-copilot/iam-simulate, element by element, on random pairs.
func TestDecideAgreesWithAnEvaluatorThatOthersWrote(t *testing.T) {
	oracle.Require(t)
	setting := policy.Setting{Type: policy.Interface, Multivalued: map[string]bool{}}
	for _, k := range differential.Multivalued {
		setting.Multivalued[strings.ToLower(k)] = true
	}
	pairs := differential.Generate(*seed, 5600, 2600)
	answers := oracle.Ask(t, pairs, setting)
	c := oracle.New(t, setting)
	for i := range pairs {
		text, err := json.Marshal(pairs[i].Policy)
		if err != nil {
			t.Fatal(err)
		}
		c.Compare(&pairs[i], document(t, string(text)), answers[i])
	}
	checkCover(t, c, pairs)
	if *seed == 1 {
		checkKnown(t, c)
	}
}

// TestGeneratedRequestsAgreeWithAnEvaluatorThatOthersWrote compares the plain
// reading on whole policies of many services, with requests that come near them.
func TestGeneratedRequestsAgreeWithAnEvaluatorThatOthersWrote(t *testing.T) {
	oracle.Require(t)
	random := rand.New(rand.NewPCG(*seed, 1))
	setting := policy.Setting{Type: policy.Interface, Multivalued: map[string]bool{}}
	beyond := map[string]int{}
	var pairs []differential.Pair
	var documents []*policy.Document
	for _, options := range []policytest.Options{{Inner: true}, {}} {
		for _, d := range policytest.Documents(*seed, 800, options) {
			doc, own := document(t, d.Text), d.Setting()
			maps.Copy(setting.Multivalued, own.Multivalued)
			for range 2 {
				r := d.Request(random, policytest.Party(random.IntN(2)), policytest.Party(random.IntN(2)))
				pair, reason := oracle.PairOf(t, d.Text, doc, own, r)
				if reason != "" {
					beyond[reason]++
					continue
				}
				pairs, documents = append(pairs, pair), append(documents, doc)
			}
		}
	}
	c := oracle.CompareAll(t, pairs, documents, setting, beyond)
	t.Logf("%d requests are allowed and %d denied, in %d elements; differences by cause %v; beyond the other evaluator by reason %v", c.Allowed, c.Denied, c.Elements, c.Seen, beyond)
	if c.Allowed < 200 || c.Denied < 200 {
		t.Errorf("%d requests are allowed and %d denied: at least 200 of each are wanted", c.Allowed, c.Denied)
	}
}

// checkCover holds the pairs against what they must test.
func checkCover(t *testing.T, c *oracle.Comparison, pairs []differential.Pair) {
	t.Helper()
	total := c.Allowed + c.Denied
	t.Logf("%d pairs, %d allowed, %d denied; %d elements, %d differences", total, c.Allowed, c.Denied, c.Elements, c.Differences)
	if total < 5000 || c.Allowed*10 < total*3 || c.Denied*10 < total*3 {
		t.Errorf("of %d pairs %d are allowed and %d denied: at least 5000, and 30 %% of each, are wanted", total, c.Allowed, c.Denied)
	}
	if c.Undecided > 0 {
		t.Errorf("%d elements are undecided", c.Undecided)
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
			t.Errorf("%v is tested %d times: at least 20 are wanted", cell, count[cell])
		}
	}
	t.Logf("every cell is tested %d times or more", least)
	for operator, n := range c.Decided {
		if n[0] < 3 || n[1] < 3 {
			t.Errorf("%s misses %d times and matches %d times on one value: at least 3 of each are wanted", operator, n[0], n[1])
		}
	}
}

// checkKnown holds what was seen against the list: what is told there is seen,
// as often as it says, and the other way round.
func checkKnown(t *testing.T, c *oracle.Comparison) {
	t.Helper()
	list := oracle.Known(t)
	for i := range list {
		k := &list[i]
		if n := c.Seen[k.Class]; n != k.Seen {
			if !*recount {
				t.Errorf("%s: seen %d times, and the list says %d; -recount writes it", k.Class, n, k.Seen)
			}
			k.Seen = n
		}
		if k.Seen == 0 {
			t.Errorf("%s: not seen", k.Class)
		}
		delete(c.Seen, k.Class)
	}
	for name, n := range c.Seen {
		t.Errorf("%s: seen %d times and not told in the list", name, n)
	}
	if !*recount {
		return
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := errors.Join(e.Encode(list), os.WriteFile("oracle/known.json", out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}
