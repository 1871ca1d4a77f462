package query_test

import (
	"testing"

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
