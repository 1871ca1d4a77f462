package loader

import (
	"os"
	"testing"
	"time"

	"github.com/eplint/eplint/internal/source"
)

// FuzzPlanBesideSources: no plan beside no sources makes the loader panic, and where
// the sources are taken for the plan's every endpoint stands in a file of them.
func FuzzPlanBesideSources(f *testing.F) {
	for _, dir := range []string{"document", "jsonencode", "unknown-document", "unknown-role", "policy-resource", "dynamic-unknown", "foreach-map"} {
		plan, err := os.ReadFile(terraformPlans + "/" + dir + ".json")
		if err != nil {
			f.Fatal(err)
		}
		text, err := os.ReadFile("../../tools/terraform/configurations/" + dir + "/main.tf")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plan, text)
	}
	f.Fuzz(func(t *testing.T, plan, text []byte) {
		start := time.Now()
		beside := source.Beside{
			Read: func(path string) (*source.File, error) {
				if path != "main.tf" {
					return nil, os.ErrNotExist
				}
				return source.NewFile(path, text), nil
			},
			List: func(folder string) ([]string, error) {
				if folder != "." {
					return nil, os.ErrPermission
				}
				return []string{"main.tf"}, nil
			},
		}
		file := source.NewFile("plan.json", plan)
		unit := Load([]*source.File{file}, Options{Beside: beside})
		for _, e := range unit.Endpoints {
			eachPlace(&e, func(what string, s source.Span) {
				if s.File == nil || s.Start < 0 || s.Start > s.End || s.End > len(s.File.Text) {
					t.Fatalf("%s of %s has no place", what, e.Name)
				}
			})
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%d bytes took %v", len(plan)+len(text), d)
		}
	})
}
