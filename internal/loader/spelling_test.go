package loader

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// spellings are the ways to write one policy into a template. Its values are
// plain, but for one that the deployment knows.
func spellings(t *testing.T) map[string]string {
	t.Helper()
	const before = "Parameters:\n  Name: {Type: String}\nResources:\n  E:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      ServiceName: s\n      PolicyDocument: "
	const object = `
        Version: 2012-10-17
        Statement:
          - Sid: "Réad 🗄"
            Effect: Allow
            Principal: {AWS: ['*', arn:aws:iam::111122223333:root]}
            Action: [s3:GetObject, "s3:\u0050utObject"]
            Resource:
              - SUB
              - 'it''s'
            Condition:
              StringEquals:
                aws:PrincipalOrgID: o-1
              Bool: {aws:SecureTransport: true}
`
	const text = `{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "R\u00e9ad 🗄", "Effect": "Allow",
    "Principal": {"AWS": ["*", "arn:aws:iam::111122223333:root"]},
    "Action": ["s3:GetObject", "s3:\u0050utObject"],
    "Resource": ["SUB", "it's"],
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": true}}
  }]
}`
	const sub = "arn:aws:s3:::${Name}/*"
	const long = `{"Fn::Sub": "` + sub + `"}`
	indented := "\n        " + strings.ReplaceAll(strings.Replace(text, "SUB", sub, 1), "\n", "\n        ") + "\n"
	quoted, err := json.Marshal(strings.Replace(text, "SUB", sub, 1))
	if err != nil {
		t.Fatal(err)
	}
	asJSON := func(document string) string {
		return `{"Parameters": {"Name": {"Type": "String"}}, "Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"ServiceName": "s", "PolicyDocument": ` + document + `}}}}`
	}
	return map[string]string{
		"object.yaml":    before + strings.Replace(object, "SUB", long, 1),
		"short.yaml":     before + strings.Replace(object, "SUB", "!Sub "+sub, 1),
		"object.json":    asJSON(strings.Replace(text, `"SUB"`, long, 1)),
		"block.yaml":     before + "\n        Fn::Sub: |" + strings.ReplaceAll(indented, "\n", "\n  ") + "\n",
		"tojson.yaml":    before + "\n        Fn::ToJsonString:" + strings.ReplaceAll(strings.Replace(object, "SUB", "!Sub "+sub, 1), "\n", "\n    "),
		"short-sub.yaml": before + "!Sub |" + indented,
		"sub.json":       asJSON(`{"Fn::Sub": ` + string(quoted) + `}`),
		"join.json":      asJSON(`{"Fn::Join": ["", [` + strings.Replace(string(quoted), "${Name}", `", {"Ref": "Name"}, "`, 1) + `]]}`),
	}
}

// withoutPlaces is a document as JSON, without the places of its values.
func withoutPlaces(t *testing.T, doc *policy.Document) string {
	t.Helper()
	var strip func(reflect.Value)
	strip = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			strip(v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				strip(v.Index(i))
			}
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[source.Span]() {
				v.SetZero()
				return
			}
			for i := range v.NumField() {
				strip(v.Field(i))
			}
		}
	}
	strip(reflect.ValueOf(doc))
	out, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// One policy is the same document however it is written, and what a span holds
// decodes to the value.
func TestOnePolicyIsTheSameInEverySpelling(t *testing.T) {
	first, firstName := "", ""
	for name, text := range spellings(t) {
		unit := loadOne(t, name, text, Options{})
		if len(unit.Endpoints) != 1 || unit.Endpoints[0].Policy.State != policy.Known {
			t.Fatalf("%s: %+v", name, unit.Endpoints)
		}
		doc := unit.Endpoints[0].Policy.Variants[0].Doc
		st := &doc.Statements[0]
		texts := []policy.Text{st.Sid, st.Conditions[0].Key, st.Conditions[0].Values[0], st.Conditions[1].Values[0]}
		texts = append(append(texts, st.Actions.Values...), st.Resources.Values[1])
		for _, p := range st.Principals.Values {
			texts = append(texts, p.Value)
		}
		for _, text := range append(texts, doc.Version) {
			if got := decoded(t, name, string(text.Span.Text())); got != text.String() {
				t.Errorf("%s: %q is written as %q", name, text, text.Span.Text())
			}
		}
		got := withoutPlaces(t, doc)
		if first == "" {
			first, firstName = got, name
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("%s and %s differ (-%s +%s):\n%s", firstName, name, firstName, name, diff)
		}
	}
}

// decoded is a scalar as it is written in a file of that name.
func decoded(t *testing.T, name, written string) string {
	t.Helper()
	// JSON text in a string of a JSON file is escaped twice.
	if strings.HasPrefix(written, `\"`) {
		var inner string
		if err := json.Unmarshal([]byte(`"`+written+`"`), &inner); err != nil {
			t.Fatal(err)
		}
		written = inner
	}
	var value yaml.Node
	if err := yaml.Load([]byte(written), &value); err != nil {
		t.Fatalf("%s: %q: %v", name, written, err)
	}
	if value.Kind == yaml.DocumentNode {
		return value.Content[0].Value
	}
	return value.Value
}
