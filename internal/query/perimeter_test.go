package query_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

// Each statement of AWS's data perimeter policies does what its Sid says, which
// is what the repository's README says it is for, and the document as a whole
// lets through nothing but what it is meant to: an own principal with a tag may
// reach any resource.
func TestAWSDataPerimeterPoliciesDoWhatTheySay(t *testing.T) {
	root := os.Getenv("EPLINT_CORPUS")
	if root == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("EPLINT_CORPUS is not set")
		}
		t.Skip("EPLINT_CORPUS names no folder of foreign files")
	}
	text, err := os.ReadFile(filepath.Join("testdata", "data-perimeter.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(source.NewFile(".eplint.yaml", text), config.Checks{})
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer(
		"<my-org-id>", "o-exampleorg1", "<region>", "eu-west-1", "<RegionWithoutDashes>", "euwest1",
		"<third-party-account-a>", "444455556666", "<third-party-account-b>", "777788889999",
		"<action>", "s3:GetObject", "<third-party-resource-arn>", "arn:aws:s3:::partner-reports/*",
		"<ecr-account-id>", "111111111111", "<glue-account-id>", "222222222222", "<service-account-id>", "333333333333",
		"<CodeArtifact-Region-Account>", "123456789012", "<string>", "example",
	)
	folder := filepath.Join(root, "policy-json", "aws-samples__data-perimeter-policy-examples")
	// Of the statements whose Sid says more than it lets through, what they do.
	exceptions := map[string]string{
		// Anybody can share an image with the account, so that a stranger's counts.
		"ec2 AllowRequestsByOrgsIdentitiesToAWSResources": "own-to-stranger, own-to-own",
		// The ARN has a wildcard for the account: own templates match it too.
		"iot AllowRequestsByOrgsIdentitiesToAWSResources": "own-to-own",
	}
	intents := map[string]string{
		"AllowRequestsByOrgsIdentitiesToOrgsResources":             "own-to-own",
		"AllowRequestsByAWSServicePrincipals":                      "",
		"AllowRequestsByOrgsIdentitiesToAWSResources":              "",
		"AllowRequestsToAWSOwnedResources":                         "",
		"AllowRequestsByThirdPartyIdentitiesToThirdPartyResources": "",
		"AllowRequestsByOrgsIdentitiesToThirdPartyResources":       "",
		"AllowRequestsByOrgsIdentitiesToAnyResources":              "own-to-stranger guarded, own-to-own guarded",
	}
	for _, name := range []string{"cloudformation", "default", "ec2", "ecr.api", "iam", "imagebuilder", "iot", "lambda", "s3", "ssm"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder, "vpc_endpoint_policies__"+name+"_endpoint_policy.json"))
			if err != nil {
				t.Fatal(err)
			}
			service := map[string]string{"default": "com.amazonaws.eu-west-1.sqs", "iam": "com.amazonaws.iam", "iot": "com.amazonaws.eu-west-1.iot.data"}[name]
			if service == "" {
				service = "com.amazonaws.eu-west-1." + name
			}
			s := subject(t, service, "", fill.Replace(string(text)), c.Perimeter)
			if !s.Recognised {
				t.Fatalf("%s is not recognised", service)
			}
			for i, st := range s.Endpoint.Policy.Variants[0].Doc.Statements {
				sid := st.Sid.String()
				want, known := exceptions[name+" "+sid]
				if !known {
					if want, known = intents[sid]; !known {
						t.Errorf("the intent of %s is not known", sid)
					}
				}
				if !s.Service.CrossAccount {
					want = strings.TrimPrefix(want, "own-to-stranger guarded, ")
				}
				if diff := cmp.Diff(want, open(func(q query.Question) query.Answer { return s.AskOf(i, q) })); diff != "" {
					t.Errorf("%s (-want +got):\n%s", sid, diff)
				}
			}
			want := "own-to-stranger guarded, own-to-own"
			switch {
			case !s.Service.CrossAccount:
				want = "own-to-own"
			case name == "ec2":
				want = "own-to-stranger, own-to-own" // an image
			}
			if diff := cmp.Diff(want, open(s.Ask)); diff != "" {
				t.Errorf("the document (-want +got):\n%s", diff)
			}
		})
	}
}

// open are the questions that are not no, with what else must be said.
func open(ask func(query.Question) query.Answer) string {
	var out []string
	for _, q := range query.Questions() {
		a := ask(q)
		switch {
		case a.Verdict == query.No:
		case a.Verdict == query.Unknown:
			out = append(out, fmt.Sprintf("%s unknown because %s", q, a.Because))
		case a.Guarded:
			out = append(out, string(q)+" guarded")
		default:
			out = append(out, string(q))
		}
	}
	return strings.Join(out, ", ")
}
