package query_test

import (
	"testing"

	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/query"
)

// A policy differs from itself in nothing. Proofs that nothing new passes are
// transitive: from a to b and from b to c they hold from a to c. Between a policy
// and one with a Deny more nothing is widened.
func TestProofsOfDifferencesAreTransitive(t *testing.T) {
	asker := query.NewAsker(generatedPerimeter())
	documents := policytest.Documents(7, 24, policytest.Options{Inner: true, Services: []string{"sqs"}})
	widened := make([][]query.Verdict, len(documents))
	no, yes := 0, 0
	for i := range documents {
		widened[i] = make([]query.Verdict, len(documents))
		for j := range documents {
			d := query.Diff(asker, endpointOf(t, &documents[i]), endpointOf(t, &documents[j]))
			widened[i][j] = d.Widened.Verdict
			switch {
			case i == j && (d.Widened.Verdict != query.No || d.Narrowed.Verdict != query.No):
				t.Errorf("%s differs from itself: %+v", documents[i].Text, d)
			case d.Widened.Verdict == query.No:
				no++
			case d.Widened.Verdict == query.Yes:
				yes++
			}
		}
	}
	for a := range documents {
		for b := range documents {
			for c := range documents {
				if widened[a][b] == query.No && widened[b][c] == query.No && widened[a][c] != query.No {
					t.Errorf("from %s\nto %s\nto %s: %v", documents[a].Text, documents[b].Text, documents[c].Text, widened[a][c])
				}
			}
		}
	}
	if no < 40 || yes < 100 {
		t.Errorf("%d no and %d yes are too few to say anything", no, yes)
	}
}
