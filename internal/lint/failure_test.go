package lint_test

import (
	"context"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/source"
)

func TestAFailureOnOneFileTakesNothingFromTheOthers(t *testing.T) {
	run := func(paths ...string) (lint.Result, error) {
		return lint.Run(context.Background(), lint.Options{
			Paths: paths,
			Read: func(path string) (*source.File, error) {
				if path == "broken.yaml" {
					panic("a fault of eplint")
				}
				return source.NewFile(path, []byte(benchmarkTemplate(1))), nil
			},
		})
	}
	whole, err := run("1.yaml", "2.yaml")
	if err != nil || len(whole.Findings) == 0 {
		t.Fatalf("%d findings, %v", len(whole.Findings), err)
	}
	result, err := run("1.yaml", "broken.yaml", "2.yaml")
	if err == nil || !strings.Contains(err.Error(), "internal error on broken.yaml: a fault of eplint") {
		t.Errorf("error %v", err)
	}
	if len(result.Findings) != len(whole.Findings) || result.Endpoints != 4 {
		t.Errorf("%d findings on %d endpoints", len(result.Findings), result.Endpoints)
	}
}
