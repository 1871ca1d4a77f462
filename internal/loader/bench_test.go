package loader

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/eplint/eplint/internal/source"

	"github.com/eplint/eplint/internal/loader/syntax"
)

func BenchmarkLoad(b *testing.B) {
	var yaml strings.Builder
	yaml.WriteString("Resources:\n")
	for i := range 200 {
		fmt.Fprintf(&yaml, "  E%d:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3\n      PolicyDocument: !Sub |\n        {\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\", \"Resource\": \"*\"}]}\n", i)
	}
	values, problem := syntax.Parse(source.NewFile("t.yaml", []byte(yaml.String())))
	if problem != nil {
		b.Fatal(problem)
	}
	text, err := json.Marshal(asValue(values[0]))
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string][]byte{"t.yaml": []byte(yaml.String()), "t.json": text} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				unit := Load([]*source.File{source.NewFile(name, text)}, Options{})
				if len(unit.Endpoints) != 200 {
					b.Fatalf("%d endpoints, %v", len(unit.Endpoints), unit.Findings)
				}
			}
		})
	}
}

// BenchmarkTemplate reads a template as people write them, of which endpoints are
// a part, and for comparison lets the YAML parser alone read it.
func BenchmarkTemplate(b *testing.B) {
	var text strings.Builder
	text.WriteString("Parameters:\n  Account: {Type: String, Default: '111122223333'}\nResources:\n")
	for i := range 40 {
		fmt.Fprintf(&text, "  Bucket%d:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub reports-%d-${AWS::AccountId}\n      Tags:\n        - {Key: team, Value: data}\n        - Key: cost-centre\n          Value: \"4711\"\n", i, i)
		fmt.Fprintf(&text, "  Role%d:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: 2012-10-17\n        Statement:\n          - Effect: Allow\n            Principal: {Service: lambda.amazonaws.com}\n            Action: sts:AssumeRole\n", i)
		if i%8 == 0 {
			fmt.Fprintf(&text, "  Endpoint%d:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      VpcId: !Ref Vpc\n      ServiceName: !Sub com.amazonaws.${AWS::Region}.s3\n      PolicyDocument:\n        Version: 2012-10-17\n        Statement:\n          - Sid: Own\n            Effect: Allow\n            Principal: '*'\n            Action: ['s3:GetObject', 's3:PutObject']\n            Resource: !Sub arn:${AWS::Partition}:s3:::reports-*\n            Condition:\n              StringEquals:\n                aws:PrincipalAccount: !Ref Account\n                aws:ResourceAccount: !Ref Account\n", i)
		}
	}
	bytes := []byte(text.String())
	b.Run("parser", func(b *testing.B) {
		b.SetBytes(int64(len(bytes)))
		b.ReportAllocs()
		for b.Loop() {
			var root yaml.Node
			if err := yaml.Unmarshal(bytes, &root); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("loader", func(b *testing.B) {
		b.SetBytes(int64(len(bytes)))
		b.ReportAllocs()
		for b.Loop() {
			unit := Load([]*source.File{source.NewFile("t.yaml", bytes)}, Options{})
			if len(unit.Endpoints) != 5 {
				b.Fatalf("%d endpoints, %v", len(unit.Endpoints), unit.Findings)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	text := []byte(strings.Repeat("  Bucket:\n    Type: AWS::S3::Bucket\n", 200))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if Scan("t.yaml", text) != Irrelevant {
			b.Fatal("the file is taken for a candidate")
		}
	}
}

// plain turns a node into what encoding/json writes, with tags as long forms.
func asValue(n *syntax.Node) any {
	if n.Tag != "" {
		untagged := *n
		untagged.Tag = ""
		return map[string]any{"Fn::" + strings.TrimPrefix(n.Tag, "!"): asValue(&untagged)}
	}
	switch n.Kind {
	case syntax.Object:
		out := map[string]any{}
		for _, f := range n.Fields {
			out[f.Key.Value] = asValue(f.Value)
		}
		return out
	case syntax.Array:
		out := []any{}
		for _, item := range n.Items {
			out = append(out, asValue(item))
		}
		return out
	default:
		return n.Value
	}
}
