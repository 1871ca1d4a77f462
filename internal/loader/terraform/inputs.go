package terraform

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// inputs finds what the variables of the root module are given: by files that
// Terraform loads by itself, then by those that are named, then one by one
// (Terraform documentation, "Variable Definition Precedence").
func (e *evaluator) inputs(root *instance) {
	var names []string
	for _, name := range e.list(e.rootDir) {
		if strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range append([]string{"terraform.tfvars", "terraform.tfvars.json"}, names...) {
		if !slices.Contains(e.list(e.rootDir), name) {
			continue
		}
		f, err := e.file(path.Join(e.rootDir, name))
		if err != nil {
			e.problem(err.Error(), source.Span{File: source.NewFile(path.Join(e.rootDir, name), nil)})
			continue
		}
		e.variableFile(f)
	}
	for _, f := range e.options.VariableFiles {
		e.variableFile(f)
	}
	for name, text := range e.options.Variables {
		d := root.module.variables[name]
		if d == nil {
			continue
		}
		e.result.Declared = append(e.result.Declared, name)
		e.given[name] = e.commandLine(d, text)
	}
	slices.Sort(e.result.Declared)
	e.planned(root)
}

// planned takes in the values that a plan has. Where they are those of the files
// the files have their places.
func (e *evaluator) planned(root *instance) {
	for _, f := range e.options.Planned {
		d := root.module.variables[f.Key.Value]
		if d == nil {
			continue
		}
		have := e.given[f.Key.Value]
		if x, ok := d.body.argument("default"); ok && have == nil {
			have = e.value(x, &scope{})
		}
		if have == nil || !e.whole(have) || !e.alike(have, f.Value) {
			e.given[f.Key.Value] = f.Value
		}
	}
}

// variableFile takes in the values of a .tfvars file.
func (e *evaluator) variableFile(f *source.File) {
	if strings.HasSuffix(strings.ToLower(f.Path), ".json") {
		if len(f.Text) > maxBytes {
			e.problem(guarded(f.Text, false).Message, source.Span{File: f})
			return
		}
		values, problem := syntax.Parse(f)
		if problem != nil {
			e.problem(problem.Message, source.Span{File: f, Start: problem.Start, End: problem.End})
			return
		}
		for _, object := range values {
			for _, field := range object.Fields {
				e.given[field.Key.Value] = field.Value
			}
		}
		return
	}
	body := e.native(f)
	if body == nil {
		return
	}
	for name, a := range body.Attributes {
		e.given[name] = e.eval(a.Expr, fileText(f), &scope{})
	}
}

// commandLine is a value that is given as text: as it is for a variable whose
// type is plain, else an expression.
func (e *evaluator) commandLine(d *declaration, text string) *syntax.Node {
	at := syntax.At(d.at)
	kind := ""
	x, typed := d.body.argument("type")
	if typed {
		if x.json != nil {
			x = e.typeText(x.json)
		}
		if x.hcl != nil {
			kind = hcl.ExprAsKeyword(x.hcl)
		}
	}
	if !typed || kind == "string" || kind == "number" || kind == "bool" {
		return stringOf(text, at)
	}
	if guarded([]byte(text), false) != nil {
		return stringOf(text, at)
	}
	parsed, diagnostics := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return stringOf(text, at)
	}
	return e.replaced(e.eval(parsed, stringText(stringOf(text, at), text), &scope{}), at)
}
