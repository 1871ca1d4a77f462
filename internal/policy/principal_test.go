package policy_test

import (
	"testing"

	"github.com/eplint/eplint/internal/policy"
)

// The pages that the rows name.
const (
	principalPage    = "AWS JSON policy elements: Principal"
	notPrincipalPage = "AWS JSON policy elements: NotPrincipal"
	endpointPage     = "Control access to VPC endpoints using endpoint policies"
	stsPage          = "VPC endpoint policies for AWS STS"
)

// callers are one of each kind.
var callers = map[string]policy.Request{
	"user":       {Principal: "arn:aws:iam::111122223333:user/division/Ana"},
	"session":    {Principal: "arn:aws:sts::111122223333:assumed-role/app/i-1"},
	"role":       {Principal: "arn:aws:iam::111122223333:role/path/app"},
	"federated":  {Principal: "arn:aws:sts::111122223333:federated-user/Ana"},
	"root":       {Principal: "arn:aws:iam::111122223333:root"},
	"service":    {Principal: "logs.amazonaws.com"},
	"anonymous":  {},
	"sts":        {Kind: policy.STSFederated},
	"stranger":   {Principal: "arn:aws:sts::999999999999:assumed-role/app/i-1"},
	"china":      {Principal: "arn:aws-cn:sts::111122223333:assumed-role/app/i-1"},
	"unfamiliar": {Principal: "*", PrincipalAccount: "888888888888"},
}

func TestPrincipals(t *testing.T) {
	everybodyIn := []string{"user", "session", "role", "federated", "root"}
	for _, c := range []struct {
		page, element string
		setting       policy.Setting
		matched       []string
	}{
		{principalPage, `"Principal": "*"`, interfaceEndpoint, []string{"user", "session", "role", "federated", "root", "service", "anonymous", "sts", "stranger", "china", "unfamiliar"}},
		{principalPage, `"Principal": "*"`, gatewayEndpoint, []string{"user", "session", "role", "federated", "root", "service", "anonymous", "sts", "stranger", "china", "unfamiliar"}},
		// "Does not match callers that STS federates"; services: A7.
		{stsPage, `"Principal": {"AWS": "*"}`, interfaceEndpoint, []string{"user", "session", "role", "federated", "root", "service", "anonymous", "stranger", "china", "unfamiliar"}},
		{principalPage, `"Principal": {"AWS": "111122223333"}`, interfaceEndpoint, append([]string{"china"}, everybodyIn...)},
		{principalPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:root"}`, interfaceEndpoint, everybodyIn},
		{endpointPage, `"Principal": {"AWS": "111122223333"}`, gatewayEndpoint, []string{"root"}},
		{endpointPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:root"}`, gatewayEndpoint, []string{"root"}},
		{principalPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:user/division/Ana"}`, interfaceEndpoint, []string{"user"}},
		{principalPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:user/division/ana"}`, interfaceEndpoint, nil},
		{endpointPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:user/division/Ana"}`, gatewayEndpoint, nil},
		{principalPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:role/path/app"}`, interfaceEndpoint, []string{"session", "role"}},
		{principalPage, `"Principal": {"AWS": "arn:aws:iam::999999999999:role/app"}`, interfaceEndpoint, []string{"stranger"}},
		{endpointPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:role/path/app"}`, gatewayEndpoint, nil},
		{principalPage, `"Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/app/i-1"}`, interfaceEndpoint, []string{"session"}},
		{principalPage, `"Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/app/i-2"}`, interfaceEndpoint, nil},
		{principalPage, `"Principal": {"AWS": "arn:aws:sts::111122223333:federated-user/Ana"}`, interfaceEndpoint, []string{"federated"}},
		{principalPage, `"Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}`, interfaceEndpoint, nil},
		{principalPage, `"Principal": {"AWS": "AROAEXAMPLEEXAMPLE"}`, interfaceEndpoint, nil},
		{principalPage, `"Principal": {"AWS": ["999999999999", "arn:aws:iam::111122223333:role/app"]}`, interfaceEndpoint, []string{"stranger", "session", "role"}},
		{principalPage, `"Principal": {"Service": "logs.amazonaws.com"}`, interfaceEndpoint, []string{"service"}},
		{principalPage, `"Principal": {"Service": "s3.amazonaws.com"}`, interfaceEndpoint, nil},
		{stsPage, `"Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/p"}`, interfaceEndpoint, nil},
		{notPrincipalPage, `"Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:user/division/Ana", "arn:aws:iam::111122223333:root"]}`, interfaceEndpoint, []string{"service", "anonymous", "sts", "stranger", "china", "unfamiliar"}},
		{notPrincipalPage, `"Effect": "Deny", "NotPrincipal": "*"`, interfaceEndpoint, nil},
		{notPrincipalPage, `"Effect": "Deny", "NotPrincipal": {"Service": "logs.amazonaws.com"}`, interfaceEndpoint, []string{"user", "session", "role", "federated", "root", "anonymous", "sts", "stranger", "china", "unfamiliar"}},
	} {
		doc := document(t, version2012(statement(c.element)))
		for name, r := range callers {
			want := policy.Missed
			for _, m := range c.matched {
				if m == name {
					want = policy.Matched
				}
			}
			r.Action, r.Resource = "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q"
			if got := policy.Decide(doc, r, c.setting, policy.Plain).Statements[0].Matched; got != want {
				t.Errorf("%s, %s: %v, want %v: %s", c.element, name, got, want, c.page)
			}
		}
	}
}

func TestWhatIsNotKnownOfPrincipalsIsUndecided(t *testing.T) {
	for _, c := range []struct {
		name, element, caller string
		setting               policy.Setting
		want                  policy.Outcome
	}{
		{"an account, the type of the endpoint not known", `"Principal": {"AWS": "111122223333"}`, "session", policy.Setting{}, policy.Undecidable},
		{"the root user, type not known", `"Principal": {"AWS": "111122223333"}`, "root", policy.Setting{}, policy.Allowed},
		{"another account, type not known", `"Principal": {"AWS": "111122223333"}`, "stranger", policy.Setting{}, policy.ImplicitlyDenied},
		{"a role, type not known", `"Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}`, "session", policy.Setting{}, policy.Undecidable},
		{"a canonical user", `"Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, "user", interfaceEndpoint, policy.Undecidable},
		{"no principal type of AWS", `"Principal": {"Group": "*"}`, "user", interfaceEndpoint, policy.Undecidable},
		{"a string that is not *", `"Principal": "111122223333"`, "user", interfaceEndpoint, policy.Undecidable},
		{"all services", `"Principal": {"Service": "*"}`, "service", interfaceEndpoint, policy.Undecidable},
		{"all services, for a user", `"Principal": {"Service": "*"}`, "user", interfaceEndpoint, policy.ImplicitlyDenied},
		{"somebody of the account of a role", `"Principal": {"AWS": "arn:aws:iam::888888888888:role/app"}`, "unfamiliar", interfaceEndpoint, policy.Undecidable},
		{"somebody of another account", `"Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}`, "unfamiliar", interfaceEndpoint, policy.ImplicitlyDenied},
		{"a hole", `"Principal": {"AWS": "HOLE"}`, "anonymous", interfaceEndpoint, policy.Undecidable},
		{"a hole in an ARN", `"Principal": {"AWS": "arn:aws:iam::HOLE:role/app"}`, "session", interfaceEndpoint, policy.Undecidable},
		{"a hole in an ARN, unsigned", `"Principal": {"AWS": "arn:aws:iam::HOLE:role/app"}`, "anonymous", interfaceEndpoint, policy.ImplicitlyDenied},
		{"a hole beside *", `"Principal": {"AWS": ["HOLE", "*"]}`, "session", interfaceEndpoint, policy.Allowed},
	} {
		r := callers[c.caller]
		r.Action, r.Resource = "s3:GetObject", "arn:aws:s3:::bucket/key"
		if got := policy.Decide(holed(t, version2012(statement(c.element))), r, c.setting, policy.Plain).Outcome; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
