package loader

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

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
	text, err := json.Marshal(plain(values[0]))
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
func plain(n *syntax.Node) any {
	if n.Tag != "" {
		untagged := *n
		untagged.Tag = ""
		return map[string]any{"Fn::" + strings.TrimPrefix(n.Tag, "!"): plain(&untagged)}
	}
	switch n.Kind {
	case syntax.Object:
		out := map[string]any{}
		for _, f := range n.Fields {
			out[f.Key.Value] = plain(f.Value)
		}
		return out
	case syntax.Array:
		out := []any{}
		for _, item := range n.Items {
			out = append(out, plain(item))
		}
		return out
	default:
		return n.Value
	}
}
