package cvc5

import (
	"encoding/json"
	"math/rand/v2"
	"strings"

	"github.com/eplint/eplint/internal/config"
)

// A draft is a policy by chance with the endpoint and the perimeter that it is
// for.
type draft struct {
	service, kind string
	perimeter     config.Perimeter
	document      string
}

// The accounts and organizations that documents name.
const (
	ownAccount      = "111122223333"
	partnerAccount  = "444455556666"
	otherAccount    = "777788889999"
	ownOrganization = "o-exampleorg1"
	partner         = "o-partnerorg22"
)

// newDraft makes a draft. Its document obeys the limits of endpoint policies
// but for a few, and tests each key in the ways in which people do and in some
// in which they do not.
func newDraft(r *rand.Rand) draft {
	d := draft{service: "com.amazonaws.us-east-1.s3", kind: choose(r, "Gateway", "Interface")}
	on := choose(r, 0, 0, 1)
	if on == 1 {
		d.service, d.kind = "com.amazonaws.us-east-1.logs", "Interface"
	}
	switch r.IntN(3) {
	case 0:
		d.perimeter.Accounts = []string{ownAccount}
	case 1:
		d.perimeter.Organizations = []string{ownOrganization}
	default:
		d.perimeter = config.Perimeter{Accounts: []string{ownAccount}, Organizations: []string{ownOrganization}}
	}
	w := writer{Rand: r, s3: on == 0}
	for range 1 + r.IntN(3) {
		w.themes = append(w.themes, choose(r, themes(w.s3)...))
	}
	var statements []any
	for range 1 + r.IntN(3) {
		statements = append(statements, w.statement("Allow"))
	}
	for range r.IntN(7) {
		statements = append(statements, w.statement("Deny"))
	}
	r.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
	version := "2012-10-17"
	if r.IntN(15) == 0 {
		version = "2008-10-17"
	}
	text, err := json.MarshalIndent(map[string]any{"Version": version, "Statement": statements}, "", "  ")
	if err != nil {
		panic(err)
	}
	d.document = string(text)
	return d
}

// A writer writes statements.
type writer struct {
	*rand.Rand
	s3     bool
	themes []theme
}

func (w writer) one(from ...string) string { return choose(w.Rand, from...) }

// list is one of some values, or two.
func (w writer) list(from ...string) any {
	one := w.one(from...)
	if other := w.one(from...); w.IntN(3) == 0 && other != one {
		return []string{one, other}
	}
	return one
}

func (w writer) statement(effect string) map[string]any {
	s := map[string]any{"Effect": effect}
	deny := effect == "Deny"
	rarely := func(n int) bool { return w.IntN(n) == 0 }
	switch {
	case deny && rarely(20):
		s["NotPrincipal"] = map[string]any{"AWS": w.list(partnerAccount, "arn:aws:iam::"+partnerAccount+":role/deploy")}
	case rarely(5):
		s["Principal"] = map[string]any{"AWS": w.list("*", partnerAccount, ownAccount, "arn:aws:iam::"+otherAccount+":root", "arn:aws:iam::"+partnerAccount+":role/division/deploy")}
	case rarely(10):
		s["Principal"] = map[string]any{"AWS": "*"}
	default:
		s["Principal"] = "*"
	}
	actions, resources := logsActions, logsResources
	if w.s3 {
		actions, resources = s3Actions, s3Resources
	}
	switch {
	case deny && rarely(5) || rarely(20):
		s["NotAction"] = w.list(actions[1:]...)
	case rarely(2):
		s["Action"] = "*"
	default:
		s["Action"] = w.list(actions...)
	}
	switch {
	case deny && rarely(5) || rarely(20):
		s["NotResource"] = w.list(resources...)
	case rarely(2):
		s["Resource"] = "*"
	default:
		s["Resource"] = w.list(resources...)
	}
	conditions := map[string]map[string]any{}
	add := func(operator, key string, values any) {
		if conditions[operator] == nil {
			conditions[operator] = map[string]any{}
		}
		conditions[operator][key] = values
	}
	for range w.IntN(4) {
		add(choose(w.Rand, w.themes...)(w, deny))
	}
	if w.IntN(5) < 2 {
		add(w.closing(deny))
	}
	if len(conditions) > 0 {
		s["Condition"] = conditions
	}
	return s
}

var (
	s3Actions     = []string{"*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:*Object", "s3:Put*", "S3:getobject*", "s3:ListAllMyBuckets"}
	logsActions   = []string{"*", "logs:*", "logs:PutLogEvents", "logs:Create*", "logs:CreateLogStream", "logs:*Log*", "logs:DescribeLogGroups"}
	logsResources = []string{
		"arn:aws:logs:us-east-1:" + ownAccount + ":*", "arn:aws:logs:us-east-1:" + partnerAccount + ":log-group:*",
		"arn:aws:logs:*:*:log-group:/aws/lambda/*", "arn:aws:logs:us-east-1:*:log-group:/aws/lambda/billing*", "arn:aws:logs:*:" + partnerAccount + ":log-group:confidential*:log-stream:*",
		"arn:aws:logs:us-east-1:*:log-group:${aws:PrincipalAccount}/*", "arn:aws:logs:*",
	}
	s3Resources = []string{
		"arn:aws:s3:::*", "arn:aws:s3:::confidential*", "arn:aws:s3:::confidential*/*", "arn:aws:s3:::*-reports/archive/*", "arn:aws:s3:::confidential-reports/*",
		"arn:aws:s3:::confidential-reports", "arn:aws:s3:::confidential-reports/archive/2024", "arn:aws:s3:::*/archive/????????", "arn:aws:s3:::*-${aws:PrincipalAccount}/*",
		"arn:aws:s3:::${aws:ResourceAccount}-*", "arn:aws:s3:::${aws:PrincipalOrgID}-archive/*", "arn:aws:s3:us-east-1:" + partnerAccount + ":accesspoint/*", "arn:aws:s3:us-east-1:" + ownAccount + ":*",
	}
	texts = []string{"alpha", "beta", "engineering-*", "*-confidential", "engineering*archive*", "engineering-confidential", "?????????-confidential", "${aws:PrincipalAccount}", "${aws:PrincipalOrgID}"}
	roles = []string{
		"arn:aws:iam::" + partnerAccount + ":role/*", "arn:aws:iam::" + ownAccount + ":*", "arn:aws:iam::*:role/deploy-*", "arn:aws:iam::*:role/service-role/*",
		"arn:aws:iam::${aws:ResourceAccount}:role/*", "arn:aws:iam::" + partnerAccount + ":role/deploy-production", "arn:*:iam::*:role/*-production",
	}
	paths = []string{ownOrganization + "/*", partner + "/*", ownOrganization + "/r-ab12/*", partner + "/r-cd34/ou-cd34-11111111/*", "*/ou-cd34-11111111/*", "${aws:ResourceOrgID}/*", "${aws:PrincipalOrgID}/*"}
)

// closing makes the condition that closes an Allow to strangers, or denies them;
// at times one that only seems to.
func (w writer) closing(deny bool) (operator, key string, values any) {
	suffix := w.one("", "", "", "IfExists")
	not := ""
	if deny {
		not = "Not"
	}
	switch w.IntN(6) {
	case 0:
		return "String" + not + "Equals" + suffix, "aws:PrincipalAccount", ownAccount
	case 1:
		return "String" + not + "Equals" + suffix, "aws:ResourceAccount", ownAccount
	case 2:
		return "String" + not + "Equals" + suffix, "aws:PrincipalOrgID", ownOrganization
	case 3:
		return "String" + not + "Equals" + suffix, "aws:ResourceOrgID", ownOrganization
	case 4:
		set := w.one("ForAnyValue:", "ForAllValues:")
		return set + "String" + not + "Like", w.one("aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"), ownOrganization + "/*"
	default:
		return "Arn" + not + "Like" + suffix, "aws:PrincipalArn", "arn:aws:iam::" + ownAccount + ":*"
	}
}

// A theme is a kind of key. Documents keep to a few, so that their conditions
// meet.
type theme func(w writer, deny bool) (operator, key string, values any)

func themes(s3 bool) []theme {
	list := []theme{accounts, accounts, organizations, organizations, presence, organizationPaths, organizationPaths, principals, principals, tags, tags, tags, tagKeys, tagKeys, transport}
	if s3 {
		list = append(list, maxKeys, prefixes, acls)
	}
	return list
}

// equality is how people compare ids in an Allow or a Deny.
func (w writer) equality(deny bool) string {
	if deny {
		return w.one("StringNotEquals", "StringNotEquals", "StringNotEqualsIfExists", "StringNotEqualsIgnoreCase", "StringNotLike", "ForAllValues:StringNotEquals", "StringEquals")
	}
	return w.one("StringEquals", "StringEquals", "StringEqualsIfExists", "StringEqualsIgnoreCase", "StringLike", "ForAnyValue:StringEquals", "StringNotEquals")
}

func accounts(w writer, deny bool) (operator, key string, values any) {
	return w.equality(deny), w.one("aws:PrincipalAccount", "aws:ResourceAccount", "aws:resourceaccount"),
		w.list(ownAccount, partnerAccount, otherAccount, "${aws:ResourceAccount}", "${aws:PrincipalAccount}")
}

func organizations(w writer, deny bool) (operator, key string, values any) {
	return w.equality(deny), w.one("aws:PrincipalOrgID", "aws:ResourceOrgID", "AWS:PrincipalOrgId"),
		w.list(ownOrganization, ownOrganization, partner, "${aws:ResourceOrgID}", "${aws:PrincipalOrgID}", "${aws:PrincipalOrgID, '"+partner+"'}")
}

func presence(w writer, _ bool) (operator, key string, values any) {
	return "Null", w.one("aws:PrincipalOrgID", "aws:ResourceOrgID", "aws:PrincipalTag/team", "aws:TagKeys", "aws:PrincipalOrgPaths", "aws:MultiFactorAuthPresent", "aws:PrincipalArn"), w.one("true", "false")
}

func organizationPaths(w writer, _ bool) (operator, key string, values any) {
	return w.one("ForAnyValue:StringLike", "ForAllValues:StringLike", "ForAnyValue:StringNotLike", "ForAllValues:StringNotLike", "ForAnyValue:StringLike", "ForAllValues:StringLikeIfExists", "ForAnyValue:StringLikeIfExists", "StringNotLike"),
		w.one("aws:PrincipalOrgPaths", "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"), w.list(paths...)
}

func principals(w writer, _ bool) (operator, key string, values any) {
	return w.one("ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", "ArnLikeIfExists", "StringLike", "StringNotLike", "ForAnyValue:ArnLike"), "aws:PrincipalArn", w.list(roles...)
}

func tags(w writer, _ bool) (operator, key string, values any) {
	key = w.one("aws:PrincipalTag/team", "aws:PrincipalTag/team", "aws:ResourceTag/team", "aws:RequestTag/team")
	operator = w.one("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringLike", "StringNotLike", "StringEqualsIfExists", "StringLikeIfExists", "ForAnyValue:StringNotLike", "ForAllValues:StringLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
	if strings.HasSuffix(operator, "IgnoreCase") {
		return operator, key, w.list("Alpha", "BETA", "engineering-confidential")
	}
	return operator, key, w.list(texts...)
}

func tagKeys(w writer, _ bool) (operator, key string, values any) {
	operator = w.one("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIfExists")
	return w.one("ForAllValues:", "ForAnyValue:") + operator, "aws:TagKeys", w.list("alpha", "beta", "engineering-*", "*-confidential", "engineering-confidential")
}

func transport(w writer, _ bool) (operator, key string, values any) {
	return w.one("Bool", "BoolIfExists"), w.one("aws:SecureTransport", "aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService"), w.one("true", "false", "True")
}

func maxKeys(w writer, _ bool) (operator, key string, values any) {
	return "Numeric" + w.one("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals", "LessThanIfExists", "NotEqualsIfExists"), "s3:max-keys", w.list("10", "100", "1000")
}

func prefixes(w writer, _ bool) (operator, key string, values any) {
	return w.one("StringEquals", "StringLike", "StringNotLike", "StringLikeIfExists", "StringNotEquals"), w.one("s3:prefix", "s3:prefix", "s3:ResourceAccount"),
		w.list("archive/*", "archive/2024", "confidential*", "*/archive/*", partnerAccount, ownAccount)
}

func acls(w writer, _ bool) (operator, key string, values any) {
	return w.one("StringEquals", "StringNotEquals", "StringEqualsIfExists"), "s3:x-amz-acl", w.list("public-read", "bucket-owner-full-control", "private")
}
