package query_test

import (
	"testing"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/query"
)

// What is trusted without being own takes requests out of the questions, and no
// more than that.
func TestTrust(t *testing.T) {
	const partner, other = "444455556666", "777788889999"
	partners := func(resources, actions []string) config.Perimeter {
		return config.Perimeter{Accounts: []string{"111122223333"}, ThirdParties: []config.ThirdParty{{Account: partner, Resources: resources, Actions: actions}}}
	}
	between := func(principal, owner, action string) string {
		return allow(`"Action": "` + action + `", "Condition": {"StringEquals": {"aws:PrincipalAccount": "` + principal + `", "aws:ResourceAccount": "` + owner + `"}}`)
	}
	packages := allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::amazonlinux-2-repos-us-east-1/*"`)
	under := config.Perimeter{OrganizationPaths: []string{"o-exampleorg1/r-ab12/ou-ab12-11111111/"}}
	for name, c := range map[string]struct {
		document  string
		perimeter config.Perimeter
		question  query.Question
		want      query.Verdict
	}{
		"a third party on its own resources": {between(partner, partner, "*"), partners(nil, nil), query.StrangerToStranger, query.No},
		"without being one":                  {between(partner, partner, "*"), own, query.StrangerToStranger, query.Yes},
		"a third party on another's":         {between(partner, other, "*"), partners(nil, nil), query.StrangerToStranger, query.Yes},
		"our own on a third party's":         {between("111122223333", partner, "*"), partners(nil, nil), query.OwnToStranger, query.No},
		"a third party on our own":           {between(partner, "111122223333", "*"), partners(nil, nil), query.StrangerToOwn, query.No},
		"beyond its actions":                 {between(partner, partner, "*"), partners(nil, []string{"s3:GetObject"}), query.StrangerToStranger, query.Yes},
		"within its actions":                 {between(partner, partner, "s3:GetObject"), partners(nil, []string{"s3:Get*"}), query.StrangerToStranger, query.No},
		"beyond its resources":               {between(partner, partner, "s3:GetObject"), partners([]string{"arn:aws:s3:::reports/*"}, nil), query.StrangerToStranger, query.Yes},
		"a trusted resource":                 {allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::partner-*/*"`), config.Perimeter{Accounts: own.Accounts, TrustedResources: []string{"arn:aws:s3:::partner-*"}}, query.StrangerToStranger, query.No},
		"more than a trusted resource":       {allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::part*/*"`), config.Perimeter{Accounts: own.Accounts, TrustedResources: []string{"arn:aws:s3:::partner-*"}}, query.StrangerToStranger, query.Yes},
		"packages of AWS":                    {packages, own, query.StrangerToStranger, query.No},
		"writing to packages of AWS":         {allow(`"Action": "s3:PutObject", "Resource": "arn:aws:s3:::amazonlinux-2-repos-us-east-1/*"`), own, query.StrangerToStranger, query.Yes},
		"packages that are not trusted":      {packages, config.Perimeter{Accounts: own.Accounts, ServiceOwnedSaid: true}, query.StrangerToStranger, query.Unknown},
		"packages that are named":            {packages, config.Perimeter{Accounts: own.Accounts, ServiceOwnedSaid: true, ServiceOwned: []string{"al2-repos"}}, query.StrangerToStranger, query.No},
		"own by a part of an organization":   {allow(`"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorg1/r-ab12/ou-ab12-11111111/*"}}`), under, query.StrangerToStranger, query.No},
		"own by another part":                {allow(`"Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorg1/r-ab12/ou-ab12-22222222/*"}}`), under, query.StrangerToStranger, query.Yes},
		"the whole of an organization":       {allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}`), under, query.StrangerToStranger, query.Yes},
		"an account of another organization": {allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-otherorg123"}}`), config.Perimeter{Accounts: own.Accounts, Members: map[string]string{"111122223333": "o-exampleorg1"}}, query.OwnToOwn, query.No},
		"an account of that organization":    {allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}`), config.Perimeter{Accounts: own.Accounts, Members: map[string]string{"111122223333": "o-exampleorg1"}}, query.OwnToOwn, query.Yes},
	} {
		t.Run(name, func(t *testing.T) {
			a := subject(t, "com.amazonaws.us-east-1.s3", "Gateway", c.document, c.perimeter).Ask(c.question)
			if a.Verdict != c.want {
				t.Errorf("%s is %v because %s, want %v: %+v", c.question, a.Verdict, a.Because, c.want, a.Witness)
			}
		})
	}
}
