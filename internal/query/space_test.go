package query_test

import (
	"testing"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/query"
)

// Types of resources are told apart by Resource values whatever account those
// name: the first action that a statement matches may take another type.
func TestTypesOfResourcesAreToldApartInEveryAccount(t *testing.T) {
	for name, c := range map[string]struct {
		service, statement string
		stranger           query.Verdict
	}{
		"log groups":        {"com.amazonaws.us-east-1.logs", `"Action": "logs:Create*", "Resource": "arn:aws:logs:us-east-1:444455556666:log-group:*"`, query.Yes},
		"tables":            {"com.amazonaws.us-east-1.glue", `"Action": "glue:*", "Resource": "arn:aws:glue:us-east-1:444455556666:table/*"`, query.Yes},
		"tables of our own": {"com.amazonaws.us-east-1.glue", `"Action": "glue:*", "Resource": "arn:aws:glue:us-east-1:111122223333:table/*"`, query.No},
		"layers":            {"com.amazonaws.us-east-1.lambda", `"Action": "lambda:*", "Resource": "arn:aws:lambda:us-east-1:444455556666:layer:*"`, query.Yes},
		"what AWS shares":   {"com.amazonaws.us-east-1.sagemaker.api", `"Action": "sagemaker:Describe*", "Resource": "arn:aws:sagemaker:us-east-1:aws:hub-content/*"`, query.No},
		"without account":   {"com.amazonaws.us-east-1.glue", `"Action": "glue:*", "Resource": "arn:aws:glue:us-east-1::registry/*"`, query.No},
	} {
		t.Run(name, func(t *testing.T) {
			s := subject(t, c.service, "Interface", allow(c.statement), own)
			if a := s.Ask(query.StrangerToStranger); a.Verdict != c.stranger {
				t.Errorf("stranger to stranger is %v because %s, want %v: %+v", a.Verdict, a.Because, c.stranger, a.Witness)
			}
			if a := s.Statements()[0].NeverMatches; a.Verdict != query.No {
				t.Errorf("it is %v that the statement never matches because %s", a.Verdict, a.Because)
			}
		})
	}
}

// What is trusted in part of the actions, types of resources or accounts that
// stand for each other is not trusted in all.
func TestTrustOfAPartHidesNoOther(t *testing.T) {
	const partner = "444455556666"
	between := `"Condition": {"StringEquals": {"aws:PrincipalAccount": "` + partner + `", "aws:ResourceAccount": "` + partner + `"}}`
	for name, c := range map[string]struct {
		service, statement string
		perimeter          config.Perimeter
		want               query.Verdict
	}{
		"one action of a third party":      {"s3", `"Action": "s3:*Object", ` + between, config.Perimeter{ThirdParties: []config.ThirdParty{{Account: partner, Actions: []string{"s3:PutObject"}}}}, query.Yes},
		"all actions of a third party":     {"s3", `"Action": "s3:*Object", ` + between, config.Perimeter{ThirdParties: []config.ThirdParty{{Account: partner, Actions: []string{"s3:*"}}}}, query.No},
		"one type of resource":             {"kms", `"Action": "kms:CreateAlias"`, config.Perimeter{TrustedResources: []string{"arn:aws:kms:*:*:key/*"}}, query.Yes},
		"both types of resources":          {"kms", `"Action": "kms:CreateAlias"`, config.Perimeter{TrustedResources: []string{"arn:aws:kms:*:*:key/*", "arn:aws:kms:*:*:alias/*"}}, query.No},
		"accounts of AWS's documentation":  {"sqs", `"Action": "sqs:SendMessage"`, config.Perimeter{ThirdParties: []config.ThirdParty{{Account: "999999999999"}, {Account: "888888888888"}}}, query.Yes},
		"resources in documented accounts": {"sqs", `"Action": "sqs:SendMessage"`, config.Perimeter{TrustedResources: []string{"arn:aws:sqs:*:999999999999:*", "arn:aws:sqs:*:888888888888:*"}}, query.Yes},
	} {
		t.Run(name, func(t *testing.T) {
			c.perimeter.Accounts = own.Accounts
			a := subject(t, "com.amazonaws.us-east-1."+c.service, "Interface", allow(c.statement), c.perimeter).Ask(query.StrangerToStranger)
			if a.Verdict != c.want {
				t.Errorf("%v because %s, want %v: %+v", a.Verdict, a.Because, c.want, a.Witness)
			}
		})
	}
}

// Each own organization has members, however many there are.
func TestEveryOwnOrganizationHasMembers(t *testing.T) {
	var many config.Perimeter
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		many.Organizations = append(many.Organizations, "o-exampleorg"+id)
	}
	document := allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgg"}}`)
	a := subject(t, "com.amazonaws.us-east-1.s3", "Interface", document, many).Ask(query.OwnToStranger)
	if a.Verdict != query.Yes {
		t.Errorf("%v because %s", a.Verdict, a.Because)
	}
}

// A pattern that begins with a wildcard matches in the buckets of AWS what it
// matches in everybody's, so that trust in those adds nothing to decide. Where
// statements leave nothing but such a bucket, it is trusted.
func TestBucketsOfAWSMakeNoPolicyIntricate(t *testing.T) {
	deny := func(resource string) string {
		return `{"Effect": "Deny", "Principal": "*", "Action": "*", ` + resource + `}`
	}
	own := config.Perimeter{Accounts: own.Accounts, Organizations: org.Organizations}
	folders := allow(`"Action": "s3:GetObject", "Resource": ["arn:aws:s3:::*-${aws:PrincipalAccount}/*", "arn:aws:s3:::*/public/????????"]`)
	folders = and(folders, deny(`"Resource": "arn:aws:s3:::${aws:ResourceAccount}-*"`))
	folders = and(folders, deny(`"NotResource": "arn:aws:s3:::*-reports/archive/*"`))
	packages := and(allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*/*"`), deny(`"NotResource": "arn:aws:s3:::amazonlinux-2-repos-us-east-1/*"`))
	for name, c := range map[string]struct {
		document string
		want     query.Verdict
	}{
		"open":           {folders, query.Yes},
		"closed":         {and(folders, deny(`"Resource": "arn:aws:s3:::*-reports/*"`)), query.No},
		"packages alone": {packages, query.No},
	} {
		t.Run(name, func(t *testing.T) {
			a := subject(t, "com.amazonaws.us-east-1.s3", "Gateway", c.document, own).Ask(query.StrangerToStranger)
			if a.Verdict != c.want {
				t.Errorf("%v because %s, want %v: %+v", a.Verdict, a.Because, c.want, a.Witness)
			}
		})
	}
}
