package policy_test

import (
	"testing"

	"github.com/eplint/eplint/internal/policy"
)

const (
	resourcePage = "IAM JSON policy elements: Resource"
	actionPage   = "IAM JSON policy elements: Action"
)

func TestResources(t *testing.T) {
	const test = "arn:aws:s3:::DOC-EXAMPLE-BUCKET/*/test/*"
	const object = "arn:aws:s3:::DOC-EXAMPLE-BUCKET/"
	tagged := keys{"aws:PrincipalTag/team": {"yellow"}}
	for _, c := range []struct {
		page, pattern, resource string
		context                 keys
		want                    bool
	}{
		// The page's list of objects that the pattern does and does not match.
		{resourcePage, test, object + "1/test/object.jpg", nil, true},
		{resourcePage, test, object + "1/2/test/object.jpg", nil, true},
		{resourcePage, test, object + "1/2/test/3/object.jpg", nil, true},
		{resourcePage, test, object + "1/2/3/test/4/object.jpg", nil, true},
		{resourcePage, test, object + "1///test///object.jpg", nil, true},
		{resourcePage, test, object + "1/test/.jpg", nil, true},
		{resourcePage, test, object + "/test/object.jpg", nil, true},
		{resourcePage, test, object + "1/test/", nil, true},
		{resourcePage, test, object + "1-test/object.jpg", nil, false},
		{resourcePage, test, object + "test/object.jpg", nil, false},
		{resourcePage, test, object + "1/2/test.jpg", nil, false},

		{resourcePage, "*", "*", nil, true},
		{resourcePage, "*", object + "a", nil, true},
		{resourcePage, "arn:aws:s3:::*", "*", nil, false},
		{resourcePage, object + "A", object + "a", nil, false},
		{resourcePage, object + "?", object + "a", nil, true},
		{resourcePage, object + "?", object + "ab", nil, false},
		{resourcePage, object + "*/b", object + "a:a/b", nil, true}, // the sixth part may hold colons
		// A * that closes a segment "can expand to match beyond the colon boundaries".
		{resourcePage, "arn:aws:s3:*", object + "a", nil, true},
		{resourcePage, "arn:aws:logs:us-east-1:111111111111:*", "arn:aws:logs:us-east-1:111111111111:log-group:x:*", nil, true},
		{resourcePage, "arn:aws:logs:*:log-group:x", "arn:aws:logs:us-east-1:111111111111:log-group:x", nil, true},
		{resourcePage, "arn:aws:logs:us-*-1:log-group:x", "arn:aws:logs:us-east-1:111111111111:log-group:x", nil, false},
		{resourcePage, "arn:aws:sqs:u*-1:111111111111:q", "arn:aws:sqs:us-east-1:111111111111:q", nil, true},
		{resourcePage, "arn:aws:sqs:us-east-1?111111111111:q", "arn:aws:sqs:us-east-1:111111111111:q", nil, false},
		{resourcePage, "arn:aws:sqs:us-east-1", "arn:aws:sqs:us-east-1:111111111111:q", nil, false},
		{resourcePage, "arn:aws:sqs:*:*:q", "arn:aws:sqs:us-east-1:111111111111:q", nil, true},

		{variablesPage, object + "${aws:PrincipalTag/team}/*", object + "yellow/a", tagged, true},
		{variablesPage, object + "${aws:PrincipalTag/team}/*", object + "red/a", tagged, false},
		{variablesPage, object + "${aws:PrincipalTag/team}*", object + "yellow", nil, false}, // no value: no resource
		{variablesPage, "arn:aws:s3:::DOC-EXAMPLE-BUCKET-${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::DOC-EXAMPLE-BUCKET-company-wide", nil, true},
		{variablesPage, "arn:aws:s3:::DOC-EXAMPLE-BUCKET-${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::DOC-EXAMPLE-BUCKET-yellow", tagged, true},
		{variablesPage, object + "${aws:PrincipalTag/team}", object + "ab", keys{"aws:PrincipalTag/team": {"*"}}, false},
		{variablesPage, object + "${*}", object + "a", nil, false},
		{variablesPage, object + "${*}", object + "*", nil, true},
		// "You can't use a variable to replace parts of the ARN before the fifth colon."
		{variablesPage, "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q", "arn:aws:sqs:us-east-1:111122223333:q", nil, false},
		{variablesPage, "${aws:PrincipalTag/team}", "yellow", tagged, false},
	} {
		r := session(c.context)
		r.Resource = c.resource
		for element, want := range map[string]bool{"Resource": c.want, "NotResource": !c.want} {
			doc := document(t, version2012(statement(`"`+element+`": "`+c.pattern+`"`)))
			if got := policy.Decide(doc, r, interfaceEndpoint, policy.Plain).Outcome == policy.Allowed; got != want {
				t.Errorf("%s %s on %s: %v, want %v: %s", element, c.pattern, c.resource, got, want, c.page)
			}
		}
	}
}

func TestActions(t *testing.T) {
	for _, c := range []struct {
		patterns, action string
		want             bool
	}{
		{`"*"`, "s3:GetObject", true},
		{`"s3:*"`, "s3:GetObject", true},
		{`"S3:getOBJECT"`, "s3:GetObject", true},
		{`"s3:GetObject"`, "S3:GETOBJECT", true},
		{`"s3:Get*"`, "s3:PutObject", false},
		{`"s3:Get?bject"`, "s3:GetObject", true},
		{`"s3:GetObject"`, "s3:GetObjectAcl", false},
		{`["sqs:*", "s3:*Object"]`, "s3:GetObject", true},
		{`"GetObject"`, "s3:GetObject", false},
		{`":GetObject"`, "s3:GetObject", false},
		{`"s3:${aws:username}"`, "s3:GetObject", false},
		{`[]`, "s3:GetObject", false},
	} {
		r := session(nil)
		r.Action = c.action
		for element, want := range map[string]bool{"Action": c.want, "NotAction": !c.want} {
			doc := document(t, version2012(statement(`"`+element+`": `+c.patterns)))
			if got := policy.Decide(doc, r, interfaceEndpoint, policy.Plain).Outcome == policy.Allowed; got != want {
				t.Errorf("%s %s on %s: %v, want %v: %s", element, c.patterns, c.action, got, want, actionPage)
			}
		}
	}
}
