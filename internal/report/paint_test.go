package report_test

import (
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/report"
)

func TestWrapBreaksAtBlanksAlone(t *testing.T) {
	for _, test := range []struct {
		text              string
		width, used, hang int
		want              string
	}{
		{"", 10, 0, 2, ""},
		{"one two", 7, 0, 2, "one two"},
		{"one two", 6, 0, 2, "one\n  two"},
		{"one two", 9, 4, 4, "one\n    two"},
		{"one  two\tthree", 80, 0, 2, "one two three"},
		{"a arn:aws:s3:::bucket b", 10, 0, 2, "a\n  arn:aws:s3:::bucket\n  b"},
		{"日本 語", 6, 0, 1, "日本\n 語"},
		{"日本 語", 7, 0, 1, "日本 語"},
	} {
		if got := report.Wrap(test.text, test.width, test.used, test.hang); got != test.want {
			t.Errorf("Wrap(%q, %d, %d, %d) = %q, not %q", test.text, test.width, test.used, test.hang, got, test.want)
		}
	}
}

func TestSentenceSaysAllOfARequest(t *testing.T) {
	const role = "arn:aws:iam::999999999999:role/attacker"
	for _, test := range []struct {
		request policy.Request
		want    string
	}{
		{
			policy.Request{Principal: role, PrincipalAccount: "999999999999", Action: "s3:PutObject", Resource: "arn:aws:s3:::b/k", ResourceAccount: "111122223333"},
			"a stranger (" + role + ") calls s3:PutObject on arn:aws:s3:::b/k of account 111122223333",
		},
		{
			policy.Request{Principal: role, PrincipalOrg: "o-strangersorg", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q", ResourceAccount: "111122223333", ResourceOrg: "o-exampleorg1"},
			"a stranger (" + role + " of organization o-strangersorg) calls sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:q of organization o-exampleorg1",
		},
		{
			policy.Request{Action: "sts:GetCallerIdentity", Resource: "*", ResourceAccount: "111122223333"},
			"a stranger calls sts:GetCallerIdentity in account 111122223333",
		},
		{
			policy.Request{Principal: role, Action: "s3:ListAllMyBuckets", Context: map[string][]string{
				"aws:PrincipalTag/team": {"x\x1b"}, "aws:CalledVia": {"a", "b"}, "aws:SourceIp": nil,
			}},
			"a stranger (" + role + `) calls s3:ListAllMyBuckets, with aws:CalledVia = [a, b], aws:PrincipalTag/team = x\x1b, no aws:SourceIp`,
		},
	} {
		if got := report.Sentence("a stranger", test.request); got != test.want {
			t.Errorf("%q\nnot %q", got, test.want)
		}
	}
}

func TestPaintIsForColourAlone(t *testing.T) {
	if got := report.Paint(false, report.Red, "no"); got != "no" {
		t.Errorf("%q", got)
	}
	if got := report.Paint(true, report.Plain, "no"); got != "no" {
		t.Errorf("%q", got)
	}
	if got := report.Paint(true, report.Green, "no"); !strings.HasPrefix(got, "\x1b[1;32mno") {
		t.Errorf("%q", got)
	}
}
