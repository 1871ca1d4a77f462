package lint_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/rules"
)

// bodyLines is how long the body of a rule may be: one that is longer should
// ask for a fact instead.
const bodyLines = 12

// regoFiles returns the text of each Rego file in the tree of rules.
func regoFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	tree := os.DirFS("../../rules")
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".rego" {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		files[name] = string(text)
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	return files
}

func parseRule(t *testing.T, name, text string) *ast.Module {
	t.Helper()
	module, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{
		RegoVersion:       ast.RegoV1,
		Capabilities:      lint.Capabilities(),
		ProcessAnnotation: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return module
}

// check compiles rules as strictly as OPA can, with the type of the facts.
func check(t *testing.T, files map[string]string) error {
	t.Helper()
	var schema any
	if err := json.Unmarshal(rules.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.MustParseRef("schema.facts"), schema)
	modules := map[string]*ast.Module{}
	for name, text := range files {
		modules[name] = parseRule(t, name, text)
	}
	compiler := ast.NewCompiler().
		WithCapabilities(lint.Capabilities()).
		WithStrict(true).
		WithSchemas(schemas).
		WithUseTypeCheckAnnotations(true)
	if compiler.Compile(modules); compiler.Failed() {
		return compiler.Errors
	}
	return nil
}

func TestRulesAreFormatted(t *testing.T) {
	for name, text := range regoFiles(t) {
		want, err := format.SourceWithOpts(name, []byte(text), format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), text); diff != "" {
			t.Errorf("rules/%s is not formatted: run opa fmt (-want +got):\n%s", name, diff)
		}
	}
}

func TestRulesCompileAgainstTheFacts(t *testing.T) {
	if err := check(t, regoFiles(t)); err != nil {
		t.Error(err)
	}
}

// rule is a rule with a body of its own.
func rule(body string) map[string]string {
	return map[string]string{"x/rule.rego": `# METADATA
# scope: package
# schemas:
#   - input: schema.facts
package eplint.rules.x

report contains {"at": "/policy", "message": message} if {
	` + strings.ReplaceAll(body, "; ", "\n\t") + `
}
`}
}

// TestRuleThatDoesNotCompile shows that the checks can fail.
func TestRuleThatDoesNotCompile(t *testing.T) {
	if err := check(t, rule(`message := input.policy.state`)); err != nil {
		t.Fatalf("a rule without a fault: %s", err)
	}
	for name, test := range map[string]struct{ body, want string }{
		"a fact that is none":        {`input.policies.state == "known"; message := "m"`, "undefined ref: input.policies.state"},
		"an inner fact":              {`message := input.policy.Statements[0].Sid`, "undefined ref: input.policy.Statements"},
		"a fact of a statement":      {`message := input.policy.Statement[0].wildcardresource.because`, "undefined ref: input.policy.Statement[0].wildcardresource.because"},
		"a question that is none":    {`message := input.questions["stranger-to-strange"].because`, `undefined ref: input.questions["stranger-to-strange"].because`},
		"a part of a judgement":      {`message := input.questions["stranger-to-stranger"].reason`, `undefined ref: input.questions["stranger-to-stranger"].reason`},
		"a fact of another type":     {`input.policy.state == 1; message := "m"`, "match error"},
		"a variable that is unused":  {`unused := 1; message := "m"`, "assigned var unused unused"},
		"the network":                {`message := http.send({"method": "get", "url": "https://example.com"}).body`, "undefined function http.send"},
		"the clock":                  {`message := sprintf("%d", [time.now_ns()])`, "undefined function time.now_ns"},
		"the environment":            {`message := opa.runtime().env.HOME`, "undefined function opa.runtime"},
		"names of hosts":             {`message := concat("", net.lookup_ip_addr("example.com"))`, "undefined function net.lookup_ip_addr"},
		"chance":                     {`message := sprintf("%d", [rand.intn("x", 9)])`, "undefined function rand.intn"},
		"the clock in another name":  {`message := "m" with input.name as time.now_ns()`, "undefined function time.now_ns"},
		"a replacement of a builtin": {`message := concat("", ["m"]) with concat as http.send`, "var http is unsafe"},
	} {
		t.Run(name, func(t *testing.T) {
			err := check(t, rule(test.body))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestRulesHaveOneForm is for a reader's sake: a rule reports in one set, what
// else it defines it needs for that, and no body is long.
func TestRulesHaveOneForm(t *testing.T) {
	for name, text := range regoFiles(t) {
		module := parseRule(t, name, text)
		reports := 0
		for _, r := range module.Rules {
			head := r.Head.Ref().String()
			lines := strings.Split(strings.TrimSpace(string(r.Location.Text)), "\n")
			if n := len(lines) - 2; n > bodyLines {
				t.Errorf("rules/%s: the body of %s has %d lines, where %d are allowed", name, head, n, bodyLines)
			}
			switch {
			case head == "report":
				reports++
				if r.Head.RuleKind() != ast.MultiValue {
					t.Errorf("rules/%s: report is no set", name)
				}
			case !calls(module, head):
				t.Errorf("rules/%s: %s is neither report nor a helper of it", name, head)
			}
		}
		if reports != 1 {
			t.Errorf("rules/%s defines report %d times", name, reports)
		}
	}
}

// calls reports whether a body of the module refers to the rule of that name.
func calls(module *ast.Module, name string) bool {
	found := false
	for _, r := range module.Rules {
		ast.WalkVars(r.Body, func(v ast.Var) bool {
			found = found || string(v) == name && r.Head.Ref().String() != name
			return found
		})
	}
	return found
}
