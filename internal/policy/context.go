package policy

import (
	"maps"
	"slices"
	"strings"
)

// Keys returns the context keys of the request, their names in lower case,
// with their values: those that its fields say and those of Context, which win.
// A key that is not there is absent. Every value list has a value.
//
// What AWS puts in for each kind of caller is in the IAM User Guide, "AWS
// global condition context keys" and the table of principal key values in "IAM
// policy elements: Variables and tags". Not derived, since nothing in the
// request says them: the endpoint's own keys (aws:SourceVpce), the time, tags,
// and aws:PrincipalAccount of unsigned requests, which is "anonymous" on s3, sqs
// and sns and absent on syslog-logs.
func (r Request) Keys() map[string][]string {
	keys := map[string][]string{}
	give := func(name, value string) {
		if value != "" {
			keys[strings.ToLower(name)] = []string{value}
		}
	}
	r.principalKeys(give)
	r.resourceKeys(give)
	// Forward access sessions do not cross an endpoint.
	give("aws:ViaAWSService", "false")
	for _, name := range slices.Sorted(maps.Keys(r.Context)) {
		folded := strings.ToLower(name)
		delete(keys, folded)
		if values := r.Context[name]; len(values) > 0 {
			keys[folded] = slices.Clone(values)
		}
	}
	return keys
}

func (r Request) principalKeys(give func(name, value string)) {
	c := r.caller()
	switch c.kind {
	case Unsigned:
		give("aws:PrincipalAccount", r.PrincipalAccount)
		give("aws:PrincipalType", "Anonymous")
		give("aws:userid", "anonymous")
		return
	case STSFederated:
		return // AWS STS, "endpoint policies": no principal keys at all
	}
	give("aws:PrincipalAccount", c.account)
	give("aws:PrincipalOrgID", r.PrincipalOrg)
	if service, _, _ := strings.Cut(r.Action, ":"); strings.EqualFold(service, "kms") {
		give("kms:CallerAccount", c.account)
	}
	switch c.kind {
	case AWSService:
		give("aws:PrincipalIsAWSService", "true")
		give("aws:PrincipalServiceName", c.arn)
		give("aws:PrincipalServiceNamesList", c.arn)
		return
	case User:
		give("aws:PrincipalType", "User")
		give("aws:PrincipalArn", c.arn)
		give("aws:username", c.name)
	case RoleSession:
		give("aws:PrincipalType", "AssumedRole")
		give("aws:PrincipalArn", c.roleARN())
	case FederatedUser:
		give("aws:PrincipalType", "FederatedUser")
		give("aws:PrincipalArn", c.arn)
		give("aws:userid", c.account+":"+c.name)
	case Root:
		give("aws:PrincipalType", "Account")
		give("aws:PrincipalArn", c.arn)
		give("aws:userid", c.account)
	}
	give("aws:PrincipalIsAWSService", "false")
}

func (r Request) resourceKeys(give func(name, value string)) {
	if OmitsResourceOwner(r.Action) {
		return
	}
	account, organization := r.ResourceAccount, r.ResourceOrg
	if f := strings.SplitN(r.Resource, ":", 6); account == "" && len(f) == 6 && isAccountID(f[4]) {
		account = f[4]
	}
	if c := r.caller(); account == "" && r.Resource == "*" && c.kind.signs() && isAccountID(c.account) {
		// An action that takes no resource acts on the caller's account.
		account, organization = c.account, r.PrincipalOrg
	}
	give("aws:ResourceAccount", account)
	give("aws:ResourceOrgID", organization)
	if service, _, _ := strings.Cut(r.Action, ":"); strings.EqualFold(service, "s3") {
		give("s3:ResourceAccount", account)
	}
}

// OmitsResourceOwner reports whether AWS leaves out aws:ResourceAccount and
// aws:ResourceOrgID for an action (IAM User Guide, "AWS global condition context
// keys", the exceptions of aws:ResourceAccount).
func OmitsResourceOwner(action string) bool {
	folded := strings.ToLower(action)
	switch folded {
	case "auditmanager:updateassessmentframeworkshare",
		"detective:acceptinvitation",
		"ds:acceptshareddirectory",
		"ec2:accepttransitgatewaypeeringattachment",
		"ec2:acceptvpcendpointconnections",
		"ec2:acceptvpcpeeringconnection",
		"ec2:createtransitgatewaypeeringattachment",
		"ec2:createvpcendpoint",
		"ec2:createvpcpeeringconnection",
		"guardduty:acceptadministratorinvitation",
		"macie2:acceptinvitation",
		"es:acceptinboundconnection",
		"route53:associatevpcwithhostedzone",
		"route53:createvpcassociationauthorization",
		"securityhub:acceptadministratorinvitation":
		return true
	}
	return strings.HasPrefix(folded, "ebs:")
}

// isAccountID reports whether s has the form of an account id: twelve digits.
func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// isMultivalued reports whether AWS documents a global key, its name in lower
// case, as multivalued (IAM User Guide, "AWS global condition context keys",
// "Value type").
func isMultivalued(key string) bool {
	switch key {
	case "aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths",
		"aws:principalservicenameslist", "aws:calledvia", "aws:tagkeys":
		return true
	}
	return false
}
