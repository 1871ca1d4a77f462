package policy_test

import (
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// load reads a policy document through the loader. It returns nil when the
// text is not one.
func load(text string) *policy.Document {
	unit := loader.Load([]*source.File{source.NewFile("endpoint.json", []byte(text))}, loader.Options{
		Use: func(string) loader.Use { return loader.Use{Endpoint: true} },
	})
	for _, e := range unit.Endpoints {
		for _, v := range e.Policy.Variants {
			return v.Doc
		}
	}
	return nil
}

// document is load for text that must be a document.
func document(t testing.TB, text string) *policy.Document {
	t.Helper()
	doc := load(text)
	if doc == nil {
		t.Fatalf("not a policy document: %s", text)
	}
	return doc
}

// holed is document with a hole for each HOLE in the text.
func holed(t testing.TB, text string) *policy.Document {
	t.Helper()
	doc := document(t, text)
	punch := func(texts ...*policy.Text) {
		for _, text := range texts {
			whole, ok := text.Literal()
			if !ok || !strings.Contains(whole, "HOLE") {
				continue
			}
			text.Parts = nil
			for i, literal := range strings.Split(whole, "HOLE") {
				if i > 0 {
					text.Parts = append(text.Parts, policy.Part{Hole: policy.Hole{Kind: policy.Unknown, Ref: "Name"}})
				}
				if literal != "" {
					text.Parts = append(text.Parts, policy.Part{Literal: literal})
				}
			}
		}
	}
	all := func(texts []policy.Text) {
		for i := range texts {
			punch(&texts[i])
		}
	}
	punch(&doc.Version)
	for i := range doc.Statements {
		st := &doc.Statements[i]
		for j := range st.Principals.Values {
			punch(&st.Principals.Values[j].Value)
		}
		all(st.Actions.Values)
		all(st.Resources.Values)
		for j := range st.Conditions {
			punch(&st.Conditions[j].Operator, &st.Conditions[j].Key)
			all(st.Conditions[j].Values)
		}
	}
	return doc
}

// statement writes one statement: an Allow of everything to everybody but for
// the parts given, as fields of a JSON object.
func statement(parts string) string {
	fields := []string{}
	for _, f := range []struct{ name, text string }{
		{"Effect", `"Allow"`},
		{"Principal", `"*"`},
		{"Action", `"*"`},
		{"Resource", `"*"`},
	} {
		if !strings.Contains(parts, `"`+f.name+`":`) && !strings.Contains(parts, `"Not`+f.name+`":`) {
			fields = append(fields, `"`+f.name+`": `+f.text)
		}
	}
	if parts != "" {
		fields = append(fields, parts)
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// version2012 is a document of the version that has variables.
func version2012(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ", ") + `]}`
}

// A keys is the context of a request in tests.
type keys = map[string][]string

var (
	interfaceEndpoint = policy.Setting{Type: policy.Interface}
	gatewayEndpoint   = policy.Setting{Type: policy.Gateway}
)

// session is a request of a role session, for the given keys.
func session(context keys) policy.Request {
	return policy.Request{
		Principal: "arn:aws:sts::111122223333:assumed-role/app/i-1",
		Action:    "s3:GetObject",
		Resource:  "arn:aws:s3:::bucket/key",
		Context:   context,
	}
}
