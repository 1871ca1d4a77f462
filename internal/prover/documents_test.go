package prover_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

type random = *rand.Rand

func pick[T any](r random, list []T) T { return list[r.IntN(len(list))] }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func text(s string) policy.Text { return policy.Text{Parts: []policy.Part{{Literal: s}}} }

func texts(list ...string) []policy.Text {
	out := make([]policy.Text, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return out
}

func some(r random, from []string, most int) []string {
	var out []string
	for range 1 + r.IntN(most) {
		if one := pick(r, from); !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// Words of small documents.
var (
	someActions   = []string{"*", "s3:*", "s3:Get*", "s3:GetA", "S3:puta", "s3:PutB", "sqs:*", "s3:ListAll", "*:*A", "?3:*", "ec2:*", "*a"}
	someResources = []string{
		"arn:aws:s3:::*", "arn:aws:s3:::a*", "arn:aws:s3:::a", "arn:aws:s3:::*b", "arn:aws:s3:::?", "arn:aws:s3:*:a", "arn:aws:s3:*", "arn:aws:s3:::*a*", "arn:aws:s3:::ab",
		"arn:aws:sqs:*:" + accountA + ":*", "arn:aws:sqs:a:*:b", "arn:aws:sqs:*:b", "arn:aws:sqs:?:1111*:a", "arn:*:*:*:*:a", "arn:*", "*a", "*b*", "arn:aws:sqs:*", "arn:aws:ec2:::a",
		"arn:aws:sqs:*:" + accountB + ":?", "arn:aws:s3:::a?", "arn:aws:s3:::b*", "arn:aws:s3:::??", "",
	}
	variableResources = []string{
		"arn:aws:s3:::${aws:PrincipalAccount}", "arn:aws:s3:::a${aws:PrincipalAccount}", "arn:aws:s3:::a${aws:PrincipalOrgID, 'b'}", "arn:aws:s3:::${aws:ResourceAccount}*", "arn:aws:sqs:*:*:${aws:PrincipalAccount}",
		"arn:aws:s3:::${aws:SourceVpce}", "arn:aws:s3:::a${*}", "arn:aws:s3:::${aws:ResourceOrgID}", "arn:aws:sqs:a:${aws:PrincipalAccount}:b", "arn:aws:s3:::${aws:PrincipalType, 'a'}",
	}
	somePrincipals = []string{
		"*", accountA, accountB, "arn:aws:iam::" + accountA + ":root", "arn:aws:iam::" + accountA + ":role/a", "arn:aws:iam::" + accountA + ":role/z/a", "arn:aws:iam::" + accountB + ":role/b",
		"arn:aws:iam::" + accountA + ":user/a", "arn:aws:iam::" + accountB + ":user/b/a", "arn:aws:sts::" + accountA + ":assumed-role/a/s", "arn:aws:sts::" + accountB + ":assumed-role/b/s",
		"arn:aws-cn:iam::" + accountA + ":root", "arn:aws-cn:iam::" + accountA + ":role/a", "arn:aws-cn:sts::" + accountA + ":assumed-role/a/s", "arn:aws:sts::" + accountA + ":federated-user/a", "AIDAEXAMPLE",
		"arn:aws:iam::" + accountA + ":role/*",
	}
	someTexts   = []string{"a", "b", "ab", "A", "a*", "*b", "*", "?", "??", "?*", "", "*a*", "b?", "aA", "*?b", "a*b", "Ab*"}
	someARNs    = []string{"arn:aws:s:*:1:a", "arn:*:*:*:*:*", "arn:*", "arn:aws:*", "*", "arn:aws:s:r:?:a*", "arn:?ws:s::1:b", "arn:aws:s:r:1:a", "arn:aws:?:*:*:*b", "a*"}
	someNumbers = []string{"0", "1", "1.0", "1.5", "-1", "x", "01", "+1", "1.", "2"}
	someDates   = []string{"2020", "2020-01-01T00:00:00Z", "1577836800", "2020-01-01T00:00:00.5Z", "x", "253402300800", "2021-06-01", "0"}
	someRanges  = []string{"10.0.0.0/8", "10.0.0.0/30", "10.0.0.1", "0.0.0.0/0", "::/0", "::1", "::ffff:10.0.0.1", "x", "10.0.0.1/8", "2001:db8::/32", "10.0.0.2/31"}
	someBytes   = []string{"eA==", "YQ==", "!", ""}
	someBools   = []string{"true", "false", "True", "x", "${aws:PrincipalIsAWSService}"}
	someOwners  = []string{accountA, accountB, "1111*", "*", orgA, "o-*", "?*", "${aws:PrincipalAccount}", "${aws:ResourceAccount}", "${aws:PrincipalOrgID}", "${aws:PrincipalOrgID, 'o-aaaaaaaaaa'}", "anonymous"}
	someNames   = []string{"a", "b", "a*", "*", "?", "*a", "??", "z", "A", "*/a"}
	someRoles   = []string{
		"arn:aws:iam::" + accountA + ":role/a", "arn:aws:iam::*:role/*", "arn:aws:iam::*:role/b*", "*a", "arn:aws:iam::" + accountB + ":*", "arn:*:iam::${aws:ResourceAccount}:role/?", "arn:aws:sts::*:federated-user/a*",
		"arn:aws:iam::*:user/a", "*", "arn:*:*:*:*:root", "arn:aws:iam::*:role/?/*",
	}

	textOperators   = []string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike", "StringLike", "StringNotLike"}
	arnOperators    = []string{"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringNotLike", "StringEquals"}
	numberOperators = []string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"}
	dateOperators   = []string{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"}
)

// A keyKind is what conditions on a key are mostly made of.
type keyKind struct {
	key       string
	operators []string
	values    []string
	several   bool
}

func keyKinds() []keyKind {
	return []keyKind{
		{"s3:text", textOperators, append(slices.Clone(someTexts), "${aws:PrincipalAccount}", "a${aws:PrincipalAccount}", "${aws:PrincipalOrgID, 'a'}*", "${*}"), false},
		{"S3:Text", textOperators, someTexts, false},
		{"s3:some", textOperators, someTexts, false},
		{"s3:short", textOperators, someTexts, false},
		{"s3:arn", arnOperators, someARNs, false},
		{"s3:bool", []string{"Bool"}, someBools, false},
		{"s3:loose", []string{"Bool"}, someBools, false},
		{"s3:number", numberOperators, someNumbers, false},
		{"s3:date", dateOperators, someDates, false},
		{"s3:ip", []string{"IpAddress", "NotIpAddress"}, someRanges, false},
		{"s3:binary", []string{"BinaryEquals"}, someBytes, false},
		{"s3:set", textOperators, someTexts[:14], true},
		{"aws:TagKeys", textOperators, someTexts[:14], true},
		{"aws:SourceVpce", textOperators, []string{"vpce-a", "vpce-b", "vpce-*"}, false},
		{"aws:SourceVpc", textOperators, []string{"vpc-a", "vpc-b"}, false},
		{"aws:SourceIp", []string{"IpAddress", "NotIpAddress"}, someRanges, false},
		{"aws:PrincipalAccount", textOperators, someOwners, false},
		{"aws:PrincipalOrgID", textOperators, someOwners, false},
		{"aws:ResourceAccount", textOperators, someOwners, false},
		{"aws:ResourceOrgID", textOperators, someOwners, false},
		{"s3:ResourceAccount", textOperators, someOwners, false},
		{"aws:PrincipalArn", arnOperators, someRoles, false},
		{"aws:username", textOperators, someNames, false},
		{"aws:userid", textOperators, []string{"A*", "Aa", "*b", accountA + ":a", "*:b*", "*", "anonymous", accountA}, false},
		{"aws:PrincipalType", textOperators, []string{"User", "AssumedRole", "Anonymous", "*e*"}, false},
		{"aws:PrincipalIsAWSService", []string{"Bool"}, someBools, false},
		{"aws:PrincipalServiceName", textOperators, []string{"a.amazonaws.com", "b*", "*"}, false},
	}
}

// A taste says what random documents are made of.
type taste struct {
	conditions int  // at most, in a statement
	variables  bool // policy variables
	mixed      bool // any operator on any key
	fewKeys    bool // conditions on few keys, so that they meet
}

func randomCondition(r random, kinds []keyKind, t taste) policy.Condition {
	k := pick(r, kinds)
	operator, values := pick(r, k.operators), some(r, k.values, 3)
	if t.mixed && r.IntN(2) == 0 {
		other := pick(r, keyKinds())
		operator, values = pick(r, other.operators), some(r, append(slices.Clone(other.values), k.values...), 3)
	}
	if !t.variables {
		values = slices.DeleteFunc(values, func(v string) bool { return strings.Contains(v, "${") })
		if values == nil {
			values = []string{"a"}
		}
	}
	set := r.IntN(8)
	if k.several {
		set = r.IntN(3)
	}
	switch set {
	case 0:
		operator = "ForAllValues:" + operator
	case 1:
		operator = "ForAnyValue:" + operator
	}
	if r.IntN(4) == 0 {
		operator += "IfExists"
	}
	switch r.IntN(24) {
	case 0, 1, 2:
		operator, values = "Null", []string{pick(r, []string{"true", "false", "True", "x"})}
	case 3:
		operator = strings.ToLower(operator)
	}
	return policy.Condition{Operator: text(operator), Key: text(k.key), Values: texts(values...)}
}

func randomStatement(r random, kinds []keyKind, t taste) policy.Statement {
	st := policy.Statement{Effect: pick(r, []policy.Effect{policy.Allow, policy.Allow, policy.Deny})}
	wide := func(from []string) policy.Set {
		if r.IntN(2) == 0 {
			return policy.Set{Values: texts("*")}
		}
		return policy.Set{Values: texts(some(r, from, 3)...), Not: r.IntN(4) == 0}
	}
	st.Actions = wide(someActions)
	resources := someResources
	if t.variables && r.IntN(3) == 0 {
		resources = variableResources
	}
	st.Resources = wide(resources)
	if st.Principals.Values = []policy.Principal{{Value: text("*")}}; r.IntN(2) == 0 {
		st.Principals = policy.Principals{Not: r.IntN(4) == 0}
		for _, p := range some(r, somePrincipals, 3) {
			st.Principals.Values = append(st.Principals.Values, policy.Principal{Type: "AWS", Value: text(p)})
		}
		switch r.IntN(16) {
		case 0:
			st.Principals.Values = append(st.Principals.Values, policy.Principal{Type: "Service", Value: text("a.amazonaws.com")})
		case 1:
			st.Principals.Values = append(st.Principals.Values, policy.Principal{Type: "Federated", Value: text("*")})
		case 2:
			st.Principals.Values = append(st.Principals.Values, policy.Principal{Type: "CanonicalUser", Value: text("abc")})
		}
	}
	for range r.IntN(t.conditions + 1) {
		st.Conditions = append(st.Conditions, randomCondition(r, kinds, t))
	}
	return st
}

func randomDocument(r random, kinds []keyKind, t taste) *policy.Document {
	doc := &policy.Document{Version: text("2012-10-17")}
	if r.IntN(8) == 0 {
		doc.Version = text("2008-10-17")
	}
	for range 1 + r.IntN(4) {
		doc.Statements = append(doc.Statements, randomStatement(r, kinds, t))
	}
	return doc
}

// someKinds are the keys that the conditions of a document are on.
func someKinds(r random, t taste) []keyKind {
	kinds := keyKinds()
	if t.fewKeys {
		r.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		kinds = kinds[:1+r.IntN(3)]
	}
	return kinds
}

// written writes a document for people.
func written(doc *policy.Document) string {
	var b strings.Builder
	list := func(values []policy.Text) string {
		out := make([]string, len(values))
		for i, v := range values {
			out[i] = fmt.Sprintf("%q", v.String())
		}
		return "[" + strings.Join(out, " ") + "]"
	}
	not := func(not bool) string {
		if not {
			return " not "
		}
		return " "
	}
	fmt.Fprintf(&b, "version %s\n", doc.Version.String())
	for i, st := range doc.Statements {
		var principals []policy.Text
		for _, p := range st.Principals.Values {
			value := p.Value
			value.Parts = append([]policy.Part{{Literal: p.Type + " "}}, value.Parts...)
			principals = append(principals, value)
		}
		fmt.Fprintf(&b, "%d %s:%sactions %s;%sresources %s;%sprincipals %s", i, st.Effect, not(st.Actions.Not), list(st.Actions.Values), not(st.Resources.Not), list(st.Resources.Values), not(st.Principals.Not), list(principals))
		for _, c := range st.Conditions {
			fmt.Fprintf(&b, "; %s %s %s", c.Operator.String(), c.Key.String(), list(c.Values))
		}
		if st.Unread != "" {
			b.WriteString("; unread")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
