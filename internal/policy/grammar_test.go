package policy

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// literal is a text without holes, and holed one that ends in a hole.
func literal(text string) Text { return Text{Parts: []Part{{Literal: text}}} }

func holed(text string) Text {
	return Text{Parts: []Part{{Literal: text}, {Hole: Hole{Kind: Unknown, Ref: "X"}}}}
}

// grammarOf returns what is wrong with one statement that is changed from one
// with which nothing is, each as "kind level at".
func grammarOf(change func(*Document, *Statement)) []string {
	st := Statement{
		Effect:     Allow,
		Principals: Principals{Values: []Principal{{Value: literal("*")}}},
		Actions:    Set{Values: []Text{literal("s3:GetObject")}},
		Resources:  Set{Values: []Text{literal("*")}},
	}
	doc := &Document{Version: literal("2012-10-17")}
	change(doc, &st)
	doc.Statements = append(doc.Statements, st)
	e := &Endpoint{Policy: Attached{State: Known, Variants: []Variant{{Doc: doc}}}}
	var list []string
	for _, f := range e.Grammar() {
		list = append(list, fmt.Sprintf("%v %v %s", f.Kind, f.Level, f.At))
	}
	return list
}

func TestWhatAWSTakesIsNoFault(t *testing.T) {
	resource := func(texts ...Text) func(*Document, *Statement) {
		return func(_ *Document, st *Statement) { st.Resources.Values = texts }
	}
	action := func(texts ...Text) func(*Document, *Statement) {
		return func(_ *Document, st *Statement) { st.Actions.Values = texts }
	}
	principal := func(kind string, texts ...Text) func(*Document, *Statement) {
		return func(_ *Document, st *Statement) {
			st.Principals.Values = nil
			for _, one := range texts {
				st.Principals.Values = append(st.Principals.Values, Principal{Type: kind, Value: one})
			}
		}
	}
	condition := func(operator, key string, texts ...Text) func(*Document, *Statement) {
		return func(_ *Document, st *Statement) {
			st.Conditions = []Condition{{Operator: literal(operator), Key: literal(key), Values: texts}}
		}
	}
	for name, change := range map[string]func(*Document, *Statement){
		"nothing":                 func(*Document, *Statement) {},
		"short ARN with wildcard": resource(literal("arn:aws:s3:*"), literal("arn:aws:logs:us-east-1:111122223333:*")),
		"regions": resource(literal("arn:aws-us-gov:sqs:us-gov-west-1:111122223333:q"), literal("arn:aws-iso:sqs:us-iso-east-1:111122223333:q"),
			literal("arn:aws-eusc:sqs:eusc-de-east-1:111122223333:q"), literal("arn:aws:sqs:*:111122223333:q"), literal("arn:aws:sqs:us-*:111122223333:q")),
		"accounts of AWS":      resource(literal("arn:aws:iam::aws:policy/x"), literal("arn:aws:ec2:us-east-1::image/*"), literal("arn:aws:ec2:*:amazon:image/*")),
		"variable in ARN":      resource(literal("arn:aws:s3:::b/${aws:username}/${aws:PrincipalTag/team, 'none'}/${*}")),
		"object with a colon":  resource(literal("arn:aws:s3:::b/a:b c?")),
		"holes in ARN":         resource(holed(""), holed("arn:"), holed("arn:aws:s3:::"), holed("arn:aws:s"), holed("arn:aws:sqs:us"), holed("b")),
		"actions":              action(literal("*"), literal("*:*"), literal("S3:get*"), literal("iam:*Key?"), literal("execute-api:Invoke")),
		"holes in action":      action(holed(""), holed("s3:Get"), holed("s")),
		"ARNs of principals":   principal("AWS", literal("*"), literal("111122223333"), literal("arn:aws:iam::111122223333:root"), literal("arn:aws-cn:iam::111122223333:user/a/b"), literal("arn:aws:sts::111122223333:assumed-role/r/s"), literal("arn:aws:sts::111122223333:federated-user/f"), literal("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1")),
		"holes in principal":   principal("AWS", holed(""), holed("1111"), holed("arn:aws:iam::"), holed("arn:aws:iam::111122223333:ro")),
		"service principals":   principal("Service", literal("logs.amazonaws.com"), literal("logs.eu-west-1.amazonaws.com"), literal("ec2.amazonaws.com.cn"), literal("delivery.logs.amazonaws.com")),
		"canonical user":       principal("CanonicalUser", literal("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be")),
		"numbers":              condition("NumericLessThan", "s3:max-keys", literal("10"), literal("-1.5")),
		"dates":                condition("DateLessThan", "aws:CurrentTime", literal("2026-12-31"), literal("2026-12-31T00:00:00+01:00")),
		"epoch":                condition("DateLessThan", "aws:EpochTime", literal("1893456000")),
		"addresses":            condition("NotIpAddress", "aws:VpcSourceIp", literal("10.0.0.0/8"), literal("10.1.2.3"), literal("2001:db8::/32")),
		"booleans":             condition("BoolIfExists", "aws:SecureTransport", literal("TRUE")),
		"presence":             condition("Null", "aws:PrincipalTag/team", literal("false")),
		"bytes":                condition("BinaryEquals", "x:y", literal("QmluYXJ5")),
		"ARN patterns":         condition("ArnNotEqualsIfExists", "aws:PrincipalArn", literal("arn:*:iam::*:role/app-*"), literal("*"), literal("arn:aws:iam::${aws:PrincipalAccount}:role/x")),
		"escaped wildcards":    condition("StringEquals", "aws:PrincipalTag/team", literal("${*}${?}")),
		"long anchors":         condition("StringLike", "aws:PrincipalTag/team", literal("abcdef*"), literal("*abcdef"), literal("abcdef*g*hijklm")),
		"paths":                condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", literal("o-exampleorg1/r-ab12/ou-ab12-11111111/*")),
		"services":             condition("StringEquals", "aws:PrincipalServiceName", literal("logs.amazonaws.com")),
		"providers' keys":      condition("StringEquals", "oidc.example.com/id/A1:sub", literal("x")),
		"tag with a space":     condition("StringEquals", "aws:PrincipalTag/cost center", literal("x")),
		"holes in values":      condition("NumericEquals", "s3:max-keys", holed("1"), holed("")),
		"hole before wildcard": condition("StringLike", "aws:PrincipalTag/team", Text{Parts: []Part{{Hole: Hole{Kind: Unknown, Ref: "X"}}, {Literal: "*"}}}),
		"old version":          func(doc *Document, _ *Statement) { doc.Version = literal("2008-10-17") },
		"no version":           func(doc *Document, _ *Statement) { doc.Version = Text{} },
		"unknown version": func(doc *Document, st *Statement) {
			doc.Version = holed("")
			resource(literal("arn:aws:s3:::${aws:username}"))(doc, st)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := grammarOf(change); got != nil {
				t.Errorf("got %q, want nothing", got)
			}
		})
	}
}

func TestFaultsOfOneText(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string // of the action, of the resource, of the AWS principal, of StringEquals, of ArnLike
	}{
		{"", []string{"is empty", "is empty", "is empty", "", "is no ARN: an ARN operator never matches it"}},
		{"s3", []string{"has no service prefix", "is neither * nor an ARN, which begins with arn:", "is neither an account id of twelve digits nor the ARN of a principal", "", "is no ARN: an ARN operator never matches it"}},
		{"arn:aws:s3:::", []string{"has more than one colon", "ends before the part that names the resource", "is no ARN of an account, a user, a role or a session", "", ""}},
		{"ARN:aws:iam::111122223333:role/x", []string{"has more than one colon", "is neither * nor an ARN, which begins with arn:", "is neither an account id of twelve digits nor the ARN of a principal", "", "is no ARN: an ARN operator never matches it"}},
		{"arn:aws:iam::11112222333:role/x", []string{"has more than one colon", `has the account "11112222333", which is not twelve digits`, `has the account "11112222333", which is not twelve digits`, "", ""}},
		{"arn:aws:iam::111122223333:group/x", []string{"has more than one colon", "", "is a group, which AWS takes for no principal", "", ""}},
		{"AROAEXAMPLEEXAMPLE12", []string{"has no service prefix", "is neither * nor an ARN, which begins with arn:", "is the unique id of a role, as AWS leaves it when the role is deleted", "", "is no ARN: an ARN operator never matches it"}},
	} {
		action := actionFault(test.text, true)
		resource, _ := arnFault(test.text, true)
		principal, _ := principalFault("AWS", test.text, true)
		equals, _ := operationOf("StringEquals")
		value, _ := valueFault(equals, "x:y", "x:y", test.text)
		got := []string{action, resource.Because, principal.Because, value.Because, patternFault(test.text, false)}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestOperatorsAreSpelledFromNearNames(t *testing.T) {
	for written, want := range map[string]string{
		"StringEqual":                      "StringEquals",
		"stringlike":                       "StringLike",
		"StringNotEqualsIgnorecaseIfExist": "StringNotEqualsIgnoreCaseIfExists",
		"ForAllValue:StringLike":           "ForAllValues:StringLike",
		"foranyvalue:stringequals":         "ForAnyValue:StringEquals",
		"IPAddress":                        "IpAddress",
		"NotIPAdress":                      "NotIpAddress",
		"BoolIfExist":                      "BoolIfExists",
		"NullIfExists":                     "Null",
		"ForAllValues:Null":                "Null",
		"Contains":                         "",
	} {
		o, ok := operationOf(written)
		if got := operatorFault(written, o, ok).Near; got != want {
			t.Errorf("%s: got %q, want %q", written, got, want)
		}
	}
}

func TestSizeCountsFromNineTenths(t *testing.T) {
	for characters, want := range map[int]string{18_432: "", 18_433: "warning", 20_480: "warning", 20_481: "error"} {
		f, ok := TooLarge(Size{Characters: characters})
		got := ""
		if ok {
			got = f.Level.String()
		}
		if got != want {
			t.Errorf("%d: got %q, want %q", characters, got, want)
		}
	}
}
