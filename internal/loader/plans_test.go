package loader

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// folder returns the files around those of a folder on disk.
func folder(root string) source.Beside {
	return source.Beside{
		Read: func(path string) (*source.File, error) {
			if !filepath.IsLocal(path) {
				return nil, os.ErrPermission
			}
			text, err := os.ReadFile(filepath.Join(root, path))
			return source.NewFile(path, text), err
		},
		List: func(path string) ([]string, error) {
			entries, err := os.ReadDir(filepath.Join(root, path))
			var names []string
			for _, e := range entries {
				if !e.IsDir() {
					names = append(names, e.Name())
				}
			}
			return names, err
		},
	}
}

// loadFolder loads the configuration of a folder on disk.
func loadFolder(t *testing.T, root, dir string, o Options) Unit {
	t.Helper()
	o.Beside = folder(root)
	names, err := o.Beside.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if groups := Group([]string{name}); Scan(name, nil) != Configuration || len(groups) != 1 {
			continue
		}
		f, err := o.Beside.Read(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return Load([]*source.File{f}, o)
	}
	t.Fatalf("%s holds no configuration", dir)
	return Unit{}
}

// settled is a text with what the provider of the plans says for the deployment.
// It is not known when a hole is left.
func settled(t policy.Text) (string, bool) {
	var b strings.Builder
	for _, p := range t.Parts {
		switch p.Hole.Kind {
		case policy.NotHole:
			b.WriteString(p.Literal)
		case policy.OwnAccount:
			b.WriteString("111122223333")
		case policy.OwnOrganization:
			b.WriteString("o-exampleorgid")
		case policy.Region:
			b.WriteString("eu-west-1")
		case policy.Partition:
			b.WriteString("aws")
		default:
			return t.String(), false
		}
	}
	return b.String(), true
}

// flat is a document as lines, its sets sorted: what the provider of the policy
// documents sorts, Terraform's own functions leave as it is. It is not known when
// a hole is left in it.
func flat(doc *policy.Document) (lines []string, known bool) {
	known = true
	var walk func(string, reflect.Value)
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	walk = func(name string, v reflect.Value) {
		switch value := v.Interface().(type) {
		case policy.Text:
			text, ok := settled(value)
			known = known && ok
			if !value.Absent() {
				add("%s = %q", name, text)
			}
			return
		case source.Span:
			return
		case []policy.Text:
			var list []string
			for _, t := range value {
				text, ok := settled(t)
				known = known && ok
				list = append(list, text)
			}
			slices.Sort(list)
			add("%s = %q", name, slices.Compact(list))
			return
		case []policy.Principal:
			var list []string
			for _, p := range value {
				text, ok := settled(p.Value)
				known = known && ok
				list = append(list, p.Type+" "+text)
			}
			slices.Sort(list)
			add("%s = %q", name, slices.Compact(list))
			return
		case []policy.Condition:
			list := slices.Clone(value)
			slices.SortFunc(list, func(a, b policy.Condition) int {
				return strings.Compare(a.Operator.String()+" "+a.Key.String(), b.Operator.String()+" "+b.Key.String())
			})
			v = reflect.ValueOf(list)
		}
		switch v.Kind() {
		case reflect.Slice:
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", name, i), v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(name+"."+v.Type().Field(i).Name, v.Field(i))
			}
		default:
			if !v.IsZero() {
				add("%s = %v", name, v.Interface())
			}
		}
	}
	walk("", reflect.ValueOf(*doc))
	return lines, known
}

// described is an endpoint as lines.
func described(e *policy.Endpoint) []string {
	service, ok := settled(e.Service)
	if service == "null" {
		service = ""
	}
	if !ok {
		service = "not known"
	}
	kind, _ := settled(e.Type)
	lines := []string{e.Name, "service " + service, "type " + kind}
	switch e.Policy.State {
	case policy.Default:
		return append(lines, "none")
	case policy.Undetermined:
		return append(lines, "not known")
	}
	doc, known := flat(e.Policy.Variants[0].Doc)
	if !known {
		return append(lines, "not known")
	}
	return append(lines, doc...)
}

// agreed is what all variants of an endpoint say.
func agreed(variants []policy.Endpoint) []string {
	lines := described(&variants[0])
	for i := range variants[1:] {
		other := described(&variants[i+1])
		if lines[1] != other[1] {
			lines[1] = "service not known"
		}
		if !slices.Equal(lines[3:], other[3:]) {
			lines = append(lines[:3], "not known")
		}
	}
	return lines
}

// The endpoints of the sources are those of Terraform's own plan: their addresses,
// services and policies. What the plan does not know the sources do not either, and
// what the sources do not know is nothing that the plan knows, but for what only
// the provider tells.
func TestSourcesAreReadAsTerraformPlansThem(t *testing.T) {
	const root = "../../tools/terraform"
	plans, err := filepath.Glob(root + "/configurations/*")
	if err != nil || len(plans) < 40 {
		t.Fatalf("%d configurations, %v", len(plans), err)
	}
	for _, dir := range plans {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(root + "/plans/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			want := map[string][]string{}
			for _, e := range Load([]*source.File{source.NewFile("plan.json", text)}, Options{}).Endpoints {
				want[e.Name] = described(&e)
			}
			unit := loadFolder(t, root+"/configurations", name, Options{})
			for _, f := range unit.Findings {
				start, _ := f.Span.Bounds()
				t.Errorf("%s:%d:%d: %s", f.Span.File.Path, start.Line, start.Column, f.Message)
			}
			got := map[string][]string{}
			for _, variants := range policy.Variants(unit.Endpoints) {
				got[variants[0].Name] = agreed(variants)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-plan +sources):\n%s", diff)
			}
		})
	}
}
