package query_test

import (
	"flag"
	"maps"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/oracle"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/tools/differential"
)

var witnesses = flag.Int("witnesses", 1500, "how many witnesses to hold against the evaluator that others wrote")

// TestWitnessesPassAnEvaluatorThatOthersWrote holds witnesses against
// @cloud-copilot/iam-simulate, element by element. A difference must have one of
// the causes that the oracle package tells with AWS's sentence. Witnesses that
// are beyond the other evaluator are counted by the reason. Half of the
// documents hold what AWS does not settle too: there the plain reading is
// compared.
func TestWitnessesPassAnEvaluatorThatOthersWrote(t *testing.T) {
	oracle.Require(t)
	setting := policy.Setting{Type: policy.Interface, Multivalued: map[string]bool{}}
	beyond := map[string]int{}
	var pairs []differential.Pair
	var documents []*policy.Document
	yes := 0
	for _, options := range []policytest.Options{{Inner: true}, {}} {
		for _, w := range generatedWitnesses(t, *witnesses/2, options) {
			yes++
			doc, own := w.endpoint.Policy.Variants[0].Doc, w.document.Setting()
			maps.Copy(setting.Multivalued, own.Multivalued)
			pair, reason := oracle.PairOf(t, w.document.Text, doc, own, w.request)
			if reason != "" {
				beyond[reason]++
				continue
			}
			pairs, documents = append(pairs, pair), append(documents, doc)
		}
	}
	c := oracle.CompareAll(t, pairs, documents, setting, beyond)
	t.Logf("%d witnesses: %d compared in %d elements; differences by cause %v; beyond the other evaluator by reason %v", yes, c.Allowed, c.Elements, c.Seen, beyond)
	if c.Denied > 0 {
		t.Errorf("%d witnesses are not let through", c.Denied)
	}
	if c.Allowed*2 < yes || yes < *witnesses {
		t.Errorf("%d of %d witnesses are compared", c.Allowed, yes)
	}
}

// A generatedWitness is the witness of a yes about a random document.
type generatedWitness struct {
	document *policytest.Document
	endpoint *policy.Endpoint
	request  policy.Request
}

// generatedWitnesses makes so many witnesses, or fewer when answers are seldom
// yes.
func generatedWitnesses(t *testing.T, n int, options policytest.Options) []generatedWitness {
	t.Helper()
	asker := query.NewAsker(generatedPerimeter())
	var list []generatedWitness
	all := policytest.Documents(*seed+1, 4*n, options)
	for i := range all {
		d := &all[i]
		e := endpointOf(t, d)
		s := asker.Subject(e)
		for _, question := range questions {
			if len(list) == n {
				return list
			}
			if a := s.Ask(query.Question(question)); a.Verdict == query.Yes {
				list = append(list, generatedWitness{d, e, *a.Witness})
			}
		}
	}
	return list
}
