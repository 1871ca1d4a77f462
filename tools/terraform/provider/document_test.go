package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// The cases are the examples of the real provider's page on the data source,
// and the sentences beside them; "Sid": "", which that page still has in its
// examples, is no longer written.
func TestDocumentIsRenderedAsTheProvidersPageSays(t *testing.T) {
	everything := `"Effect": "Allow", "Resource": "*"`
	tests := []struct {
		name  string
		value map[string]any
		want  string
	}{
		{
			name: "conditions of one test and several variables are joined",
			value: map[string]any{"statement": []any{map[string]any{
				"actions":   []any{"kms:Decrypt", "kms:GenerateDataKey"},
				"resources": []any{"*"},
				"condition": []any{
					conditionBlock("ForAnyValue:StringEquals", "kms:EncryptionContext:service", "pi"),
					conditionBlock("ForAnyValue:StringEquals", "kms:EncryptionContext:aws:pi:service", "rds"),
				},
			}}},
			want: `{"Version": "2012-10-17", "Statement": [{` + everything + `,
				"Action": ["kms:GenerateDataKey", "kms:Decrypt"],
				"Condition": {"ForAnyValue:StringEquals": {
					"kms:EncryptionContext:aws:pi:service": "rds", "kms:EncryptionContext:service": "pi"}}}]}`,
		},
		{
			name: "a statement takes the place of a source's with its Sid",
			value: map[string]any{
				"source_policy_documents": []any{`{"Version": "2012-10-17", "Statement": [
					{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
					{"Sid": "SidToOverride", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`},
				"statement": []any{map[string]any{
					"sid": "SidToOverride", "actions": []any{"s3:*"},
					"resources": []any{"arn:aws:s3:::somebucket", "arn:aws:s3:::somebucket/*"},
				}},
			},
			want: `{"Version": "2012-10-17", "Statement": [
				{` + everything + `, "Action": "ec2:*"},
				{"Sid": "SidToOverride", "Effect": "Allow", "Action": "s3:*",
					"Resource": ["arn:aws:s3:::somebucket/*", "arn:aws:s3:::somebucket"]}]}`,
		},
		{
			name: "later overrides win, and keep the place of the first",
			value: map[string]any{
				"override_policy_documents": []any{
					`{"Statement": [{"Sid": "One", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`,
					`{"Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}, {"Sid": "Two", "Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}`,
					`{"Statement": [{"Sid": "One", "Effect": "Deny", "Action": "logs:*", "Resource": "*"}]}`,
				},
				"statement": []any{map[string]any{"sid": "Two", "effect": "Deny", "actions": []any{"*"}, "resources": []any{"*"}}},
			},
			want: `{"Version": "2012-10-17", "Statement": [
				{"Sid": "Two", ` + everything + `, "Action": "iam:*"},
				{"Sid": "One", "Effect": "Deny", "Action": "logs:*", "Resource": "*"},
				{` + everything + `, "Action": "ec2:*"}]}`,
		},
		{
			name: "the type * with * is a string, the type AWS with * an object",
			value: map[string]any{"statement": []any{
				map[string]any{"principals": []any{principalsBlock("*", "*")}},
				map[string]any{"principals": []any{principalsBlock("AWS", "*")}},
				map[string]any{"not_principals": []any{principalsBlock("AWS", "a", "b"), principalsBlock("Service", "s")}},
			}},
			want: `{"Version": "2012-10-17", "Statement": [
				{"Effect": "Allow", "Principal": "*"},
				{"Effect": "Allow", "Principal": {"AWS": "*"}},
				{"Effect": "Allow", "NotPrincipal": {"AWS": ["b", "a"], "Service": "s"}}]}`,
		},
		{
			name: "&{} is AWS's variable in resources, values and identifiers",
			value: map[string]any{"policy_id": "id", "statement": []any{map[string]any{
				"not_actions": []any{"s3:*"}, "not_resources": []any{"arn:aws:s3:::b/&{aws:username}"},
				"condition": []any{conditionBlock("StringLike", "s3:prefix", "", "home/&{aws:username}/")},
			}}},
			want: `{"Version": "2012-10-17", "Id": "id", "Statement": [{
				"Effect": "Allow", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::b/${aws:username}",
				"Condition": {"StringLike": {"s3:prefix": ["", "home/${aws:username}/"]}}}]}`,
		},
		{
			name:  "no statement is no Statement",
			value: map[string]any{"version": "2008-10-17"},
			want:  `{"Version": "2008-10-17"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := schema.TestResourceDataRaw(t, policyDocument().Schema, test.value)
			if diags := policyDocument().ReadContext(t.Context(), d, &meta{region: home}); diags.HasError() {
				t.Fatal(diags)
			}
			want := decode(t, test.want)
			for _, attribute := range []string{"json", "minified_json"} {
				if diff := cmp.Diff(want, decode(t, d.Get(attribute).(string))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", attribute, diff)
				}
			}
		})
	}
}

func TestSourcesMustHaveUniqueSids(t *testing.T) {
	source := `{"Statement": [{"Sid": "One", "Effect": "Allow"}]}`
	d := schema.TestResourceDataRaw(t, policyDocument().Schema, map[string]any{"source_policy_documents": []any{source, source}})
	if _, err := compose(d); err == nil {
		t.Error("two sources with one Sid are merged")
	}
}

func TestSchemasAreValid(t *testing.T) {
	if err := provider().InternalValidate(); err != nil {
		t.Error(err)
	}
}

func conditionBlock(test, variable string, values ...any) map[string]any {
	return map[string]any{"test": test, "variable": variable, "values": values}
}

func principalsBlock(kind string, identifiers ...any) map[string]any {
	return map[string]any{"type": kind, "identifiers": identifiers}
}

func decode(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}
