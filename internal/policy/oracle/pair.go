package oracle

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/tools/differential"
)

// PairOf writes a document, given as its text and as the loader reads it, and a
// request for the other evaluator. It returns the reason when the pair is beyond
// what can be compared.
func PairOf(t testing.TB, text string, doc *policy.Document, s policy.Setting, r policy.Request) (p differential.Pair, reason string) {
	t.Helper()
	p.Policy = policyOf(t, text)
	p.Path = differential.Endpoint
	for _, st := range p.Policy.Statement {
		if st.Principal != "*" {
			p.Path = differential.Resource // it takes other principals there alone
		}
	}
	switch kind := r.Caller(); {
	case s.Type == policy.Gateway && slices.ContainsFunc(doc.Statements, named):
		return p, "principals of a gateway endpoint"
	case kind == policy.STSFederated, kind == policy.Somebody:
		return p, kind.String()
	}
	for _, st := range policy.Decide(doc, r, s, policy.Plain).Statements {
		if st.Matched == policy.Unsure {
			return p, "a statement that is undecided here"
		}
	}
	p.Request = differential.Request{Principal: session(r.Principal), Action: r.Action, Resource: r.Resource, Account: r.ResourceAccount, Context: r.Keys()}
	// What would be derived from the pair alone and the request does not have is
	// absent.
	for key := range requestOf(&differential.Pair{Request: differential.Request{
		Principal: p.Request.Principal, Action: r.Action, Resource: r.Resource, Account: r.ResourceAccount,
	}}).Keys() {
		if _, ok := p.Request.Context[key]; !ok {
			p.Request.Context[key] = nil
		}
	}
	return p, ""
}

func policyOf(t testing.TB, text string) differential.Document {
	t.Helper()
	var whole struct {
		Version   string
		Statement json.RawMessage
	}
	d := differential.Document{Statement: make([]differential.Statement, 1)}
	err := json.Unmarshal([]byte(text), &whole)
	if err == nil && json.Unmarshal(whole.Statement, &d.Statement) != nil {
		err = json.Unmarshal(whole.Statement, &d.Statement[0]) // one may stand without a list
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Version = whole.Version
	return d
}

// named reports whether a statement names accounts, users or roles.
func named(st policy.Statement) bool {
	return slices.ContainsFunc(st.Principals.Values, func(p policy.Principal) bool { return p.Type == "AWS" && p.Value.String() != "*" })
}

// session is the ARN of a session of a role, which the ARN of a role stands for;
// other principals are as they are.
func session(arn string) string {
	f := strings.SplitN(arn, ":", 6)
	if len(f) != 6 || !strings.HasPrefix(f[5], "role/") {
		return arn
	}
	return "arn:" + f[1] + ":sts::" + f[4] + ":assumed-role" + f[5][strings.LastIndexByte(f[5], '/'):] + "/in-no-policy"
}

// Refusal is why a question is beyond the other evaluator, in its own words;
// empty when it answers.
func (a Answer) Refusal(t testing.TB) string {
	t.Helper()
	var said struct{ Message string }
	switch {
	case len(a.Ignored) > 0:
		return "a key that it does not know for the action"
	case a.Error == "":
		return ""
	case json.Unmarshal([]byte(a.Error), &said) != nil:
		t.Errorf("the other evaluator failed: %s", a.Error)
		return "a failure"
	default:
		return said.Message
	}
}
