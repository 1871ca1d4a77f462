package lint_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

// The folder of the rules is what stock OPA takes: facts in, reports out, as in
// `eplint facts FILE | opa eval -I -d rules data.eplint.rules`.
func TestStockOPARunsTheRules(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("examples/network.yaml")
	if err != nil {
		t.Fatal(err)
	}
	unit := loader.Load([]*source.File{source.NewFile("examples/network.yaml", text)}, loader.Options{})
	document, err := json.Marshal(facts.Of(&unit.Endpoints[0], query.NewAsker(config.Perimeter{})))
	if err != nil {
		t.Fatal(err)
	}
	var input any
	if err := json.Unmarshal(document, &input); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	query, err := rego.New(rego.Load([]string{"rules"}, nil), rego.Query(`data.eplint.rules["wildcard-resource"].report[_].at`)).PrepareForEval(ctx)
	if err != nil {
		t.Fatal(err)
	}
	results, err := query.Eval(ctx, rego.EvalInput(input))
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 || results[0].Expressions[0].Value != "/policy/Statement/0/Resource/0" {
		t.Errorf("OPA says %+v", results)
	}
}
