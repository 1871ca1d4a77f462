package lint_test

import (
	"context"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/source"
)

func TestAFailureOnOneFileTakesNothingFromTheOthers(t *testing.T) {
	result, err := lint.Run(context.Background(), lint.Options{
		Paths: []string{"1.yaml", "broken.yaml", "2.yaml"},
		Read: func(path string) (*source.File, error) {
			if path == "broken.yaml" {
				panic("a fault of eplint")
			}
			return source.NewFile(path, []byte(benchmarkTemplate(1))), nil
		},
	})
	if err == nil || !strings.Contains(err.Error(), "internal error on broken.yaml: a fault of eplint") {
		t.Errorf("error %v", err)
	}
	if len(result.Findings) != 4 || result.Endpoints != 4 {
		t.Errorf("%d findings on %d endpoints", len(result.Findings), result.Endpoints)
	}
}
