package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
)

func TestAnExplicitDenyWinsAndTheDefaultIsDenied(t *testing.T) {
	allow, deny := statement(``), statement(`"Effect": "Deny"`)
	other := statement(`"Effect": "Deny", "Action": "sqs:*"`)
	for _, c := range []struct {
		name      string
		document  string
		want      policy.Outcome
		statement int
	}{
		{"nothing", version2012(), policy.ImplicitlyDenied, -1},
		{"an allow", version2012(allow), policy.Allowed, 0},
		{"a deny", version2012(deny), policy.ExplicitlyDenied, 0},
		{"an allow and a deny", version2012(allow, deny), policy.ExplicitlyDenied, 1},
		{"a deny and an allow", version2012(deny, allow), policy.ExplicitlyDenied, 0},
		{"a deny of something else", version2012(other, allow), policy.Allowed, 1},
		{"one of something else", version2012(other), policy.ImplicitlyDenied, -1},
	} {
		d := policy.Decide(document(t, c.document), session(nil), interfaceEndpoint, policy.Plain)
		if d.Outcome != c.want || d.Statement != c.statement {
			t.Errorf("%s: %v by %d, want %v by %d", c.name, d.Outcome, d.Statement, c.want, c.statement)
		}
	}
}

func TestNoDocumentIsFullAccess(t *testing.T) {
	d := policy.Decide(nil, policy.Request{}, policy.Setting{}, policy.Narrow)
	if d.Outcome != policy.Allowed || d.Statement != -1 {
		t.Errorf("%+v", d)
	}
}

func TestAResultNamesTheFirstPartThatDidNotMatch(t *testing.T) {
	doc := document(t, version2012(
		statement(`"Principal": {"AWS": "999999999999"}, "Action": "sqs:*"`),
		statement(`"NotAction": "s3:*", "Resource": "arn:aws:s3:::other/*"`),
		statement(`"Resource": "arn:aws:s3:::other/*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}`),
		statement(`"NotResource": "*"`),
		statement(`"Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333", "aws:SourceVpc": "vpc-1"}}`),
		statement(`"Condition": {"StringLike": {"aws:PrincipalAccount": "9*"}}`),
		statement(`"Condition": {"StringNotEquals": {"aws:TagKeys": "a"}}`),
		statement(``),
	))
	var got []string
	d := policy.Decide(doc, session(keys{"aws:TagKeys": {"b"}}), interfaceEndpoint, policy.Plain)
	for _, s := range d.Statements {
		got = append(got, s.Matched.String()+": "+s.Because.String())
	}
	want := []string{
		"not matched: Principal",
		"not matched: NotAction",
		"not matched: Resource",
		"not matched: NotResource",
		"not matched: condition StringEquals on aws:SourceVpc, since the request has no such key",
		`not matched: condition StringLike on aws:PrincipalAccount, since the key is "111122223333"`,
		"not matched: condition StringNotEquals on aws:TagKeys, since the key has several values and the operator is for one",
		"matched: ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTheFoundingStory(t *testing.T) {
	doc := document(t, version2012(statement(`"Action": "logs:*", "Resource": "arn:aws:logs:ap-northeast-1:111122223333:log-group:logs-test-allowed:*"`)))
	for group, want := range map[string]policy.Outcome{"logs-test-allowed": policy.Allowed, "logs-test-denied": policy.ImplicitlyDenied} {
		d := policy.Decide(doc, policy.Request{
			Principal: "arn:aws:iam::111122223333:role/app", Action: "logs:PutLogEvents",
			Resource: "arn:aws:logs:ap-northeast-1:111122223333:log-group:" + group + ":log-stream:s",
		}, interfaceEndpoint, policy.Plain)
		if d.Outcome != want {
			t.Errorf("%s: %v, want %v", group, d.Outcome, want)
		}
	}
}

func TestHolesAreNeverGuessed(t *testing.T) {
	allow := statement(``)
	for _, c := range []struct {
		name, document string
		want           policy.Outcome
		passes         policy.Match
	}{
		{"an action", version2012(statement(`"Action": "HOLE"`)), policy.Undecidable, policy.Unsure},
		{"an action of another service", version2012(statement(`"Action": "sqs:HOLE"`)), policy.ImplicitlyDenied, policy.Missed},
		{"a resource", version2012(statement(`"Resource": "arn:aws:s3:::HOLE/*"`)), policy.Undecidable, policy.Unsure},
		{"a resource of another service", version2012(statement(`"Resource": "arn:aws:sqs:HOLE"`)), policy.ImplicitlyDenied, policy.Missed},
		{"a resource, another matches", version2012(statement(`"Resource": ["arn:aws:s3:::HOLE/*", "*"]`)), policy.Allowed, policy.Matched},
		{"an excluded resource", version2012(statement(`"NotResource": "arn:aws:s3:::HOLE/*"`)), policy.Undecidable, policy.Unsure},
		{"a value", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "HOLE"}}`)), policy.Undecidable, policy.Unsure},
		{"a value that cannot be", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "xHOLE"}}`)), policy.ImplicitlyDenied, policy.Missed},
		{"a value that cannot be, negated", version2012(statement(`"Condition": {"StringNotEquals": {"s3:k": "xHOLE"}}`)), policy.Allowed, policy.Matched},
		{"a value of an absent key", version2012(statement(`"Condition": {"StringEquals": {"s3:absent": "HOLE"}}`)), policy.ImplicitlyDenied, policy.Missed},
		{"a number", version2012(statement(`"Condition": {"NumericEquals": {"s3:k": "HOLE"}}`)), policy.Undecidable, policy.Unsure},
		{"an address", version2012(statement(`"Condition": {"IpAddress": {"s3:ip": "HOLE/8"}}`)), policy.Undecidable, policy.Unsure},
		{"a Bool", version2012(statement(`"Condition": {"Bool": {"aws:PrincipalIsAWSService": "HOLE"}}`)), policy.Undecidable, policy.Unsure},
		{"a Null", version2012(statement(`"Condition": {"Null": {"s3:k": "HOLE"}}`)), policy.Undecidable, policy.Unsure},
		{"bytes", version2012(statement(`"Condition": {"BinaryEquals": {"s3:k": "HOLE"}}`)), policy.Undecidable, policy.Unsure},
		{"an operator", version2012(statement(`"Condition": {"HOLE": {"s3:k": "a"}}`)), policy.Undecidable, policy.Unsure},
		{"a key", version2012(statement(`"Condition": {"StringEquals": {"HOLE": "a"}}`)), policy.Undecidable, policy.Unsure},
		{"a part that misses decides before it", version2012(statement(`"Action": "HOLE", "Resource": "arn:aws:s3:::other"`)), policy.ImplicitlyDenied, policy.Missed},
		{"a deny, after an allow", version2012(allow, statement(`"Effect": "Deny", "Action": "HOLE"`)), policy.Undecidable, policy.Unsure},
		{"a deny alone: denied, but which way", version2012(statement(`"Effect": "Deny", "Action": "HOLE"`)), policy.Undecidable, policy.Missed},
		{"an allow, before a deny", version2012(statement(`"Action": "HOLE"`), statement(`"Effect": "Deny"`)), policy.ExplicitlyDenied, policy.Missed},
		{"an allow beside an allow", version2012(statement(`"Action": "HOLE"`), allow), policy.Allowed, policy.Matched},
		{"an effect", version2012(allow, statement(`"Effect": "Maybe"`)), policy.Undecidable, policy.Unsure},
		{"an unread allow", version2012(statement(`"Action": "sqs:*", "Extra": 1`)), policy.Undecidable, policy.Unsure},
		{"an unread deny, after an allow", version2012(allow, statement(`"Effect": "Deny", "Action": null`)), policy.Undecidable, policy.Unsure},
		{"a version, no variable", `{"Version": "HOLE", "Statement": ` + allow + `}`, policy.Allowed, policy.Matched},
		{"a version, a variable", `{"Version": "HOLE", "Statement": ` + statement(`"Condition": {"StringEquals": {"s3:k": "${aws:PrincipalTag/k}"}}`) + `}`, policy.Undecidable, policy.Unsure},
		{"a version, two variables that agree", `{"Version": "HOLE", "Statement": ` + statement(`"Condition": {"StringEquals": {"s3:k": "x${aws:PrincipalTag/k}"}}`) + `}`, policy.ImplicitlyDenied, policy.Missed},
		{"a hole in a variable", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "${aws:PrincipalTag/HOLE}"}}`)), policy.Undecidable, policy.Unsure},
		{"a hole that may open a variable", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "HOLE}"}}`)), policy.Undecidable, policy.Unsure},
		{"a hole after a dollar", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "$HOLE"}}`)), policy.Undecidable, policy.Unsure},
		{"a hole in a default", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "${a, '}HOLE'}"}}`)), policy.Undecidable, policy.Unsure},
		{"a variable before a hole", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "${aws:PrincipalType}HOLE"}}`)), policy.ImplicitlyDenied, policy.Missed},
		{"an ARN that cannot be", version2012(statement(`"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::999999999999:HOLE"}}`)), policy.ImplicitlyDenied, policy.Missed},
		{"an ARN that can be", version2012(statement(`"Condition": {"ArnLike": {"aws:PrincipalArn": "HOLE*"}}`)), policy.Undecidable, policy.Unsure},
		{"an unknown key", version2012(statement(`"Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}`)), policy.Undecidable, policy.Unsure},
		{"an unknown key that is given", version2012(statement(`"Condition": {"StringEquals": {"s3:K": "value"}}`)), policy.Allowed, policy.Matched},
		{"an unknown key as a variable", version2012(statement(`"Resource": "arn:aws:s3:::x${aws:ResourceAccount}"`)), policy.ImplicitlyDenied, policy.Missed},
		{"an unknown key as a variable, possible", version2012(statement(`"Resource": "arn:aws:s3:::${aws:ResourceAccount}/key"`)), policy.Undecidable, policy.Unsure},
		{"a multivalued key as a variable", version2012(statement(`"Condition": {"StringEquals": {"s3:k": "${aws:TagKeys}"}}`)), policy.Undecidable, policy.Unsure},
	} {
		r := session(keys{"s3:k": {"value"}, "s3:ip": {"10.0.0.1"}, "aws:PrincipalTag/k": {"value"}, "aws:TagKeys": {"value"}})
		r.Unknown = []string{"AWS:ResourceAccount", "s3:k"}
		d := policy.Decide(holed(t, c.document), r, interfaceEndpoint, policy.Plain)
		if d.Outcome != c.want || d.Passes() != c.passes {
			t.Errorf("%s: %v, passes: %v; want %v, %v", c.name, d.Outcome, d.Passes(), c.want, c.passes)
		}
		for _, s := range d.Statements {
			if (s.Matched == policy.Matched) != (s.Because == policy.Reason{}) {
				t.Errorf("%s: %v because %q", c.name, s.Matched, s.Because)
			}
		}
	}
}

func TestKeysOfAServiceCanBeMultivalued(t *testing.T) {
	doc := document(t, version2012(statement(`"Condition": {"StringEquals": {"dynamodb:Attributes": "a"}}`)))
	r := session(keys{"dynamodb:Attributes": {"a"}})
	for _, c := range []struct {
		multivalued map[string]bool
		want        policy.Outcome
	}{{nil, policy.Allowed}, {map[string]bool{"dynamodb:attributes": true}, policy.ImplicitlyDenied}} {
		if got := policy.Decide(doc, r, policy.Setting{Type: policy.Interface, Multivalued: c.multivalued}, policy.Plain).Outcome; got != c.want {
			t.Errorf("%v: %v, want %v", c.multivalued, got, c.want)
		}
	}
}

func TestTypesAreReadAsAWSSpellsThem(t *testing.T) {
	for name, want := range map[string]policy.EndpointType{"Gateway": policy.Gateway, "interface": policy.Interface, "GatewayLoadBalancer": policy.AnyType, "": policy.AnyType} {
		if got := policy.TypeOf(policy.Text{Parts: []policy.Part{{Literal: name}}}); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	doc := document(b, version2012(
		statement(`"Action": ["s3:Get*", "s3:List*"], "Resource": ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"], "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`),
		statement(`"Effect": "Deny", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}`),
	))
	r := session(nil)
	r.PrincipalOrg = "o-a1b2c3d4e5"
	for b.Loop() {
		if policy.Decide(doc, r, interfaceEndpoint, policy.Plain).Outcome != policy.Allowed {
			b.Fatal("not allowed")
		}
	}
}
