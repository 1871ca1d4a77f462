package policytest

import (
	"maps"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
)

// A kind is a kind of values, as AWS's tables give it for keys.
type kind string

const (
	text    kind = "String"
	arn     kind = "ARN"
	number  kind = "Numeric"
	date    kind = "Date"
	boolean kind = "Bool"
	address kind = "IPAddress"
	binary  kind = "Binary"
)

// A key is one that conditions look at.
type key struct {
	name   string
	kind   kind
	many   bool
	weight int
	// optional says that a request of this service may go without the key. One
	// that every signed request carries is not optional where all are signed.
	optional bool
	// system says that the key holds ids that AWS makes: wildcards and numeric
	// operators are not for those (A6).
	system bool
	// caller says that the key is about whose credentials those are.
	caller bool
	values values
}

// values are what conditions compare a key with.
type values struct {
	literals []string
	// patterns keep the limits of endpoint policies.
	patterns []string
	// variable is what variables may stand there for: account or organization;
	// empty for other text.
	variable string
}

// accounts are the own one and those of strangers, and organizations too.
var (
	accounts      = []string{OwnAccount, OwnAccount, "444455556666", "777788889999"}
	organizations = []string{OwnOrganization, OwnOrganization, "o-strangerorg9", "o-partnerorg77"}
)

// keysOf returns the keys for the conditions of a service: the global ones and
// its own.
func keysOf(s *service, inner bool) []key {
	var keys []key
	for _, k := range catalogue.GlobalKeys() {
		if prefix, _, _ := strings.Cut(k.Key, ":"); prefix == "s3" && s.id != "s3" {
			continue
		}
		if k.Prefixes != nil && (inner || !slices.Contains(k.Prefixes, s.id)) {
			continue // A8
		}
		one := key{name: k.Key, kind: kind(k.Type), many: k.Multivalued, system: k.NoWildcards, weight: 2, optional: k.Presence != "always"}
		one.caller = k.Category == "principal" || k.Category == "session"
		switch {
		case k.Category == "session" && !strings.HasPrefix(k.Key, "aws:"):
			one.weight = 1
		case k.Presence == "always":
			one.weight = 6
		}
		switch k.Key {
		case "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID", "aws:ResourceOrgPaths":
			one.weight = 10
		case "aws:PrincipalAccount":
			one.weight, one.optional = 10, s.bare
		case "aws:PrincipalArn", "aws:PrincipalIsAWSService":
			one.weight, one.optional = 8, len(s.unsigned) > 0
		case "aws:ResourceAccount", "s3:ResourceAccount":
			one.weight, one.optional = 10, false
		case "aws:TagKeys":
			one.weight = 6
		}
		if prefix, found := strings.CutSuffix(k.Key, "*"); found {
			for _, tag := range []string{"team", "stage"} {
				one.name, one.weight = prefix+tag, 5
				keys = append(keys, one)
			}
			continue
		}
		keys = append(keys, one)
	}
	// Date and numeric operators are both for the time in seconds; no key of
	// AWS holds bytes.
	keys = append(
		keys,
		key{name: "aws:EpochTime", kind: number, weight: 6},
		key{name: "aws:userid", kind: binary, weight: 2},
		key{name: "aws:RequestTag/blob", kind: binary, weight: 2, optional: true},
	)
	own := catalogue.ConditionKeys(s.id)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		known := slices.ContainsFunc(keys, func(k key) bool { return strings.EqualFold(k.name, name) })
		if known || !strings.HasPrefix(name, s.id+":") || strings.ContainsAny(name, "$<") || inner && follows(name) {
			continue
		}
		element, many := strings.CutPrefix(own[name], "ArrayOf")
		one := key{name: name, kind: kind(element), many: many, weight: 1, optional: true}
		if many {
			one.weight = 2
		}
		keys = append(keys, one)
	}
	for i := range keys {
		keys[i].values = valuesOf(keys[i].name, keys[i].kind)
	}
	return keys
}

// follows reports whether a key of a service is what another part of the
// request says already, which nothing but its description tells.
func follows(name string) bool {
	return slices.Contains([]string{
		"kms:CallerAccount", "lambda:FunctionArn", "lambda:Principal", "s3:resourceArnBeingAuthorized", "secretsmanager:SecretId", "secretsmanager:resource/Type",
	}, name)
}

// valuesOf returns values that meet often enough.
func valuesOf(name string, k kind) values {
	switch name {
	case "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths", "aws:SourceOrgPaths", "aws:VpceOrgPaths":
		return values{
			literals: []string{OwnOrganization + "/r-ab12/ou-ab12-11112222/", "o-strangerorg9/r-cd34/ou-cd34-33334444/"},
			patterns: []string{OwnOrganization + "/*", OwnOrganization + "/*", OwnOrganization + "/r-ab12/*", OwnOrganization + "/r-ab12/ou-*", "o-strangerorg9/*", "o-strangerorg9/r-cd34/ou-cd34-3333444?/"},
		}
	case "aws:PrincipalArn":
		return values{
			literals: []string{"arn:aws:iam::" + OwnAccount + ":role/app", "arn:aws:iam::" + OwnAccount + ":root", "arn:aws:iam::444455556666:role/app", "arn:aws:iam::444455556666:user/ana"},
			patterns: []string{
				"arn:aws:iam::" + OwnAccount + ":role/*", "arn:aws:iam::" + OwnAccount + ":*", "arn:aws:iam::444455556666:role/*", "arn:aws:iam::*:role/app", "arn:aws:iam::*:role/admin-*",
				"arn:aws:sts::" + OwnAccount + ":federated-user/*", "arn:aws:iam::" + OwnAccount + ":user/ana?",
			},
			variable: "account",
		}
	case "aws:SourceVpc", "aws:Ec2InstanceSourceVpc":
		return values{literals: []string{Vpc, Vpc, "vpc-0fedcba9876543210"}}
	case "aws:SourceVpce":
		return values{literals: []string{Endpoint, Endpoint, "vpce-0a1b2c3d4e5f60718"}}
	case "aws:RequestedRegion":
		return values{literals: []string{Region, Region, "eu-west-1", "us-west-2"}, patterns: []string{"us-east-*", "us-east-?", "eu-west-*"}}
	case "aws:PrincipalType":
		return values{literals: []string{"User", "AssumedRole", "AssumedRole", "FederatedUser", "Account", "Anonymous"}, patterns: []string{"Assumed*", "Federated*"}}
	case "aws:userid":
		if k == binary {
			break
		}
		return values{literals: []string{OwnAccount, "AROAEXAMPLEID00000001:one", "AIDAEXAMPLEID00000002"}, patterns: []string{"AROAEXAMPLEID00000001:*", "*EXAMPLEID00000002"}}
	case "aws:username":
		return values{literals: []string{"ana", "administrator", "Ana"}, patterns: []string{"administ*"}}
	case "aws:UserAgent", "aws:referer":
		return values{literals: []string{"aws-cli/2.15.0", "Boto3/1.34"}, patterns: []string{"aws-cli/*", "*Boto3/1.*"}}
	case "aws:EpochTime":
		return values{literals: []string{"1704067200", "1767225600", "1798761600", "1893456000"}}
	case "s3:TlsVersion":
		return values{literals: []string{"1.2", "1.3", "1.1"}}
	}
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, "orgid"):
		return values{literals: organizations, variable: "organization"}
	case strings.HasSuffix(lower, "account"):
		return values{literals: accounts, variable: "account"}
	case strings.Contains(lower, "calledvia"), strings.Contains(lower, "principalservicename"):
		return values{literals: []string{"lambda.amazonaws.com", "athena.amazonaws.com"}, patterns: []string{"*.amazonaws.com"}}
	}
	switch k {
	case arn:
		return values{
			literals: []string{"arn:aws:lambda:us-east-1:111122223333:function:alpha-one", "arn:aws:lambda:us-east-1:444455556666:function:alpha-one", "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0"},
			patterns: []string{
				"arn:aws:lambda:us-east-1:111122223333:function:*", "arn:aws:lambda:*:111122223333:*", "arn:aws:lambda:us-east-1:*:function:alpha-*", "arn:aws:*:us-east-1:444455556666:*",
				"arn:aws:ec2:us-east-?:111122223333:instance/*",
			},
			variable: "account",
		}
	case number:
		return values{literals: []string{"0", "1", "5", "10", "10.0", "7.5", "300", "1000"}}
	case date:
		return values{literals: []string{"2024-01-01T00:00:00Z", "2026-06-30T12:00:00Z", "2026-06-30T14:00:00+02:00", "2027-01-01", "2030-01-01T00:00:00Z", "1798761600"}}
	case boolean:
		return values{literals: []string{"true", "false"}}
	case binary:
		return values{literals: []string{"AQID", "AA==", "AAEC"}} // an aws:userid begins with A
	case address:
		return values{literals: []string{"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.1.2.4/32", "192.168.0.0/16", "172.16.0.0/12", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1", "fd00::/8"}}
	default:
		return values{
			literals: []string{"alpha-one", "alpha-two", "Alpha-One", "beta-one", "gamma-one"},
			patterns: []string{"alpha-*", "alpha-*", "beta-one*", "alpha-?ne", "*gamma-one", "alpha-${*}", "alpha-*-alpha-*"},
		}
	}
}
