package loader

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/policy/policytest"
	"github.com/eplint/eplint/internal/source"
)

// inMemory returns files by their paths.
func inMemory(files map[string]string) source.Beside {
	return source.Beside{
		Read: func(name string) (*source.File, error) {
			text, ok := files[name]
			if !ok {
				return nil, os.ErrNotExist
			}
			return source.NewFile(name, []byte(text)), nil
		},
		List: func(folder string) ([]string, error) {
			var names []string
			for name := range files {
				if path.Dir(name) == folder {
					names = append(names, path.Base(name))
				}
			}
			slices.Sort(names)
			return names, nil
		},
	}
}

// loadFiles loads the configuration of the files in a folder.
func loadFiles(t testing.TB, files map[string]string, o Options) Unit {
	t.Helper()
	o.Beside = inMemory(files)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Dir(name) == "." && Scan(name, nil) == Configuration {
			return Load([]*source.File{source.NewFile(name, []byte(files[name]))}, o)
		}
	}
	t.Fatal("no configuration")
	return Unit{}
}

// templated is text in which Terraform finds no template.
func templated(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
}

func quotedHCL(text string) string {
	quoted, _ := json.Marshal(text) //nolint:errchkjson // a string
	return templated(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(quoted)))
}

// hclOf is a value of JSON as an expression.
func hclOf(value any) string {
	switch value := value.(type) {
	case map[string]any:
		var b strings.Builder
		b.WriteString("{\n")
		for _, name := range slices.Sorted(maps.Keys(value)) {
			fmt.Fprintf(&b, "%s = %s\n", quotedHCL(name), hclOf(value[name]))
		}
		return b.String() + "}"
	case []any:
		var items []string
		for _, item := range value {
			items = append(items, hclOf(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case string:
		return quotedHCL(value)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	default:
		return fmt.Sprint(value)
	}
}

// variables are the policy variables of a text as policy documents write them.
func ampersand(text string) string { return strings.ReplaceAll(text, "${", "&{") }

func asList(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

func listedHCL(value any, change func(string) string) string {
	var items []string
	for _, item := range asList(value) {
		items = append(items, quotedHCL(change(fmt.Sprint(item))))
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// documentHCL is a policy as blocks of aws_iam_policy_document; false when it
// holds what these cannot say.
func documentHCL(policy map[string]any) (string, bool) {
	var b strings.Builder
	if version, ok := policy["Version"]; ok {
		fmt.Fprintf(&b, "version = %s\n", quotedHCL(version.(string)))
	}
	same := func(s string) string { return s }
	sids := map[any]bool{}
	for _, item := range asList(policy["Statement"]) {
		statement := item.(map[string]any)
		b.WriteString("statement {\n")
		if sid, ok := statement["Sid"]; ok {
			if sids[sid] {
				return "", false
			}
			sids[sid] = true
			fmt.Fprintf(&b, "sid = %s\n", quotedHCL(sid.(string)))
		}
		fmt.Fprintf(&b, "effect = %s\n", quotedHCL(statement["Effect"].(string)))
		for name, argument := range map[string]string{"Action": "actions", "NotAction": "not_actions"} {
			if value, ok := statement[name]; ok {
				fmt.Fprintf(&b, "%s = %s\n", argument, listedHCL(value, same))
			}
		}
		for name, argument := range map[string]string{"Resource": "resources", "NotResource": "not_resources"} {
			if value, ok := statement[name]; ok {
				fmt.Fprintf(&b, "%s = %s\n", argument, listedHCL(value, ampersand))
			}
		}
		for name, argument := range map[string]string{"Principal": "principals", "NotPrincipal": "not_principals"} {
			switch value := statement[name].(type) {
			case string:
				fmt.Fprintf(&b, "%s {\ntype = \"*\"\nidentifiers = %s\n}\n", argument, listedHCL(value, ampersand))
			case map[string]any:
				for _, kind := range slices.Sorted(maps.Keys(value)) {
					fmt.Fprintf(&b, "%s {\ntype = %q\nidentifiers = %s\n}\n", argument, kind, listedHCL(value[kind], ampersand))
				}
			}
		}
		if conditions, ok := statement["Condition"].(map[string]any); ok {
			for _, operator := range slices.Sorted(maps.Keys(conditions)) {
				keys := conditions[operator].(map[string]any)
				for _, name := range slices.Sorted(maps.Keys(keys)) {
					fmt.Fprintf(&b, "condition {\ntest = %q\nvariable = %s\nvalues = %s\n}\n", operator, quotedHCL(ampersand(name)), listedHCL(keys[name], ampersand))
				}
			}
		}
		b.WriteString("}\n")
	}
	return b.String(), true
}

// terraformSpellings are the ways to write a policy into a configuration.
func terraformSpellings(t *testing.T, text string) map[string]map[string]string {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(value, "    ", "  ")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(indented))
	const before = "resource \"aws_vpc_endpoint\" \"e\" {\n  service_name = \"s\"\n"
	inline := func(x string) map[string]string {
		return map[string]string{"main.tf": before + "  policy = " + x + "\n}\n"}
	}
	document := hclOf(value)
	quotedTwice, _ := json.Marshal(templated(text))
	expression, _ := json.Marshal("${jsonencode(local.document)}")
	out := map[string]map[string]string{
		"jsonencode":      inline("jsonencode(" + document + ")"),
		"quoted":          inline(quotedHCL(text)),
		"heredoc":         inline("<<-EOT\n    " + templated(lines) + "\n  EOT"),
		"outer heredoc":   inline("<<EOT\n" + templated(lines) + "\nEOT"),
		"heredoc of call": inline("<<-EOT\n    ${jsonencode(" + document + ")}\n  EOT"),
		"merge":           inline("jsonencode(merge(local.head, { Statement = local.statements }))"),
		"decoded":         inline("jsonencode(jsondecode(" + quotedHCL(text) + "))"),
		"file":            {"main.tf": before + "policy = file(\"${path.module}/p.json\")\n}\n", "p.json": text},
		"template":        {"main.tf": before + "policy = templatefile(\"${path.module}/p.tftpl\", { x = 1 })\n}\n", "p.tftpl": templated(lines)},
		"resource":        {"main.tf": before + "}\n", "policy.tf": "resource \"aws_vpc_endpoint_policy\" \"p\" {\nvpc_endpoint_id = aws_vpc_endpoint.e.id\npolicy = jsonencode(" + document + ")\n}\n"},
		"for each":        {"main.tf": "resource \"aws_vpc_endpoint\" \"e\" {\nfor_each = { a = " + document + " }\nservice_name = \"s\"\npolicy = jsonencode(each.value)\n}\n"},
		"module": {
			"main.tf":        "module \"m\" {\nsource = \"./inner\"\npolicy = jsonencode(" + document + ")\n}\n",
			"inner/main.tf":  before + "policy = var.policy\n}\n",
			"inner/input.tf": "variable \"policy\" {\ntype = string\n}\n",
		},
		"public module": {"main.tf": "module \"m\" {\nsource = \"terraform-aws-modules/vpc/aws//modules/vpc-endpoints\"\nendpoints = {\ns = { service_endpoint = \"s\", service_type = \"Gateway\", policy = jsonencode(" + document + ") }\n}\n}\n"},
		"json":          {"main.tf.json": `{"resource": {"aws_vpc_endpoint": {"e": {"service_name": "s", "policy": ` + string(quotedTwice) + `}}}}`},
		"mixed json":    {"main.tf.json": `{"resource": {"aws_vpc_endpoint": {"e": {"service_name": "s", "policy": ` + string(expression) + `}}}}`, "locals.tf": "locals {\n  document = " + document + "\n}\n"},
	}
	head := maps.Clone(value)
	delete(head, "Statement")
	out["merge"]["locals.tf"] = "locals {\nhead = " + hclOf(head) + "\nstatements = " + hclOf(value["Statement"]) + "\n}\n"
	if blocks, ok := documentHCL(value); ok {
		data := "data \"aws_iam_policy_document\" \"d\" {\n" + blocks + "}\n"
		out["document"] = map[string]string{"main.tf": before + "policy = data.aws_iam_policy_document.d.json\n}\n", "document.tf": data}
		out["merged documents"] = map[string]string{
			"main.tf":     before + "policy = data.aws_iam_policy_document.m.json\n}\n",
			"document.tf": data + "data \"aws_iam_policy_document\" \"m\" {\nsource_policy_documents = [data.aws_iam_policy_document.d.json]\nversion = \"2008-10-17\"\n}\n",
		}
	}
	return out
}

// readings are what the bytes of a value may mean: in quotes, in text in quotes,
// or as they are.
func readings(written string) []string {
	plain := strings.NewReplacer("$${", "${", "%%{", "%{")
	list := []string{written, plain.Replace(written)}
	for range 2 {
		for _, s := range slices.Clone(list) {
			var inner string
			if json.Unmarshal([]byte(s), &inner) == nil || json.Unmarshal([]byte(`"`+s+`"`), &inner) == nil {
				list = append(list, inner, plain.Replace(inner), strings.ReplaceAll(inner, "&{", "${"))
			}
		}
	}
	return list
}

// One policy is the same document however a configuration spells it, and what a
// span holds decodes to the value.
func TestOnePolicyIsTheSameInEverySpellingOfTerraform(t *testing.T) {
	documents := policytest.Documents(11, 60, policytest.Options{})
	for i, d := range documents {
		values, broken := syntax.Parse(source.NewFile("p.json", []byte(d.Text)))
		if broken != nil {
			t.Fatal(broken)
		}
		raw, problem := attached(values[0], false)
		if problem != nil || raw.State != policy.Known {
			t.Fatalf("%s: %v %v", d.Text, raw.Why, problem)
		}
		want, _ := planned{}.flat(raw.Variants[0].Doc)
		for name, files := range terraformSpellings(t, d.Text) {
			unit := loadFiles(t, files, Options{})
			if len(unit.Findings) > 0 || len(unit.Endpoints) != 1 || unit.Endpoints[0].Policy.State != policy.Known {
				t.Fatalf("%d, %s: %+v\n%v\n%s", i, name, unit.Endpoints, unit.Findings, files)
			}
			doc := unit.Endpoints[0].Policy.Variants[0].Doc
			got, _ := planned{}.flat(doc)
			if name == "merged documents" && len(want) > 0 && !strings.HasPrefix(want[0], ".Version") {
				got = got[1:]
			}
			if diff := cmp.Diff(withoutVersion(want, name), withoutVersion(got, name)); diff != "" {
				t.Errorf("%d, %s (-JSON +Terraform):\n%s", i, name, diff)
			}
			for _, text := range textsOf(doc) {
				written := string(text.Span.Text())
				if !slices.Contains(readings(written), text.String()) {
					t.Errorf("%d, %s: %q is written as %q", i, name, text, written)
				}
			}
		}
	}
}

// withoutVersion leaves out the version, which policy documents always have.
func withoutVersion(lines []string, spelling string) []string {
	if strings.Contains(spelling, "document") && len(lines) > 0 && strings.HasPrefix(lines[0], ".Version") {
		return lines[1:]
	}
	return lines
}
