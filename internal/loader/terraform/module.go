package terraform

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// A module is the configuration of one directory.
type module struct {
	dir       string
	variables map[string]*declaration
	locals    map[string]expression
	outputs   map[string]*declaration
	// resources are those of type.name, data sources those of data.type.name.
	resources map[string]*declaration
	calls     map[string]*declaration
	providers map[string]*declaration // aws, aws.alias
	order     []*declaration          // the resources and calls as they are written
}

// A declaration is a block with a name: a resource, a variable, a call.
type declaration struct {
	kind  string // of a resource: aws_vpc_endpoint, data.aws_region
	name  string
	at    source.Span // its name, as it is written
	body  body
	index int // among those of the module
}

// IsConfiguration reports whether a file of that name is one of a module's.
func IsConfiguration(name string) bool {
	name = strings.ToLower(path.Base(name))
	return !strings.HasPrefix(name, ".") && (isNative(name) || isJSON(name))
}

func isNative(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tofu")
}

func isJSON(name string) bool {
	return strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tofu.json")
}

// isOverride reports whether a file of that name is merged over the others.
func isOverride(name string) bool {
	name = path.Base(name)
	for _, suffix := range []string{".tf", ".tofu", ".tf.json", ".tofu.json"} {
		if stem, ok := strings.CutSuffix(name, suffix); ok {
			return stem == "override" || strings.HasSuffix(stem, "_override")
		}
	}
	return false
}

// shadowed leaves out the files that OpenTofu does not read: x.tf where there is
// x.tofu (OpenTofu documentation, "Files and Directories").
func shadowed(files []*source.File) []*source.File {
	names := map[string]bool{}
	for _, f := range files {
		names[f.Path] = true
	}
	return slices.DeleteFunc(slices.Clone(files), func(f *source.File) bool {
		stem, native := strings.CutSuffix(f.Path, ".tf")
		if native {
			return names[stem+".tofu"]
		}
		stem, native = strings.CutSuffix(f.Path, ".tf.json")
		return native && names[stem+".tofu.json"]
	})
}

// parsed reads the files of a directory. Those that cannot be parsed are told,
// and left out.
func (e *evaluator) parsed(dir string, files []*source.File) *module {
	m := &module{
		dir:       dir,
		variables: map[string]*declaration{},
		locals:    map[string]expression{},
		outputs:   map[string]*declaration{},
		resources: map[string]*declaration{},
		calls:     map[string]*declaration{},
		providers: map[string]*declaration{},
	}
	files = shadowed(files)
	// Override files come last, in the order of their names.
	slices.SortStableFunc(files, func(a, b *source.File) int {
		if x, y := isOverride(a.Path), isOverride(b.Path); x != y {
			if x {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.Path, b.Path)
	})
	for _, f := range files {
		if isJSON(strings.ToLower(f.Path)) {
			e.jsonFile(m, f)
			continue
		}
		if file := e.native(f); file != nil {
			m.add(file, fileText(f), isOverride(f.Path))
		}
	}
	return m
}

// native parses a file of the native syntax; nil when it is none.
func (e *evaluator) native(f *source.File) *hclsyntax.Body {
	if syntax.IsUTF16(f.Text) {
		e.problem("the file is UTF-16 text: save it as UTF-8", source.Span{File: f})
		return nil
	}
	if p := guarded(f.Text, false); p != nil {
		e.problem(p.Message, source.Span{File: f, Start: p.Start, End: p.End})
		return nil
	}
	file, diagnostics := hclsyntax.ParseConfig(f.Text, f.Path, hcl.InitialPos)
	if e.diagnosed(diagnostics, fileText(f)) {
		return nil
	}
	return file.Body.(*hclsyntax.Body)
}

// maxProblems bounds what is told about one text.
const maxProblems = 5

// diagnosed tells the errors of the parser, and reports whether there are any.
func (e *evaluator) diagnosed(list hcl.Diagnostics, t *text) bool {
	found := 0
	for _, d := range list {
		if d.Severity != hcl.DiagError {
			continue
		}
		if found++; found > maxProblems {
			break
		}
		span := t.span(0, 0)
		if d.Subject != nil {
			span = t.span(d.Subject.Start.Byte, d.Subject.End.Byte)
		}
		e.problem("not valid Terraform: "+oneLine(d.Summary), span)
	}
	return found > 0
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// add takes the blocks of a file into the module.
func (m *module) add(file *hclsyntax.Body, t *text, override bool) {
	for _, b := range file.Blocks {
		one := &declaration{body: body{[]layer{nativeLayer{b.Body, t}}}, at: t.span(b.TypeRange.Start.Byte, b.TypeRange.End.Byte)}
		if n := len(b.Labels); n > 0 {
			one.name = b.Labels[n-1]
			one.at = t.span(b.LabelRanges[n-1].Start.Byte, b.LabelRanges[n-1].End.Byte)
		}
		if b.Type == "locals" {
			for name, a := range b.Body.Attributes {
				m.local(name, expression{hcl: a.Expr, text: t}, override)
			}
			continue
		}
		m.declare(b.Type, b.Labels, one, override)
	}
}

func (m *module) local(name string, x expression, override bool) {
	if _, ok := m.locals[name]; !ok || override {
		m.locals[name] = x
	}
}

// declare takes a block into the module. A second one of a name counts in an
// override file alone.
func (m *module) declare(kind string, labels []string, d *declaration, override bool) {
	var into map[string]*declaration
	name := d.name
	switch {
	case kind == "variable" && len(labels) == 1:
		into = m.variables
	case kind == "output" && len(labels) == 1:
		into = m.outputs
	case kind == "module" && len(labels) == 1:
		into = m.calls
	case kind == "resource" && len(labels) == 2:
		into, d.kind = m.resources, labels[0]
		name = labels[0] + "." + d.name
	case kind == "data" && len(labels) == 2:
		into, d.kind = m.resources, "data."+labels[0]
		name = d.kind + "." + d.name
	case kind == "provider" && len(labels) == 1:
		into = m.providers
		if x, ok := d.body.argument("alias"); ok {
			if alias := aliasOf(x); alias != "" {
				name += "." + alias
			}
		}
	default:
		return
	}
	if before, ok := into[name]; ok {
		if override {
			before.body.layers = append(before.body.layers, d.body.layers...)
		}
		return
	}
	d.index = len(m.order)
	into[name] = d
	if kind == "resource" || kind == "module" {
		m.order = append(m.order, d)
	}
}

// aliasOf is the alias of a provider: a string without anything to work out.
func aliasOf(x expression) string {
	if x.json != nil {
		text, _ := x.json.Literal()
		return text
	}
	if t, ok := x.hcl.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
		if v, diagnostics := t.Value(nil); !diagnostics.HasErrors() {
			return v.AsString()
		}
	}
	return ""
}

// jsonFile takes a file of the JSON syntax into the module (Terraform
// documentation, "JSON Configuration Syntax").
func (e *evaluator) jsonFile(m *module, f *source.File) {
	if len(f.Text) > maxBytes {
		e.problem(guarded(f.Text, false).Message, source.Span{File: f})
		return
	}
	values, problem := syntax.Parse(f)
	if problem != nil {
		e.problem(problem.Message, source.Span{File: f, Start: problem.Start, End: problem.End})
		return
	}
	override := isOverride(f.Path)
	for _, value := range values {
		for _, root := range objects(value) {
			for _, kind := range []string{"variable", "output", "module", "provider", "resource", "data", "locals"} {
				m.jsonBlocks(kind, root.Get(kind), override)
			}
		}
	}
}

func (m *module) jsonBlocks(kind string, n *syntax.Node, override bool) {
	for _, group := range objects(n) {
		for _, f := range group.Fields {
			if f.Key.Value == "//" {
				continue
			}
			switch kind {
			case "locals":
				m.local(f.Key.Value, expression{json: f.Value}, override)
			case "resource", "data":
				for _, names := range objects(f.Value) {
					for _, one := range names.Fields {
						m.jsonDeclare(kind, []string{f.Key.Value, one.Key.Value}, one, override)
					}
				}
			default:
				m.jsonDeclare(kind, []string{f.Key.Value}, f, override)
			}
		}
	}
}

func (m *module) jsonDeclare(kind string, labels []string, f syntax.Field, override bool) {
	for _, n := range objects(f.Value) {
		m.declare(kind, labels, &declaration{name: f.Key.Value, at: f.Key.Span(), body: jsonBody(n)}, override)
	}
}
