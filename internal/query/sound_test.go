package query_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
)

// No answer is contradicted by a request: where StrangerToStranger says no, the
// widest reading of the evaluator lets no request of a stranger on a stranger's
// resource through, and where it says yes, the plain one lets its witness
// through.
func TestAnswersHoldForRequests(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	one := func(list ...string) string { return list[random.IntN(len(list))] }
	statement := func() string {
		parts := []string{
			`"Effect": ` + one(`"Allow"`, `"Allow"`, `"Allow"`, `"Deny"`),
			one(`"Principal": "*"`, `"Principal": "*"`, `"Principal": {"AWS": "*"}`, `"Principal": {"AWS": "111122223333"}`,
				`"Principal": {"AWS": ["arn:aws:iam::111122223333:role/app", "999999999999"]}`, `"NotPrincipal": {"AWS": "111122223333"}`, `"Principal": {"Service": "s3.amazonaws.com"}`),
			one(`"Action": "*"`, `"Action": "s3:*"`, `"Action": ["s3:GetObject", "s3:PutObject"]`, `"NotAction": "s3:PutObject"`, `"Action": "s3:ListAllMyBuckets"`),
			one(`"Resource": "*"`, `"Resource": "*"`, `"Resource": "arn:aws:s3:::strangers-*"`, `"Resource": "arn:aws:s3:::*-111122223333-eu-west-1-an/*"`,
				`"Resource": "arn:aws:s3:::a-111122223333-eu-west-1-an/*"`, `"Resource": "arn:aws:s3:*:111122223333:accesspoint/*"`, `"Resource": "arn:aws:s3:eu-west-1:111122223333:*"`,
				`"NotResource": "arn:aws:s3:::own/*"`, `"Resource": "arn:aws:s3:::${aws:PrincipalTag/bucket}/*"`),
		}
		if random.IntN(3) > 0 {
			operator := one("StringEquals", "StringLike", "StringEqualsIgnoreCase", "StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "ForAnyValue:StringLike", "ArnLike", "Bool")
			key := one("aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:ResourceAccount", "aws:ResourceOrgID", "s3:ResourceAccount", "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths", "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:SecureTransport")
			value := one(`"111122223333"`, `"o-exampleorg1"`, `["o-exampleorg1", "o-strangersorg"]`, `"o-exampleorg1/*"`, `"arn:aws:iam::111122223333:role/*"`, `"arn:*:iam::111122223333:*"`, `"true"`, `"*"`, `"${aws:PrincipalOrgID}"`, `"${aws:PrincipalAccount}"`)
			parts = append(parts, fmt.Sprintf(`"Condition": {%q: {%q: %s}}`, operator, key, value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	requests := strangersRequests()
	perimeters := []config.Perimeter{org, own, {Accounts: own.Accounts, Organizations: org.Organizations}}
	count := map[query.Verdict]int{}
	for range 800 {
		var list []string
		for range 1 + random.IntN(3) {
			list = append(list, statement())
		}
		document := `{"Version": "2012-10-17", "Statement": [` + strings.Join(list, ", ") + `]}`
		s := subject(t, "s3", one("Gateway", "Interface"), document, perimeters[random.IntN(len(perimeters))])
		doc := s.Endpoint.Policy.Variants[0].Doc
		setting := policy.Setting{Type: policy.TypeOf(s.Endpoint.Type)}
		a := s.Ask(query.StrangerToStranger)
		count[a.Verdict]++
		switch a.Verdict {
		case query.Yes:
			if d := policy.Decide(doc, *a.Witness, setting, policy.Plain); d.Outcome != policy.Allowed {
				t.Errorf("the witness %+v is %s by %s", *a.Witness, d.Outcome, document)
			}
		case query.No:
			for _, r := range requests {
				if d := policy.Decide(doc, r, setting, policy.Wide); d.Outcome == policy.Allowed {
					t.Errorf("no, but %+v passes %s", r, document)
				}
			}
		}
	}
	for _, v := range []query.Verdict{query.Yes, query.No} {
		if count[v] < 50 {
			t.Errorf("only %d answers are %v", count[v], v)
		}
	}
}

// strangersRequests are requests of strangers on strangers' resources, in all
// the ways in which the policies above can tell them apart.
func strangersRequests() []policy.Request {
	var list []policy.Request
	for _, principal := range []string{"arn:aws:iam::999999999999:role/x", "arn:aws:iam::999999999999:root", "arn:aws:iam::999999999999:user/a:111122223333:role/x"} {
		for _, organization := range []string{"", "o-strangersorg"} {
			for _, target := range []struct{ action, resource string }{
				{"s3:GetObject", "arn:aws:s3:::strangers-bucket/k"},
				{"s3:PutObject", "arn:aws:s3:::strangers-bucket/k"},
				{"s3:DeleteObject", "arn:aws:s3:::xyz/y-111122223333-eu-west-1-an/z"},
				{"s3:PutObject", "arn:aws:s3:::xyz/y-111122223333-eu-west-1-an/z"},
				{"s3:ListBucket", "arn:aws:s3:::strangers-bucket"},
				{"s3:GetAccessPoint", "arn:aws:s3:us-east-1:888888888888:accesspoint/a"},
				{"s3:GetAccessPoint", "arn:aws:s3:us-east-1:888888888888:accesspoint/b:111122223333:accesspoint/c"},
			} {
				list = append(list, policy.Request{
					Principal: principal, PrincipalAccount: "999999999999", PrincipalOrg: organization,
					Action: target.action, Resource: target.resource, ResourceAccount: "888888888888", ResourceOrg: organization,
					Context: map[string][]string{"aws:SecureTransport": {"true"}, "aws:PrincipalTag/bucket": {"strangers-bucket"}},
				})
			}
			list = append(list, policy.Request{
				Principal: principal, PrincipalAccount: "999999999999", PrincipalOrg: organization,
				Action: "s3:ListAllMyBuckets", Resource: "*", ResourceAccount: "999999999999", ResourceOrg: organization,
				Context: map[string][]string{"aws:SecureTransport": {"true"}},
			})
		}
	}
	return list
}
