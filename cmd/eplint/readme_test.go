package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/report/reporttest"
	"github.com/eplint/eplint/internal/source"
)

// The README shows what the program really prints and which rules it has.
func TestReadmeShowsRealOutput(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := lint.Rules()
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| rule | severity | reports |\n|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&table, "| [`%s`](rules/%[1]s/README.md) | %s | %s |\n", r.Name, r.Severity, strings.TrimSuffix(r.Title, "."))
	}
	want := string(text)
	captures := 0
	for line := range strings.Lines(string(text)) {
		arguments, ok := strings.CutPrefix(line, "<!-- capture: ")
		if !ok {
			continue
		}
		captures++
		arguments = strings.TrimSuffix(arguments, " -->\n")
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), strings.Fields(arguments), nil, &stdout, &stderr); code > exitFindings || stderr.Len() > 0 {
			t.Fatalf("eplint %s: exit code %d\n%s", arguments, code, &stderr)
		}
		want = replaceBetween(t, want, line, "<!-- end of capture -->", "```console\n$ eplint "+arguments+"\n"+stdout.String()+"```\n")
	}
	if captures != 6 {
		t.Errorf("%d captures", captures)
	}
	want = replaceBetween(t, want, "<!-- rules -->\n", "<!-- end of rules -->", "\n"+table.String()+"\n")
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("README.md is stale: run make generate (-want +got):\n%s", diff)
	}
}

// replaceBetween replaces what stands between two marks of a text.
func replaceBetween(t *testing.T, text, start, end, with string) string {
	t.Helper()
	before, rest, ok := strings.Cut(text, start)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README.md lacks %q or %q", start, end)
	}
	return before + start + with + end + after
}

// The configuration in the README is one, has every key, and leads editors to
// the schema.
func TestReadmeShowsAConfiguration(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Configuration\n")
	_, section, _ = strings.Cut(section, "```yaml\n")
	shown, _, _ := strings.Cut(section, "```\n")
	c, err := config.Parse(source.NewFile("README.md", []byte(shown)), config.Checks{Service: func(name string) error { return checkService(name, nil) }, ServiceOwned: checkServiceOwned, Rule: checkRule})
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(c.Perimeter)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("it has no %s", v.Type().Field(i).Name)
		}
	}
	schema, err := os.ReadFile("../../internal/config/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var named struct {
		ID string `json:"$id"`
	}
	if err := json.Unmarshal(schema, &named); err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(shown, "\n"); first != "# yaml-language-server: $schema="+named.ID {
		t.Errorf("%q does not lead to %s", first, named.ID)
	}
}

func TestExamplesGiveValidSARIF(t *testing.T) {
	t.Chdir("../..")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"--format", "sarif", "examples"}, nil, &stdout, &stderr); code != exitFindings {
		t.Fatalf("exit code %d\n%s", code, &stderr)
	}
	doc, err := jsonschema.UnmarshalJSON(&stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := reporttest.SARIFSchema(t).Validate(doc); err != nil {
		t.Error(err)
	}
}
