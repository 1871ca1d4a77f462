package query_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

var (
	seed      = flag.Uint64("seed", 1, "ask about other random documents")
	documents = flag.Int("documents", 5000, "how many random documents to ask about")
)

// questions are the cells of the table of whose credentials act on whose
// resources, and the unsigned requests.
var questions = []string{"stranger-to-stranger", "own-to-stranger", "stranger-to-own", "anonymous", "own-to-own"}

const strangerToStranger = "stranger-to-stranger"

// generatedPerimeter is what the random documents take for own.
func generatedPerimeter() config.Perimeter {
	return config.Perimeter{Accounts: []string{policytest.OwnAccount}, Organizations: []string{policytest.OwnOrganization}}
}

// endpointOf is the endpoint that a random document is attached to: one of
// which everything is known.
func endpointOf(t testing.TB, d *policytest.Document) *policy.Endpoint {
	t.Helper()
	text, err := json.Marshal(map[string]any{"VpcEndpoints": []any{map[string]any{
		"VpcEndpointId": policytest.Endpoint, "VpcEndpointType": d.Type, "VpcId": policytest.Vpc,
		"ServiceName": d.Service, "PolicyDocument": d.Text,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	unit := loader.Load([]*source.File{source.NewFile("endpoints.json", text)}, loader.Options{})
	if len(unit.Endpoints) != 1 || len(unit.Findings) != 0 || len(unit.Endpoints[0].Policy.Variants) != 1 {
		t.Fatalf("%d endpoints, findings %v, in %s", len(unit.Endpoints), unit.Findings, d.Text)
	}
	return &unit.Endpoints[0]
}

// A witness is let through by the evaluator, and of no closed policy does it
// let a request through that comes near what the policy tests.
func TestAnswersAboutGeneratedPoliciesHold(t *testing.T) {
	const parts = 10
	asker := query.NewAsker(generatedPerimeter())
	var lock sync.Mutex
	count := map[string]map[query.Verdict]int{}
	for _, question := range questions {
		count[question] = map[query.Verdict]int{}
	}
	all := policytest.Documents(*seed, *documents, policytest.Options{Inner: true})
	t.Run("parts", func(t *testing.T) {
		for part, some := range slices.Collect(slices.Chunk(all, max(1, *documents/parts))) {
			t.Run(strconv.Itoa(part), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(*seed, uint64(part)))
				for i := range some {
					for question, verdict := range checkAnswers(t, random, asker, &some[i]) {
						lock.Lock()
						count[question][verdict]++
						lock.Unlock()
					}
				}
			})
		}
	})
	share := func(question string, v query.Verdict) float64 {
		return 100 * float64(count[question][v]) / float64(*documents)
	}
	for _, question := range questions {
		t.Logf("%-22s yes %4.1f %%, no %4.1f %%, unknown %4.1f %%", question, share(question, query.Yes), share(question, query.No), share(question, query.Unknown))
	}
	if yes, no := share(strangerToStranger, query.Yes), share(strangerToStranger, query.No); yes < 15 || no < 15 {
		t.Errorf("%s: %.1f %% yes and %.1f %% no: at least 15 of each are wanted", strangerToStranger, yes, no)
	}
}

// checkAnswers asks every question about a document and holds the answers
// against the evaluator.
func checkAnswers(t *testing.T, random *rand.Rand, asker *query.Asker, d *policytest.Document) map[string]query.Verdict {
	t.Helper()
	e := endpointOf(t, d)
	s, doc, setting := asker.Subject(e), e.Policy.Variants[0].Doc, d.Setting()
	verdicts := map[string]query.Verdict{}
	for _, question := range questions {
		a := s.Ask(query.Question(question))
		verdicts[question] = a.Verdict
		fail := func(format string, args ...any) {
			t.Errorf("%s is %v because %s: %s; by a %s endpoint for %s with %s", question, a.Verdict, a.Because, fmt.Sprintf(format, args...), d.Type, d.Service, d.Text)
		}
		switch {
		case a.Verdict == query.Unknown:
			fail("it must be proved")
		case a.Verdict == query.Yes && a.Witness == nil:
			fail("there is no witness")
		case a.Verdict == query.Yes:
			if got := policy.Decide(doc, *a.Witness, setting, policy.Plain); got.Outcome != policy.Allowed {
				fail("the witness %+v is %v", *a.Witness, got.Outcome)
			}
		case a.Verdict == query.No:
			for range 4 {
				r, ok := request(random, d, question)
				if ok && hasName(r) && policy.Decide(doc, r, setting, policy.Wide).Outcome == policy.Allowed {
					fail("%+v passes", r)
				}
			}
		}
	}
	return verdicts
}

// request makes a request that a question is about. It reports false when the
// service has none.
func request(random *rand.Rand, d *policytest.Document, question string) (policy.Request, bool) {
	party := map[string]policytest.Party{"stranger": policytest.Stranger, "own": policytest.Own}
	who, whose, signed := strings.Cut(question, "-to-")
	if !signed {
		return d.Unsigned(random, policytest.Party(random.IntN(2)))
	}
	return d.Request(random, party[who], party[whose]), true
}

// hasName reports whether there can be a resource of that name: outside of S3
// names hold no colon, and no unsigned request goes through an access point.
func hasName(r policy.Request) bool {
	prefix, _, _ := strings.Cut(r.Action, ":")
	if r.Principal == "" && strings.Contains(r.Resource, ":accesspoint/") {
		return false
	}
	if prefix == "s3" || r.Resource == "*" {
		return true
	}
	for _, kind := range catalogue.ResourceTypes(prefix) {
		for _, form := range kind.ARNs {
			if strings.Count(form, ":") == strings.Count(r.Resource, ":") {
				return true
			}
		}
	}
	return false
}
