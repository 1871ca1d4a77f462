package lint_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/source"
)

// AWS's own policies for data perimeters are right: nothing above a note may be
// said of them once the organization is named.
func TestAWSDataPerimeterPoliciesGiveNothingAboveNote(t *testing.T) {
	root := os.Getenv("EPLINT_CORPUS")
	if root == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("EPLINT_CORPUS is not set")
		}
		t.Skip("EPLINT_CORPUS names no folder of foreign files")
	}
	files, err := filepath.Glob(filepath.Join(root, "policy-json", "aws-samples__data-perimeter-policy-examples", "*.json"))
	if err != nil || len(files) != 10 {
		t.Fatalf("%d policies, want 10 (%v)", len(files), err)
	}
	text, err := os.ReadFile(filepath.Join("..", "query", "testdata", "data-perimeter.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	perimeter, err := config.Parse(source.NewFile(".eplint.yaml", text), config.Checks{})
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer(
		"<my-org-id>", "o-exampleorg1", "<region>", "eu-west-1", "<RegionWithoutDashes>", "euwest1", "<my-account-id>", "111122223333",
		"<third-party-account-a>", "444455556666", "<third-party-account-b>", "777788889999",
		"<action>", "s3:GetObject", "<third-party-resource-arn>", "arn:aws:s3:::partner-reports/*",
		"<ecr-account-id>", "111111111111", "<glue-account-id>", "222222222222", "<service-account-id>", "333333333333",
		"<CodeArtifact-Region-Account>", "123456789012", "<string>", "example",
	)
	var paths []string
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		paths = append(paths, name)
		texts[name] = fill.Replace(string(text))
	}
	result, err := lint.Run(context.Background(), lint.Options{
		Paths:  paths,
		Read:   func(path string) (*source.File, error) { return source.NewFile(path, []byte(texts[path])), nil },
		Config: perimeter,
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Endpoints != 10 || result.Unreadable != 0 {
		t.Errorf("%d endpoints, %d unreadable files", result.Endpoints, result.Unreadable)
	}
	for _, f := range result.Findings {
		if f.Severity > finding.Note {
			t.Errorf("%s: %v: %s [%s]", f.Endpoint, f.Severity, f.Message, f.Rule)
		}
	}
}
