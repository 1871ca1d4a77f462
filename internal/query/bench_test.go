package query_test

import (
	"testing"

	"github.com/eplint/eplint/internal/query"
)

// BenchmarkTypical proves all that is asked of policies as they are mostly
// written: the questions, and what statements do.
func BenchmarkTypical(b *testing.B) {
	docs := map[string]string{
		"open":    allow(``),
		"closed":  allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1", "aws:ResourceOrgID": "o-exampleorg1"}}`),
		"typical": and(and(allow(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg1", "aws:ResourceOrgID": "o-exampleorg1"}}`), `{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::amazonlinux-2-repos-us-east-1/*", "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"]}`), `{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}`),
	}
	for name, d := range docs {
		s := subject(b, "com.amazonaws.us-east-1.s3", "Gateway", d, org)
		asker := query.NewAsker(org)
		b.Run(name+"/questions", func(b *testing.B) {
			for b.Loop() {
				x := asker.Subject(s.Endpoint)
				for _, q := range query.Questions() {
					x.Ask(q)
				}
			}
		})
		b.Run(name+"/statements", func(b *testing.B) {
			for b.Loop() {
				x := asker.Subject(s.Endpoint)
				x.Statements()
				x.AllowsNothing()
				x.FullAccess()
			}
		})
	}
}
