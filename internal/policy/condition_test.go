package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
)

// The pages of the IAM User Guide that the rows name.
const (
	operatorsPage = "IAM JSON policy elements: Condition operators"
	multiplePage  = "Conditions with multiple context keys or values"
	setsPage      = "Single-valued vs. multivalued context keys"
	examplesPage  = "Multivalued context key examples"
	variablesPage = "IAM policy elements: Variables and tags"
	conditionPage = "IAM JSON policy elements: Condition"
	versionPage   = "IAM JSON policy elements: Version"
	globalPage    = "AWS global condition context keys"
)

// A truth is one row of a truth table: does the condition match a request with
// that context? Keys are s3:k where nothing depends on the key.
type truth struct {
	page, condition string
	context         keys
	want            bool
}

func checkTruths(t *testing.T, rows []truth) {
	t.Helper()
	for _, r := range rows {
		doc := document(t, version2012(statement(`"Condition": {`+r.condition+`}`)))
		d := policy.Decide(doc, session(r.context), interfaceEndpoint, policy.Plain)
		want := policy.Missed
		if r.want {
			want = policy.Matched
		}
		if got := d.Statements[0]; got.Matched != want {
			t.Errorf("%s on %v is %v (%s), want %v: %s", r.condition, r.context, got.Matched, got.Because, want, r.page)
		}
	}
}

func TestAbsentKeysMakePositiveOperatorsFalseAndNegatedOnesTrue(t *testing.T) {
	// "If the key that you specify in a policy condition is not present in the
	// request context, the values do not match and the condition is false. If the
	// policy condition requires that the key is not matched, … the condition is
	// true."
	values := map[string]string{
		"StringEquals": "a", "StringNotEquals": "a", "StringEqualsIgnoreCase": "a", "StringNotEqualsIgnoreCase": "a",
		"StringLike": "*", "StringNotLike": "*",
		"ArnEquals": "arn:*:*:*:*:*", "ArnLike": "arn:*:*:*:*:*", "ArnNotEquals": "arn:*:*:*:*:*", "ArnNotLike": "arn:*:*:*:*:*",
		"NumericEquals": "1", "NumericNotEquals": "1", "NumericLessThan": "1", "NumericLessThanEquals": "1", "NumericGreaterThan": "1", "NumericGreaterThanEquals": "1",
		"DateEquals": "2020-01-01", "DateNotEquals": "2020-01-01", "DateLessThan": "2020-01-01", "DateLessThanEquals": "2020-01-01", "DateGreaterThan": "2020-01-01", "DateGreaterThanEquals": "2020-01-01",
		"Bool": "false", "BinaryEquals": "YQ==", "IpAddress": "0.0.0.0/0", "NotIpAddress": "0.0.0.0/0",
	}
	negated := map[string]bool{
		"StringNotEquals": true, "StringNotEqualsIgnoreCase": true, "StringNotLike": true, "ArnNotEquals": true, "ArnNotLike": true,
		"NumericNotEquals": true, "DateNotEquals": true, "NotIpAddress": true,
	}
	for op, value := range values {
		test := `": {"s3:k": "` + value + `"}`
		checkTruths(t, []truth{
			{operatorsPage, `"` + op + test, nil, negated[op]},
			{operatorsPage, `"` + op + `IfExists` + test, nil, true},
			{setsPage, `"ForAllValues:` + op + test, nil, true},
			{setsPage, `"ForAnyValue:` + op + test, nil, false},
			{setsPage, `"ForAllValues:` + op + test, keys{"s3:k": {""}}, true},
			{setsPage, `"ForAnyValue:` + op + test, keys{"s3:k": {""}}, false},
		})
	}
}

func TestOperatorsOnOneValue(t *testing.T) {
	on := func(values ...string) keys { return keys{"s3:k": values} }
	checkTruths(t, []truth{
		{operatorsPage, `"StringEquals": {"s3:k": "a"}`, on("a"), true},
		{operatorsPage, `"StringEquals": {"s3:k": "a"}`, on("A"), false},
		{operatorsPage, `"StringEquals": {"s3:k": "a*"}`, on("ab"), false},
		{operatorsPage, `"StringEquals": {"s3:k": "a*"}`, on("a*"), true},
		{operatorsPage, `"StringEquals": {"s3:k": "?"}`, on("a"), false},
		{operatorsPage, `"StringEquals": {"s3:k": ""}`, on(""), true},
		{operatorsPage, `"StringNotEquals": {"s3:k": "a"}`, on("b"), true},
		{operatorsPage, `"StringNotEquals": {"s3:k": "a"}`, on("a"), false},
		{operatorsPage, `"StringEqualsIgnoreCase": {"s3:k": "aB"}`, on("Ab"), true},
		{operatorsPage, `"StringEqualsIgnoreCase": {"s3:k": "a*"}`, on("ab"), false},
		{operatorsPage, `"StringNotEqualsIgnoreCase": {"s3:k": "aB"}`, on("Ab"), false},
		{operatorsPage, `"StringLike": {"s3:k": "home/*"}`, on("home/a/b:c"), true},
		{operatorsPage, `"StringLike": {"s3:k": "home/?"}`, on("home/a"), true},
		{operatorsPage, `"StringLike": {"s3:k": "home/?"}`, on("home/"), false},
		{operatorsPage, `"StringLike": {"s3:k": "Home/*"}`, on("home/a"), false},
		{operatorsPage, `"StringLike": {"s3:k": "a"}`, on("*"), false}, // values of the request are no patterns
		{operatorsPage, `"StringNotLike": {"s3:k": "home/*"}`, on("home/a"), false},

		{operatorsPage, `"StringLike": {"s3:k": "arn:aws:someservice:*:111122223333:finance/*"}`, on("arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"), true},
		{operatorsPage, `"ArnLike": {"s3:k": "arn:aws:someservice:*:111122223333:finance/*"}`, on("arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"), false},
		{operatorsPage, `"ArnEquals": {"s3:k": "arn:aws:sns:*:123456789012:topic-?"}`, on("arn:aws:sns:eu-west-1:123456789012:topic-1"), true},
		{operatorsPage, `"ArnEquals": {"s3:k": "arn:aws:sns:*:123456789012:*"}`, on("arn:aws:sns:eu-west-1:123456789012:topic:sub"), true},
		{operatorsPage, `"ArnLike": {"s3:k": "arn:aws:sns:*"}`, on("arn:aws:sns:eu-west-1:123456789012:topic"), false},
		{operatorsPage, `"ArnLike": {"s3:k": "arn:aws:sns:*:*:*"}`, on("no ARN"), false},
		{operatorsPage, `"ArnNotLike": {"s3:k": "arn:aws:sns:*:*:*"}`, on("no ARN"), true},
		{operatorsPage, `"ArnNotEquals": {"s3:k": "arn:aws:sns:*:*:*"}`, on("arn:aws:sns:eu-west-1:123456789012:topic"), false},

		{operatorsPage, `"NumericEquals": {"s3:k": "10"}`, on("10.0"), true},
		{operatorsPage, `"NumericEquals": {"s3:k": 10}`, on("10"), true},
		{operatorsPage, `"NumericEquals": {"s3:k": "0.1"}`, on("0.10000000000000000001"), false},
		{operatorsPage, `"NumericEquals": {"s3:k": "ten"}`, on("ten"), false},
		{operatorsPage, `"NumericNotEquals": {"s3:k": "10"}`, on("11"), true},
		{operatorsPage, `"NumericLessThanEquals": {"s3:k": "10"}`, on("10"), true},
		{operatorsPage, `"NumericLessThanEquals": {"s3:k": "10"}`, on("9"), true},
		{operatorsPage, `"NumericLessThan": {"s3:k": "10"}`, on("10"), false},
		{operatorsPage, `"NumericGreaterThan": {"s3:k": "-1.5"}`, on("-1.25"), true},
		{operatorsPage, `"NumericGreaterThanEquals": {"s3:k": "10"}`, on("9"), false},

		{operatorsPage, `"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}`, keys{"aws:TokenIssueTime": {"2020-01-01T00:00:02Z"}}, true},
		{operatorsPage, `"DateGreaterThan": {"s3:k": "2020-01-01T00:00:01Z"}`, on("1577836802"), true},
		{operatorsPage, `"DateEquals": {"s3:k": "1577836800"}`, on("2020-01-01T01:00:00+01:00"), true},
		{operatorsPage, `"DateEquals": {"s3:k": "2020"}`, on("2020-01-01"), true},
		{operatorsPage, `"DateLessThan": {"s3:k": "2020-06"}`, on("2020-05-31T23:59Z"), true},
		{operatorsPage, `"DateLessThanEquals": {"s3:k": "2020-*"}`, on("2019-01-01"), false}, // no wildcards
		{operatorsPage, `"DateNotEquals": {"s3:k": "2020-01-01"}`, on("2020-01-01"), false},
		{operatorsPage, `"DateGreaterThanEquals": {"s3:k": "2020-01-01T00:00:00.5Z"}`, on("2020-01-01T00:00:00Z"), false},

		{operatorsPage, `"Bool": {"s3:k": "true"}`, on("True"), true},
		{operatorsPage, `"Bool": {"s3:k": true}`, on("true"), true},
		{operatorsPage, `"Bool": {"s3:k": "false"}`, on("true"), false},
		{operatorsPage, `"Bool": {"s3:k": "yes"}`, on("yes"), false},
		{operatorsPage, `"BinaryEquals": {"s3:k": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}`, on("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), true},
		{operatorsPage, `"BinaryEquals": {"s3:k": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}`, on("QmluYXJ5"), false},
		{operatorsPage, `"BinaryEquals": {"s3:k": "no base64"}`, on("no base64"), false},

		{operatorsPage, `"IpAddress": {"s3:k": "203.0.113.0/24"}`, on("203.0.113.255"), true},
		{operatorsPage, `"IpAddress": {"s3:k": "203.0.113.0/24"}`, on("203.0.114.0"), false},
		{operatorsPage, `"IpAddress": {"s3:k": "203.0.113.7"}`, on("203.0.113.7"), true},
		{operatorsPage, `"IpAddress": {"s3:k": "203.0.113.7"}`, on("203.0.113.8"), false},
		{operatorsPage, `"IpAddress": {"s3:k": "2001:DB8:1234:5678::/64"}`, on("2001:db8:1234:5678::1"), true},
		{operatorsPage, `"IpAddress": {"s3:k": "::/0"}`, on("203.0.113.7"), false},
		{operatorsPage, `"NotIpAddress": {"s3:k": "::/0"}`, on("203.0.113.7"), true},
		{operatorsPage, `"IpAddress": {"s3:k": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}`, on("2001:db8:1234:5678::1"), true},
		{operatorsPage, `"IpAddress": {"s3:k": "anywhere"}`, on("203.0.113.7"), false},
	})
}

func TestNullTestsPresence(t *testing.T) {
	checkTruths(t, []truth{
		{operatorsPage, `"Null": {"aws:TokenIssueTime": "true"}`, nil, true},
		{operatorsPage, `"Null": {"aws:TokenIssueTime": "false"}`, nil, false},
		{operatorsPage, `"Null": {"s3:k": "true"}`, keys{"s3:k": {"a"}}, false},
		{operatorsPage, `"Null": {"s3:k": "false"}`, keys{"s3:k": {"a"}}, true},
		{operatorsPage, `"Null": {"s3:k": true}`, nil, true},
		// "The key exists and its value is not null"; null "such as an empty string".
		{operatorsPage, `"Null": {"s3:k": "false"}`, keys{"s3:k": {""}}, false},
		{operatorsPage, `"Null": {"aws:TagKeys": "false"}`, keys{"aws:TagKeys": {"a", "b"}}, true},
		{operatorsPage, `"Null": {"s3:k": ["true", "false"]}`, nil, true},
	})
}

func TestBoolOnAnAbsentKeyIsFalseEitherWay(t *testing.T) {
	doc := func(op string) *policy.Document {
		return document(t, version2012(statement(`"Condition": {"`+op+`": {"aws:PrincipalIsAWSService": "false"}}`)))
	}
	unsigned := policy.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/key"}
	for _, c := range []struct {
		op   string
		r    policy.Request
		want policy.Outcome
	}{
		{"Bool", unsigned, policy.ImplicitlyDenied},
		{"BoolIfExists", unsigned, policy.Allowed},
		{"Bool", session(nil), policy.Allowed},
	} {
		if got := policy.Decide(doc(c.op), c.r, gatewayEndpoint, policy.Plain).Outcome; got != c.want {
			t.Errorf("%s of %v: %v, want %v", c.op, c.r.Caller(), got, c.want)
		}
	}
}

func TestSeveralKeysAreAndSeveralValuesAreOrNegatedOnesNor(t *testing.T) {
	and := `"StringEqualsIgnoreCase": {"aws:PrincipalTag/department": ["finance", "hr", "legal"], "aws:PrincipalTag/role": ["audit", "security"]}, "StringEquals": {"aws:PrincipalAccount": "111122223333"}`
	nor := `"StringNotEquals": {"s3:k": ["a", "b"]}`
	checkTruths(t, []truth{
		{multiplePage, and, keys{"aws:PrincipalTag/department": {"HR"}, "aws:PrincipalTag/role": {"audit"}}, true},
		{multiplePage, and, keys{"aws:PrincipalTag/department": {"HR"}, "aws:PrincipalTag/role": {"admin"}}, false},
		{multiplePage, and, keys{"aws:PrincipalTag/department": {"HR"}}, false},
		{multiplePage, and, keys{"aws:PrincipalTag/department": {"HR"}, "aws:PrincipalTag/role": {"audit"}, "aws:PrincipalAccount": {"444455556666"}}, false},
		{multiplePage, nor, keys{"s3:k": {"a"}}, false},
		{multiplePage, nor, keys{"s3:k": {"b"}}, false},
		{multiplePage, nor, keys{"s3:k": {"c"}}, true},
		{multiplePage, nor, nil, true},
		{multiplePage, `"NotIpAddress": {"s3:k": ["10.0.0.0/8", "192.168.0.0/16"]}`, keys{"s3:k": {"192.168.0.1"}}, false},
	})
}

func TestNamesOfKeysIgnoreCase(t *testing.T) {
	checkTruths(t, []truth{
		{conditionPage, `"StringEquals": {"AWS:SourceVPC": "vpc-1"}`, keys{"aws:sourcevpc": {"vpc-1"}}, true},
		{conditionPage, `"StringEquals": {"aws:sourcevpc": "vpc-1"}`, keys{"AWS:SourceVpc": {"vpc-1"}}, true},
		{conditionPage, `"StringEquals": {"aws:PrincipalTag/TEAM": "a"}`, keys{"aws:PrincipalTag/team": {"a"}}, true},
		{conditionPage, `"StringEquals": {"AWS:principalaccount": "111122223333"}`, nil, true},
	})
}

func TestSetOperators(t *testing.T) {
	all := `"ForAllValues:StringEquals": {"dynamodb:Attributes": ["PostDateTime", "Message", "Tags"]}`
	anyOf := `"ForAnyValue:StringEquals": {"dynamodb:Attributes": ["ID", "PostDateTime"]}`
	prefix := `"ForAllValues:StringNotLike": {"aws:TagKeys": "key1*"}`
	attributes := func(values ...string) keys { return keys{"dynamodb:Attributes": values} }
	tags := func(values ...string) keys { return keys{"aws:TagKeys": values} }
	checkTruths(t, []truth{
		{setsPage, all, attributes("Message", "Tags"), true},
		{setsPage, all, attributes("PostDateTime", "UserName"), false},
		{setsPage, all, nil, true},
		{setsPage, all, attributes(""), true},
		{setsPage, all, attributes("Message"), true},
		{setsPage, anyOf, attributes("UserName", "Message", "PostDateTime"), true},
		{setsPage, anyOf, attributes("UserName"), false},
		{setsPage, anyOf, nil, false},
		{setsPage, anyOf, attributes(""), false},
		{examplesPage, prefix, tags("key1:legal"), false},
		{examplesPage, prefix, tags("key1:hr", "key1:personnel"), false},
		{examplesPage, prefix, tags("key2:audit"), true},
		{examplesPage, prefix, tags("key2:audit", "key1:hr"), false},
		// The table of that page says no match here; its text and two other
		// pages say match.
		{setsPage, prefix, nil, true},
		{examplesPage, `"Null": {"aws:TagKeys": "false"}, ` + prefix, nil, false},
		{examplesPage, `"ForAnyValue:StringEquals": {"aws:TagKeys": ["environment", "webserver"]}`, tags("environment", "costcenter"), true},
		{examplesPage, `"ForAnyValue:StringEquals": {"aws:TagKeys": ["environment", "webserver"]}`, tags("costcenter"), false},
		{setsPage, `"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}`, tags("a", "c"), true},
		{setsPage, `"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}`, tags("a", "b"), false},
		{setsPage, `"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}`, nil, false},
		{setsPage, `"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}`, keys{"aws:PrincipalOrgPaths": {"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"}}, true},
		{setsPage, `"ForAllValues:StringEqualsIfExists": {"aws:TagKeys": "a"}`, nil, true},
		// A set operator on a key with one value takes it for a set of one.
		{setsPage, `"ForAllValues:StringEquals": {"s3:k": "a"}`, keys{"s3:k": {"b"}}, false},
		// "Multivalued context keys require a condition set operator" (A2).
		{setsPage, `"StringEquals": {"aws:TagKeys": "a"}`, tags("a"), false},
		{setsPage, `"StringNotEquals": {"aws:TagKeys": "a"}`, tags("b"), false},
		{setsPage, `"StringEquals": {"s3:k": "a"}`, keys{"s3:k": {"a", "b"}}, false},
		{setsPage, `"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}`, nil, false}, // A5
	})
}

func TestVariablesInConditions(t *testing.T) {
	team := func(value string) keys {
		return keys{"aws:PrincipalTag/Team": {"blue"}, "s3:ExistingObjectTag/Team": {value}}
	}
	checkTruths(t, []truth{
		{variablesPage, `"StringEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}`, team("blue"), true},
		{variablesPage, `"StringEquals": {"s3:ExistingObjectTag/Team": "${AWS:principaltag/team}"}`, team("blue"), true},
		{variablesPage, `"StringEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}`, team("red"), false},
		// "Policy variables with no value": no equal or like value; inverted
		// operators do match.
		{variablesPage, `"StringEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}`, keys{"s3:ExistingObjectTag/Team": {"blue"}}, false},
		{variablesPage, `"StringLike": {"s3:k": "*${aws:PrincipalTag/Team}"}`, keys{"s3:k": {"blue"}}, false},
		{variablesPage, `"StringNotEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}`, keys{"s3:ExistingObjectTag/Team": {"blue"}}, true},
		{variablesPage, `"StringNotLike": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}*"}`, keys{"s3:ExistingObjectTag/Team": {"blue"}}, true},
		{variablesPage, `"StringEquals": {"s3:k": "${aws:PrincipalTag/Team, 'company-wide'}"}`, keys{"s3:k": {"company-wide"}}, true},
		{variablesPage, `"StringEquals": {"s3:k": "${aws:PrincipalTag/Team, 'company-wide'}"}`, keys{"s3:k": {"blue"}, "aws:PrincipalTag/Team": {"blue"}}, true},
		{variablesPage, `"StringEquals": {"s3:k": "${aws:PrincipalTag/Team, '{}'}x"}`, keys{"s3:k": {"{}x"}}, true},
		{variablesPage, `"StringLike": {"s3:k": "a${*}"}`, keys{"s3:k": {"ab"}}, false},
		{variablesPage, `"StringLike": {"s3:k": "a${*}"}`, keys{"s3:k": {"a*"}}, true},
		{variablesPage, `"StringLike": {"s3:k": "a${?}"}`, keys{"s3:k": {"ab"}}, false},
		{variablesPage, `"StringEquals": {"s3:k": "${$}{aws:username}"}`, keys{"s3:k": {"${aws:username}"}}, true},
		// A value is text, not a pattern.
		{variablesPage, `"StringLike": {"s3:k": "${aws:PrincipalTag/Team}"}`, keys{"s3:k": {"ab"}, "aws:PrincipalTag/Team": {"*"}}, false},
		{variablesPage, `"StringLike": {"s3:k": "${aws:PrincipalTag/Team}"}`, keys{"s3:k": {"*"}, "aws:PrincipalTag/Team": {"*"}}, true},
		{variablesPage, `"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:*:${aws:PrincipalTag/Team}"}`, keys{"aws:SourceArn": {"arn:aws:sns:eu-west-1:1:blue"}, "aws:PrincipalTag/Team": {"blue"}}, true},
		{variablesPage, `"ForAnyValue:StringEquals": {"aws:TagKeys": "${aws:PrincipalTag/Team}"}`, keys{"aws:TagKeys": {"a", "blue"}, "aws:PrincipalTag/Team": {"blue"}}, true},
		{operatorsPage, `"Bool": {"s3:k": "${aws:PrincipalTag/Flag}"}`, keys{"s3:k": {"true"}, "aws:PrincipalTag/Flag": {"true"}}, true}, // A11
		// Not with numbers, dates, bytes, addresses and Null.
		{operatorsPage, `"NumericEquals": {"s3:k": "${aws:PrincipalTag/N}"}`, keys{"s3:k": {"1"}, "aws:PrincipalTag/N": {"1"}}, false},
		{operatorsPage, `"DateEquals": {"s3:k": "${aws:PrincipalTag/N}"}`, keys{"s3:k": {"1"}, "aws:PrincipalTag/N": {"1"}}, false},
		{operatorsPage, `"BinaryEquals": {"s3:k": "${aws:PrincipalTag/N}"}`, keys{"s3:k": {"YQ=="}, "aws:PrincipalTag/N": {"YQ=="}}, false},
		{operatorsPage, `"IpAddress": {"s3:k": "${aws:PrincipalTag/N}"}`, keys{"s3:k": {"10.0.0.1"}, "aws:PrincipalTag/N": {"10.0.0.1"}}, false},
		{operatorsPage, `"Null": {"s3:k": "${aws:PrincipalTag/N}"}`, keys{"aws:PrincipalTag/N": {"true"}}, false},
		{variablesPage, `"StringEquals": {"s3:k": "${aws:username"}`, keys{"s3:k": {"${aws:username"}}, true},
	})
}

func TestVariablesNeedTheirVersion(t *testing.T) {
	// "If you don't include a Version element, the value defaults to 2008-10-17",
	// and then variables "are treated as literal strings".
	parts := statement(`"Condition": {"StringEquals": {"s3:k": "${aws:PrincipalTag/Team}"}}`)
	for version, variables := range map[string]bool{`"Version": "2012-10-17", `: true, `"Version": "2008-10-17", `: false, ``: false} {
		doc := document(t, `{`+version+`"Statement": `+parts+`}`)
		for value, want := range map[string]bool{"blue": variables, "${aws:PrincipalTag/Team}": !variables} {
			r := session(keys{"s3:k": {value}, "aws:PrincipalTag/Team": {"blue"}})
			if got := policy.Decide(doc, r, interfaceEndpoint, policy.Plain).Outcome == policy.Allowed; got != want {
				t.Errorf("%s with %q: %v, want %v: %s", version, value, got, want, versionPage)
			}
		}
	}
}

func TestNamesOfOperatorsIgnoreCase(t *testing.T) {
	checkTruths(t, []truth{
		{operatorsPage, `"stringequals": {"s3:k": "a"}`, keys{"s3:k": {"a"}}, true},
		{operatorsPage, `"forallvalues:STRINGEQUALSIFEXISTS": {"s3:k": "a"}`, keys{"s3:k": {"b"}}, false},
	})
}

func TestOperatorsThatAWSDoesNotHaveAreUndecided(t *testing.T) {
	for _, op := range []string{"StringMatches", "NullIfExists", "ForAllValues:Null", "ForSomeValues:StringEquals", "", "IfExists"} {
		doc := document(t, version2012(statement(`"Condition": {"`+op+`": {"s3:k": "true"}}`)))
		if got := policy.Decide(doc, session(nil), interfaceEndpoint, policy.Plain).Outcome; got != policy.Undecidable {
			t.Errorf("%q: %v", op, got)
		}
	}
}

func TestKeysThatPrincipalsBring(t *testing.T) {
	for _, c := range []struct {
		name string
		r    policy.Request
		want keys
	}{
		{"a user", policy.Request{Principal: "arn:aws:iam::111122223333:user/division/Ana", PrincipalOrg: "o-a1b2c3d4e5"}, keys{
			"aws:principalaccount": {"111122223333"}, "aws:principalorgid": {"o-a1b2c3d4e5"}, "aws:principalarn": {"arn:aws:iam::111122223333:user/division/Ana"},
			"aws:principaltype": {"User"}, "aws:username": {"Ana"}, "aws:principalisawsservice": {"false"},
		}},
		{"a role session", policy.Request{Principal: "arn:aws:sts::111122223333:assumed-role/app/i-1"}, keys{
			"aws:principalaccount": {"111122223333"}, "aws:principalarn": {"arn:aws:iam::111122223333:role/app"},
			"aws:principaltype": {"AssumedRole"}, "aws:principalisawsservice": {"false"},
		}},
		{"a session of a role", policy.Request{Principal: "arn:aws:iam::111122223333:role/path/app"}, keys{
			"aws:principalaccount": {"111122223333"}, "aws:principalarn": {"arn:aws:iam::111122223333:role/path/app"},
			"aws:principaltype": {"AssumedRole"}, "aws:principalisawsservice": {"false"},
		}},
		{"a federated user", policy.Request{Principal: "arn:aws:sts::111122223333:federated-user/Ana"}, keys{
			"aws:principalaccount": {"111122223333"}, "aws:principalarn": {"arn:aws:sts::111122223333:federated-user/Ana"},
			"aws:principaltype": {"FederatedUser"}, "aws:userid": {"111122223333:Ana"}, "aws:principalisawsservice": {"false"},
		}},
		{"a root user", policy.Request{Principal: "arn:aws:iam::111122223333:root"}, keys{
			"aws:principalaccount": {"111122223333"}, "aws:principalarn": {"arn:aws:iam::111122223333:root"},
			"aws:principaltype": {"Account"}, "aws:userid": {"111122223333"}, "aws:principalisawsservice": {"false"},
		}},
		{"a service", policy.Request{Principal: "logs.amazonaws.com"}, keys{
			"aws:principalisawsservice": {"true"}, "aws:principalservicename": {"logs.amazonaws.com"}, "aws:principalservicenameslist": {"logs.amazonaws.com"},
		}},
		{"nobody", policy.Request{PrincipalOrg: "o-a1b2c3d4e5"}, keys{"aws:principaltype": {"Anonymous"}, "aws:userid": {"anonymous"}}},
		{"nobody, on s3", policy.Request{Context: keys{"aws:PrincipalAccount": {"anonymous"}}}, keys{
			"aws:principaltype": {"Anonymous"}, "aws:userid": {"anonymous"}, "aws:principalaccount": {"anonymous"},
		}},
		{"a caller that STS federates", policy.Request{Kind: policy.STSFederated, PrincipalAccount: "111122223333"}, keys{}},
		{"explicit keys", policy.Request{
			Principal: "arn:aws:iam::111122223333:root",
			Context:   keys{"AWS:PrincipalArn": {"x"}, "aws:UserId": nil, "aws:PrincipalType": {}, "aws:TagKeys": {"a", "b"}},
		}, keys{
			"aws:principalaccount": {"111122223333"}, "aws:principalarn": {"x"}, "aws:principalisawsservice": {"false"}, "aws:tagkeys": {"a", "b"},
		}},
	} {
		c.want["aws:viaawsservice"] = []string{"false"}
		if diff := cmp.Diff(c.want, c.r.Keys()); diff != "" {
			t.Errorf("%s: %s: (-want +got)\n%s", c.name, globalPage, diff)
		}
	}
}

func TestKeysThatResourcesBring(t *testing.T) {
	me := "arn:aws:iam::111122223333:user/Ana"
	for _, c := range []struct {
		r                     policy.Request
		account, organization []string
	}{
		{policy.Request{Principal: me, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:444455556666:q"}, []string{"444455556666"}, nil},
		{policy.Request{Principal: me, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/key"}, nil, nil},
		{policy.Request{Principal: me, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/key", ResourceAccount: "444455556666", ResourceOrg: "o-b1b2c3d4e5"}, []string{"444455556666"}, []string{"o-b1b2c3d4e5"}},
		{policy.Request{Principal: me, PrincipalOrg: "o-a1b2c3d4e5", Action: "s3:ListAllMyBuckets", Resource: "*"}, []string{"111122223333"}, []string{"o-a1b2c3d4e5"}},
		{policy.Request{Principal: me, Action: "ec2:AcceptVpcEndpointConnections", Resource: "arn:aws:ec2:eu-west-1:444455556666:vpc-endpoint-service/s"}, nil, nil},
		{policy.Request{Principal: me, Action: "ebs:GetSnapshotBlock", ResourceAccount: "444455556666"}, nil, nil},
	} {
		got := c.r.Keys()
		if diff := cmp.Diff([][]string{c.account, c.organization}, [][]string{got["aws:resourceaccount"], got["aws:resourceorgid"]}); diff != "" {
			t.Errorf("%s on %s: %s: (-want +got)\n%s", c.r.Action, c.r.Resource, globalPage, diff)
		}
	}
}

func TestDefaulted(t *testing.T) {
	for value, want := range map[string]string{
		"o-exampleorg1": "o-exampleorg1",
		"${aws:PrincipalOrgID, 'o-exampleorg1'}/*":              "o-exampleorg1/*",
		"${aws:PrincipalOrgID}/${aws:username, 'no}body'}":      "${aws:PrincipalOrgID}/no}body",
		"a ${aws:username, 'b'} ${*} ${aws:PrincipalTag/x, 'c'": "a b ${*} ${aws:PrincipalTag/x, 'c'",
	} {
		if got := policy.Defaulted(value); got != want {
			t.Errorf("Defaulted(%q) = %q, want %q", value, got, want)
		}
	}
}
