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
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eplint/eplint/internal/loader/syntax"
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

// planned are the attributes of resources that a plan knows, by their address.
type planned map[string]string

func (p planned) add(module *syntax.Node) {
	for _, kind := range []string{"resources", "child_modules"} {
		list := module.Get(kind)
		if list == nil {
			continue
		}
		for _, item := range list.Items {
			if kind == "child_modules" {
				p.add(item)
				continue
			}
			address, _ := item.Get("address").Literal()
			values := item.Get("values")
			if values == nil {
				continue
			}
			for _, f := range values.Fields {
				if text, ok := f.Value.Literal(); ok {
					p[address+"."+f.Key.Value] = text
				}
			}
		}
	}
}

// settled is a text with what the provider of the plans says for the deployment.
// It is not known when a hole is left.
func (p planned) settled(t policy.Text) (string, bool) {
	var b strings.Builder
	for _, part := range t.Parts {
		switch part.Hole.Kind {
		case policy.NotHole:
			b.WriteString(part.Literal)
		case policy.OwnAccount:
			b.WriteString("111122223333")
		case policy.OwnOrganization:
			b.WriteString("o-exampleorgid")
		case policy.Region:
			b.WriteString("eu-west-1")
		case policy.Partition:
			b.WriteString("aws")
		case policy.OwnResource:
			value, ok := p[part.Hole.Ref]
			if !ok {
				return t.String(), false
			}
			b.WriteString(value)
		default:
			return t.String(), false
		}
	}
	return b.String(), true
}

// flat is a document as lines, its sets sorted: what the provider of the policy
// documents sorts, Terraform's own functions leave as it is. It is not known when
// a hole is left in it.
func (p planned) flat(doc *policy.Document) (lines []string, known bool) {
	known = true
	var walk func(string, reflect.Value)
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	walk = func(name string, v reflect.Value) {
		switch value := v.Interface().(type) {
		case policy.Text:
			text, ok := p.settled(value)
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
				text, ok := p.settled(t)
				known = known && ok
				list = append(list, text)
			}
			slices.Sort(list)
			add("%s = %q", name, slices.Compact(list))
			return
		case []policy.Principal:
			var list []string
			for _, one := range value {
				text, ok := p.settled(one.Value)
				known = known && ok
				list = append(list, one.Type+" "+text)
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
func (p planned) described(e *policy.Endpoint) []string {
	service, ok := p.settled(e.Service)
	if service == "null" {
		service = ""
	}
	if !ok {
		service = "not known"
	}
	kind, _ := p.settled(e.Type)
	lines := []string{e.Name, "service " + service, "type " + kind}
	switch e.Policy.State {
	case policy.Default:
		return append(lines, "none")
	case policy.Undetermined:
		return append(lines, "not known")
	}
	doc, known := p.flat(e.Policy.Variants[0].Doc)
	if !known {
		return append(lines, "not known")
	}
	return append(lines, doc...)
}

// agreed is what all variants of an endpoint say.
func (p planned) agreed(variants []policy.Endpoint) []string {
	lines := p.described(&variants[0])
	for i := range variants[1:] {
		other := p.described(&variants[i+1])
		if lines[1] != other[1] {
			lines[1] = "service not known"
		}
		if !slices.Equal(lines[3:], other[3:]) {
			lines = append(lines[:3], "not known")
		}
	}
	return lines
}

// Why the sources are read otherwise than the plan says.
const (
	extra    = "an endpoint that defaults leave out is read as others make it"
	deferred = "the plan reads the data source when it is applied, and does not say how the name of the service is made of it"
	null     = "a default of null says no more than that a value need not be given"
	computed = "of a policy that is null a plan does not tell whether AWS will give one"
	float    = "the provider rounds numbers that are too long"
	asked    = "only the provider tells the value"
	chosen   = "the workspace is chosen by who deploys"
)

func differences() map[string]map[string]string {
	return map[string]map[string]string{
		"count":               {"aws_vpc_endpoint.dynamodb[0]": extra},
		"depends-on":          {"module.after.aws_vpc_endpoint.logs": deferred},
		"foreach-set":         {`aws_vpc_endpoint.gateway["dynamodb"]`: null},
		"jsonencode-values":   {"aws_vpc_endpoint.s3": float},
		"module-endpoints":    {`module.endpoints.aws_vpc_endpoint.this["custom"]`: computed, `module.endpoints.aws_vpc_endpoint.this["dynamodb"]`: computed},
		"nulls":               {"aws_vpc_endpoint.none": null},
		"one-splat":           {"aws_vpc_endpoint.none": null},
		"optional-attributes": {`aws_vpc_endpoint.this["registry"]`: null},
		"organization":        {"aws_vpc_endpoint.s3": asked, "aws_vpc_endpoint.execute_api": asked},
		"workspace":           {"aws_vpc_endpoint.s3[0]": chosen},
	}
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
			values, problem := syntax.Parse(source.NewFile("plan.json", text))
			if problem != nil {
				t.Fatal(problem)
			}
			p := planned{}
			p.add(values[0].Get("planned_values").Get("root_module"))
			want := map[string][]string{}
			for _, e := range Load([]*source.File{source.NewFile("plan.json", text)}, Options{}).Endpoints {
				want[e.Name] = p.described(&e)
			}
			unit := loadFolder(t, root+"/configurations", name, Options{})
			for _, f := range unit.Findings {
				start, _ := f.Span.Bounds()
				t.Errorf("%s:%d:%d: %s", f.Span.File.Path, start.Line, start.Column, f.Message)
			}
			got := map[string][]string{}
			for _, variants := range policy.Variants(unit.Endpoints) {
				got[variants[0].Name] = p.agreed(variants)
			}
			for address, why := range differences()[name] {
				if cmp.Equal(want[address], got[address]) {
					t.Errorf("%s does not differ: %s", address, why)
				}
				if why == extra {
					want[address], got[address] = nil, nil
				} else {
					want[address] = got[address]
				}
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-plan +sources):\n%s", diff)
			}
		})
	}
}
