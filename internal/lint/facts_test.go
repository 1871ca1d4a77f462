package lint_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/rules"
)

func factsSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(rules.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("facts.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("facts.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, f *facts.Facts) {
	t.Helper()
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s\n%s", err, text)
	}
}

// TestFactsAreAsTheSchemaSays is for policies of each state, for what a
// statement can hold, and for every example of the rules' pages.
func TestFactsAreAsTheSchemaSays(t *testing.T) {
	schema := factsSchema(t)
	states := map[string]bool{}
	of := func(e example) {
		t.Helper()
		options, err := e.options()
		if err != nil {
			t.Fatal(err)
		}
		unit, _ := lint.Load(t.Context(), options)
		for i := range unit.Endpoints {
			f := facts.Of(&unit.Endpoints[i], query.NewAsker(options.Config.Perimeter))
			states[f.Policy.State] = true
			validate(t, schema, f)
		}
		for _, problem := range unit.Findings {
			validate(t, schema, facts.Unreadable(problem.Span.File.Path, []string{problem.Message}))
		}
		if len(unit.Endpoints) == 0 && len(unit.Findings) == 0 {
			t.Errorf("%s holds nothing:\n%s", e.name, e.text)
		}
	}
	for _, text := range []string{
		`{}`,
		`{ServiceName: com.amazonaws.eu-west-1.s3}`,
		`{ServiceName: !Ref Service, VpcEndpointType: Interface, PolicyDocument: !Ref Policy}`,
		`{ServiceName: com.amazonaws.eu-west-1.sqs, PolicyDocument: {Statement: []}}`,
		`{ServiceName: com.amazonaws.eu-west-1.sqs, PolicyDocument: {Version: "2012-10-17", Statement: [
			{Sid: A, Effect: Allow, Principal: "*", Action: "*", Resource: "*"},
			{Effect: Deny, NotPrincipal: {AWS: ["111122223333"], Service: a.amazonaws.com}, NotAction: "sqs:*", NotResource: [!Ref A],
			 Condition: {StringEquals: {"aws:SourceVpc": !Ref Vpc}, "Null": {"aws:PrincipalArn": []}}},
			{Effect: Allow, Principal: {}, Action: [], Resource: []},
			{Effect: !Ref Effect, Principal: "*", Action: "*", Resource: "*", Extra: 1},
			!Ref Statement]}}`,
		`{ServiceName: no.such.service, PolicyDocument: "{"}`,
	} {
		of(example{name: "t.yaml", text: "Resources: {E: {Type: 'AWS::EC2::VPCEndpoint', Properties: " + strings.ReplaceAll(text, "\t", " ") + "}}\n"})
	}
	for _, p := range pages(t) {
		_, examples, err := p.parse()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range examples {
			of(e)
		}
	}
	want := map[string]bool{"default": true, "known": true, "undetermined": true}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("states of policies that were seen (-want +got):\n%s", diff)
	}
}

// TestSchemaRejects shows that the schema is closed.
func TestSchemaRejects(t *testing.T) {
	schema := factsSchema(t)
	options, err := example{name: "s3-endpoint.json", text: `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}`}.options()
	if err != nil {
		t.Fatal(err)
	}
	unit, _ := lint.Load(t.Context(), options)
	text, err := json.Marshal(facts.Of(&unit.Endpoints[0], query.NewAsker(config.Perimeter{})))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(f, statement map[string]any){
		"a fact of another name":      func(f, _ map[string]any) { f["policies"] = f["policy"] },
		"a judgement of another name": func(f, _ map[string]any) { f["questions"].(map[string]any)["x"] = map[string]any{} },
		"a fourth verdict":            func(f, _ map[string]any) { f["live"] = "perhaps" },
		"a missing fact":              func(f, _ map[string]any) { delete(f, "live") },
		"an element of another name":  func(_, s map[string]any) { s["Actions"] = s["Action"] },
		"an element that is no list":  func(_, s map[string]any) { s["Action"] = "*" },
	} {
		t.Run(name, func(t *testing.T) {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			f := value.(map[string]any)
			if err := schema.Validate(f); err != nil {
				t.Fatalf("before the change: %s", err)
			}
			change(f, f["policy"].(map[string]any)["Statement"].([]any)[0].(map[string]any))
			if schema.Validate(f) == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

// A schemaNode is as much of a JSON Schema as the facts' schema uses.
type schemaNode struct {
	Ref                  string                `json:"$ref"`
	Type                 string                `json:"type"`
	Description          string                `json:"description"`
	Enum                 []string              `json:"enum"`
	Const                any                   `json:"const"`
	Properties           map[string]schemaNode `json:"properties"`
	AdditionalProperties json.RawMessage       `json:"additionalProperties"`
	Required             []string              `json:"required"`
	Items                *schemaNode           `json:"items"`
	Definitions          map[string]schemaNode `json:"definitions"`
}

// TestSchemaHasTheFieldsOfFacts compares the schema with the Go types, so that
// a fact cannot be added to one of them alone.
func TestSchemaHasTheFieldsOfFacts(t *testing.T) {
	var root schemaNode
	if err := json.Unmarshal(rules.Schema, &root); err != nil {
		t.Fatal(err)
	}
	if got := root.Properties["schema"].Const; got != float64(facts.Schema) {
		t.Errorf("the schema is for version %v of the facts, which have version %d", got, facts.Schema)
	}
	used := map[string]bool{}
	compareSchema(t, root, used, root, reflect.TypeFor[facts.Facts](), "")
	for name := range root.Definitions {
		if !used[name] {
			t.Errorf("the definition %q is used nowhere", name)
		}
	}
}

var verdict = reflect.TypeFor[query.Verdict]()

func compareSchema(t *testing.T, root schemaNode, used map[string]bool, s schemaNode, of reflect.Type, at string) {
	t.Helper()
	if name, ok := strings.CutPrefix(s.Ref, "#/definitions/"); ok {
		used[name] = true
		s = root.Definitions[name]
	}
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	kinds := map[reflect.Kind]string{
		reflect.Struct: "object", reflect.Map: "object", reflect.Slice: "array", reflect.String: "string", reflect.Int: "integer",
	}
	want := kinds[of.Kind()]
	if of.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		want = "string"
	}
	if s.Type != want {
		t.Errorf("%s: the schema's type is %q, where %s makes it %q", at, s.Type, of, want)
	}
	if of == verdict {
		if diff := cmp.Diff([]string{query.Yes.String(), query.No.String(), query.Unknown.String()}, s.Enum); diff != "" {
			t.Errorf("%s: wrong verdicts (-want +got):\n%s", at, diff)
		}
		return
	}
	switch of.Kind() {
	case reflect.Struct:
		compareFields(t, root, used, s, of, at)
	case reflect.Slice:
		if s.Items == nil {
			t.Errorf("%s: the schema says nothing about its items", at)
			return
		}
		compareSchema(t, root, used, *s.Items, of.Elem(), at+"/0")
	case reflect.Map:
		// A map's keys are listed where they are known, so that OPA can check
		// them, and of any name otherwise.
		for name, property := range s.Properties {
			compareSchema(t, root, used, property, of.Elem(), at+"/"+name)
		}
		if len(s.Properties) == 0 {
			var values schemaNode
			if err := json.Unmarshal(s.AdditionalProperties, &values); err != nil {
				t.Errorf("%s: the schema says nothing about its values: %s", at, err)
			}
			compareSchema(t, root, used, values, of.Elem(), at+"/*")
			return
		}
		closed(t, s, at)
	}
}

func closed(t *testing.T, s schemaNode, at string) {
	t.Helper()
	if string(s.AdditionalProperties) != "false" {
		t.Errorf("%s: the schema lets in other names", at)
	}
}

func compareFields(t *testing.T, root schemaNode, used map[string]bool, s schemaNode, of reflect.Type, at string) {
	t.Helper()
	closed(t, s, at)
	var names, required []string
	for field := range of.Fields() {
		if !field.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
		if options != "omitempty" {
			required = append(required, name)
		}
		property, ok := s.Properties[name]
		if !ok {
			t.Errorf("%s: the schema has no %q", at, name)
			continue
		}
		if property.Description == "" {
			t.Errorf("%s/%s has no description", at, name)
		}
		compareSchema(t, root, used, property, field.Type, at+"/"+name)
	}
	for name := range s.Properties {
		if !slices.Contains(names, name) {
			t.Errorf("%s: the schema has %q, which is no fact", at, name)
		}
	}
	slices.Sort(required)
	got := slices.Sorted(slices.Values(s.Required))
	if diff := cmp.Diff(required, got); diff != "" {
		t.Errorf("%s: wrong required fields (-want +got):\n%s", at, diff)
	}
}
