package lint_test

import (
	"os"
	"strings"
	"testing"

	"github.com/eplint/eplint/rules"
)

// TestEveryCheckOfAccessAnalyzerHasARule holds the list of IAM Access Analyzer's
// checks (IAM User Guide, "IAM Access Analyzer policy check reference", as of
// 2023 with the errors added until 2025) against the rules: each check is that of
// a rule, or of one that is planned, or the list says why it does not apply to
// an endpoint policy.
func TestEveryCheckOfAccessAnalyzerHasARule(t *testing.T) {
	text, err := os.ReadFile("testdata/access-analyzer.tsv")
	if err != nil {
		t.Fatal(err)
	}
	known := func(rule string) bool {
		_, err := rules.Files.ReadFile(rule + "/rule.rego")
		return err == nil
	}
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		f := strings.Split(line, "\t")
		switch {
		case len(f) != 4:
			t.Fatalf("line %d has %d columns, where 4 are wanted", i+1, len(f))
		case i == 0:
			continue
		}
		check, named, note := f[1], f[2], f[3]
		if id := f[0] + " " + check; seen[id] {
			t.Errorf("line %d: %s is there twice", i+1, id)
		} else {
			seen[id] = true
		}
		planned := strings.HasPrefix(note, "planned")
		switch {
		case named == "-" && note == "":
			t.Errorf("line %d: nothing says why %s does not apply", i+1, check)
		case named == "-":
			continue
		}
		for _, rule := range strings.Fields(named) {
			if known(rule) == planned {
				t.Errorf("line %d: %s: the rule %s is planned: %t, and there: %t", i+1, check, rule, planned, !planned)
			}
		}
	}
}
