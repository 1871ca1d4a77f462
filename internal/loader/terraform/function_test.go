package terraform

import (
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/source"
)

// worked is the JSON text of an expression without names; ERROR where Terraform
// would refuse it.
func worked(t testing.TB, expression string) string {
	t.Helper()
	f := source.NewFile("x.tf", []byte("jsonencode("+expression+")"))
	x, diagnostics := hclsyntax.ParseExpression(f.Text, f.Path, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return "ERROR"
	}
	e := newEvaluator("", Options{}, &Result{})
	n := e.eval(x, fileText(f), &scope{in: &instance{module: &module{}, memos: map[string]*memo{}, calls: map[string]*calls{}}})
	if text, ok := n.Literal(); ok {
		return text
	}
	if isError(n) {
		return "ERROR"
	}
	return "not known: " + n.Text().String()
}

// testdata/functions.tsv is what Terraform 1.11.4 makes of each expression:
// jsonencode of it, or ERROR.
func TestExpressionsAreWhatTerraformMakesOfThem(t *testing.T) {
	text, err := os.ReadFile("testdata/functions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		expression, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if got := worked(t, expression); got != want {
			t.Errorf("%s\n got %s\nwant %s", expression, got, want)
		}
	}
}
