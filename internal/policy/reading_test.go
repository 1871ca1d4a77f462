package policy_test

import (
	"slices"
	"testing"

	"github.com/eplint/eplint/internal/policy"
)

// TestReadings has a row for each way in which an assumption shows: the
// outcomes under the plain, the wide and the narrow reading, and no other
// assumption at work.
func TestReadings(t *testing.T) {
	const allow, deny, implicit = policy.Allowed, policy.ExplicitlyDenied, policy.ImplicitlyDenied
	all := statement(``)
	condition := func(parts string) string { return version2012(statement(`"Condition": {` + parts + `}`)) }
	denied := func(parts string) string { return version2012(all, statement(`"Effect": "Deny", `+parts)) }
	queue := "arn:aws:sqs:us-east-1:111122223333:q:x"
	for _, c := range []struct {
		assumption          policy.Assumption
		document, caller    string
		setting             policy.Setting
		plain, wide, narrow policy.Outcome
	}{
		{policy.A1, version2012(statement(`"Resource": "arn:aws:sqs:*:x"`)), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A1, denied(`"Resource": "arn:aws:sqs:*:x"`), "session", interfaceEndpoint, deny, allow, deny},
		{policy.A1, version2012(statement(`"NotResource": "arn:aws:sqs:*:x"`)), "session", interfaceEndpoint, implicit, allow, implicit},
		{policy.A2, condition(`"StringEquals": {"aws:TagKeys": "a"}`), "session", interfaceEndpoint, implicit, allow, implicit},
		{policy.A2, denied(`"Condition": {"StringNotEquals": {"aws:TagKeys": "b"}}`), "session", interfaceEndpoint, allow, allow, deny},
		{policy.A3, denied(`"NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/app"}`), "session", interfaceEndpoint, allow, allow, deny},
		{policy.A3, denied(`"NotPrincipal": {"AWS": "111122223333"}`), "user", interfaceEndpoint, allow, allow, deny},
		{policy.A4, version2012(statement(`"NotResource": "arn:aws:s3:::${aws:none}"`)), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A4, denied(`"NotResource": "arn:aws:s3:::${aws:none}"`), "session", interfaceEndpoint, deny, allow, deny},
		{policy.A5, condition(`"ForAnyValue:StringEqualsIfExists": {"s3:none": "a"}`), "session", interfaceEndpoint, implicit, allow, implicit},
		{policy.A6, condition(`"StringLike": {"aws:PrincipalAccount": "111122223333*"}`), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A6, condition(`"StringLike": {"s3:k": "five5*"}`), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A6, condition(`"NumericGreaterThan": {"aws:PrincipalAccount": "1"}`), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A6, condition(`"StringNotLike": {"s3:k": "other*"}`), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A6, condition(`"StringNotLike": {"s3:k": "five*"}`), "session", interfaceEndpoint, implicit, allow, implicit},
		{policy.A6, denied(`"Condition": {"StringNotLike": {"s3:k": "other*"}}`), "session", interfaceEndpoint, deny, allow, deny},
		{policy.A6, condition(`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1111*:role/app"}`), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A6, version2012(statement(`"Resource": "arn:aws:sqs:*:1111*:q:x"`)), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A7, version2012(statement(`"Principal": {"AWS": "*"}`)), "service", interfaceEndpoint, allow, allow, implicit},
		{policy.A7, denied(`"Principal": {"AWS": "*"}`), "service", interfaceEndpoint, deny, allow, deny},
		{policy.A9, condition(`"stringEquals": {"s3:k": "five5five"}`), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A11, condition(`"Bool": {"aws:PrincipalIsAWSService": "${aws:ViaAWSService}"}`), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A12, version2012(statement(`"Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}`)), "session", gatewayEndpoint, implicit, allow, implicit},
		{policy.A13, version2012(statement(`"Principal": {"AWS": "arn:aws:iam::111122223333:user/Ana"}`)), "federated", interfaceEndpoint, implicit, allow, implicit},
		{policy.A14, condition(`"ArnLike": {"aws:PrincipalArn": "arn:aws:iam:*"}`), "session", interfaceEndpoint, implicit, allow, implicit},
		{policy.A15, version2012(statement(`"Action": "sq*:SendMessage"`)), "session", interfaceEndpoint, allow, allow, implicit},
		{policy.A15, version2012(statement(`"NotAction": "*:SendMessage"`)), "session", interfaceEndpoint, implicit, allow, implicit},
	} {
		r := callers[c.caller]
		r.Action, r.Resource = "sqs:SendMessage", queue
		r.Context = keys{"aws:TagKeys": {"a"}, "s3:k": {"five5five"}}
		doc := document(t, c.document)
		for reading, want := range map[policy.Reading]policy.Outcome{policy.Plain: c.plain, policy.Wide: c.wide, policy.Narrow: c.narrow} {
			if got := policy.Decide(doc, r, c.setting, reading).Outcome; got != want {
				t.Errorf("%v, %s: %v under the %v reading, want %v", c.assumption, c.document, got, reading, want)
			}
		}
		if got := policy.Matters(doc, r, c.setting); !slices.Equal(got, []policy.Assumption{c.assumption}) {
			t.Errorf("%v, %s: %v matter", c.assumption, c.document, got)
		}
	}
}

func TestAssumptionsHaveNamesAndSentences(t *testing.T) {
	want := []string{"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A9", "A11", "A12", "A13", "A14", "A15"}
	var got []string
	for a := policy.A1; a <= policy.A15; a++ {
		got = append(got, a.String())
		if a.Sentence() == "" {
			t.Errorf("%v has no sentence", a)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
