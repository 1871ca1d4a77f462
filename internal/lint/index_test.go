package lint_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/rules"
)

var update = flag.Bool("update", false, "rewrite the generated files")

func TestIndexIsWhatTheRulesSay(t *testing.T) {
	want, err := lint.Index(rules.Files)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("../../rules/index.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(rules.Index)); diff != "" {
		t.Errorf("rules/index.json is stale: run make generate (-want +got):\n%s", diff)
	}
}
