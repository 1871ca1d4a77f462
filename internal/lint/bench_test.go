package lint_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

// benchmarkTemplate is a template with two endpoints among forty resources; no
// two numbers give the same policies.
func benchmarkTemplate(number int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `Resources:
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: "s3:*"
            Resource: "arn:aws:s3:::team-%[1]d-*"
  Queue:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcEndpointType: Interface
      ServiceName: !Sub com.amazonaws.${AWS::Region}.sqs
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: "sqs:*"
            Resource: "*"
            Condition:
              StringEquals:
                aws:PrincipalOrgID: o-exampleorg%[1]d
`, number)
	for i := range 40 {
		fmt.Fprintf(&b, "  Bucket%[1]d:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: team-%[2]d-%[1]d\n", i, number)
	}
	return b.String()
}

func BenchmarkRun(b *testing.B) {
	texts := map[string][]byte{}
	var all []string
	for i := range 100 {
		name := fmt.Sprintf("%d.yaml", i)
		texts[name] = []byte(benchmarkTemplate(i))
		all = append(all, name)
	}
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("files=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				result, err := lint.Run(context.Background(), lint.Options{
					Paths: all[:n],
					Read:  func(path string) (*source.File, error) { return source.NewFile(path, texts[path]), nil },
				})
				if err != nil || len(result.Findings) < 2*n {
					b.Fatalf("%d findings, error %v", len(result.Findings), err)
				}
			}
		})
	}
}

func BenchmarkFacts(b *testing.B) {
	unit := loader.Load([]*source.File{source.NewFile("t.yaml", []byte(benchmarkTemplate(1)))}, loader.Options{})
	asker := query.NewAsker(config.Perimeter{})
	b.ReportAllocs()
	for b.Loop() {
		for i := range unit.Endpoints {
			facts.Of(&unit.Endpoints[i], asker)
		}
	}
}

func BenchmarkCompileRules(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		// A run over an endpoint of no known service compiles the rules that every
		// endpoint needs, and asks them once.
		_, err := lint.Run(context.Background(), lint.Options{
			Paths: []string{"template.json"},
			Read: func(path string) (*source.File, error) {
				return source.NewFile(path, []byte(`{"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint"}}}`)), nil
			},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
