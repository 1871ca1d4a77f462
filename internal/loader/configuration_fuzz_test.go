package loader

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// FuzzConfiguration: no sources make the loader panic or take long, every place
// lies in the file that it names, and the same sources always give the same.
func FuzzConfiguration(f *testing.F) {
	files, err := filepath.Glob("../../tools/terraform/configurations/*/main.tf*")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(name), string(text), "variable \"x\" { default = [1] }\n")
	}
	f.Add("main.tf", "module \"m\" {\n  source = \"./inner\"\n  for_each = var.x\n  policy = each.value\n}\n", "resource \"aws_vpc_endpoint\" \"e\" {\n  count = var.n ? 1 : 0\n  policy = var.policy\n}\nvariable \"policy\" { default = null }\n")
	f.Add("main.tf", "locals { a = local.b, b = local.a }\nresource \"aws_vpc_endpoint\" \"e\" { policy = <<-E\n  {\"Statement\": [%{ for x in local.a }{\"Sid\": \"${x}\"}%{ endfor }]}\n  E\n}\n", "locals { a = [for k, v in {a = 1} : \"${k}\" if v == var.z] }\n")
	f.Add("main.tf.json", `{"locals": {"x": "${file("inner/main.tf")}"}, "resource": {"aws_vpc_endpoint": {"e": {"dynamic": {"x": {"for_each": "${var.y}"}}, "policy": "${templatestring(local.x, {a = 1})}"}}}}`, "")
	f.Fuzz(func(t *testing.T, name, text, inner string) {
		if filepath.Base(name) != name || name == "." || Scan(name, nil) != Configuration {
			return
		}
		files := map[string]string{name: text, "inner/main.tf": inner, "more.tf": inner}
		start := time.Now()
		defer func() {
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("%d bytes took %v", len(text)+len(inner), d)
			}
		}()
		unit := loadFiles(t, files, Options{})
		again := loadFiles(t, files, Options{})
		if len(unit.Endpoints) != len(again.Endpoints) || len(unit.Findings) != len(again.Findings) {
			t.Fatalf("%d endpoints and %d findings, then %d and %d", len(unit.Endpoints), len(unit.Findings), len(again.Endpoints), len(again.Findings))
		}
		inside := func(s source.Span) {
			if s.File == nil {
				return
			}
			text, ok := files[s.File.Path]
			if !ok || s.Start < 0 || s.Start > s.End || s.End > len(text) {
				t.Fatalf("[%d, %d) of %q, which has %d bytes", s.Start, s.End, s.File.Path, len(text))
			}
		}
		for _, f := range unit.Findings {
			inside(f.Span)
		}
		for i := range unit.Endpoints {
			e := &unit.Endpoints[i]
			if other := again.Endpoints[i]; other.Name != e.Name || other.When != e.When || other.Policy.Why != e.Policy.Why {
				t.Fatalf("%q when %q, then %q when %q", e.Name, e.When, other.Name, other.When)
			}
			for _, v := range e.Policy.Variants {
				spansOf(reflect.ValueOf(*v.Doc), inside)
			}
			for _, s := range []source.Span{e.Span, e.Service.Span, e.Type.Span, e.Vpc.Span, e.Policy.Span} {
				inside(s)
			}
			for _, c := range e.Calls {
				inside(c.Span)
			}
		}
		policy.Variants(unit.Endpoints)
	})
}

// spansOf calls f for every span in a value.
func spansOf(v reflect.Value, f func(source.Span)) {
	if s, ok := v.Interface().(source.Span); ok {
		f(s)
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			spansOf(v.Index(i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			spansOf(v.Field(i), f)
		}
	}
}
