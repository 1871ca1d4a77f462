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

const indexPath = "../../rules/index.json"

// writeIndex makes the index from the files on disk, which may be newer than
// the embedded ones.
func writeIndex(t *testing.T) {
	t.Helper()
	index, err := lint.Index(os.DirFS("../../rules"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(indexPath, index, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestIndexIsWhatTheRulesSay(t *testing.T) {
	if *update {
		writeIndex(t)
		return
	}
	want, err := lint.Index(rules.Files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(rules.Index)); diff != "" {
		t.Errorf("rules/index.json is stale: run make generate (-want +got):\n%s", diff)
	}
}
