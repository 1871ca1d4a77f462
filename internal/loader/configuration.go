package loader

import (
	"path"
	"slices"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/loader/terraform"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// configuration reads the Terraform configuration of one folder, of which some
// files are given.
func (l *load) configuration(files []*source.File) {
	dir := path.Dir(files[0].Path)
	result := terraform.Evaluate(files, dir, terraform.Options{
		Variables:     l.options.Variables,
		VariableFiles: l.options.VariableFiles,
		Read:          l.options.Beside.Read,
		List:          l.options.Beside.List,
		Scan:          l.options.Folders.scanned(),
	})
	l.unit.Module, l.unit.Unread = dir, len(result.Unread)
	l.evaluated(result)
}

// evaluated takes in what a configuration is worked out to.
func (l *load) evaluated(result terraform.Result) {
	l.unit.Called = result.Called
	l.unit.Declared = append(l.unit.Declared, result.Declared...)
	for _, p := range result.Problems {
		l.unreadable(p.Message, p.Span)
	}
	for _, e := range result.Endpoints {
		l.file = e.Span.File
		for _, one := range merged(l.leaves(e)) {
			one.Policy = l.bounded(one.Policy)
			l.endpoint(one)
		}
	}
}

// leaves are the courses of an endpoint of a configuration.
func (l *load) leaves(e terraform.Endpoint) []leaf {
	var list []leaf
	for _, one := range e.Leaves {
		out := leaf{choices: choices(one.Choices)}
		if !one.Absent {
			out.endpoint = l.configured(e, one)
		}
		list = append(list, out)
	}
	return list
}

func choices(list []terraform.Choice) []choice {
	var out []choice
	for _, c := range list {
		q := question{variable: variable{name: c.Name, label: c.Label, truth: c.Truth}}
		for _, o := range c.Options {
			q.options = append(q.options, knowledge{not: o.Not, values: o.Values})
		}
		out = append(out, choice{q, c.Taken})
	}
	return out
}

// configured is an endpoint of a configuration on one course.
func (l *load) configured(e terraform.Endpoint, one terraform.Leaf) *policy.Endpoint {
	out := &policy.Endpoint{
		Name:    e.Address,
		Service: one.Service.Text(),
		Type:    one.Type.Text(),
		Vpc:     one.Vpc.Text(),
		Span:    e.Span,
	}
	for _, c := range e.Calls {
		out.Calls = append(out.Calls, policy.Call{Name: c.Address, Span: c.Span})
	}
	if !e.Loose {
		if out.Type.Absent() {
			out.Type = policy.Text{Parts: []policy.Part{{Literal: "Gateway"}}}
		}
		out.Service.Parts = inRegion(out.Service.Parts, one.Region)
	}
	at := e.Span
	if one.Policy != nil {
		at = one.Policy.Span()
	}
	for i, s := range one.Settings {
		if i > 0 {
			out.Faults = append(out.Faults, setTwice(s.Address, s.Span, one.Settings[0].Span))
		}
	}
	if one.Why != "" {
		out.Policy = policy.Attached{State: policy.Undetermined, Why: one.Why, Reported: len(out.Faults) > 0, Span: at}
		return out
	}
	out.Policy = l.read(one.Policy)
	return out
}

// inRegion puts the region of an endpoint, where its configuration says it, into
// the name of its service.
func inRegion(parts []policy.Part, region *syntax.Node) []policy.Part {
	name, ok := region.Literal()
	if !ok || name == "" {
		return parts
	}
	out := slices.Clone(parts)
	for i := range out {
		if out[i].Hole.Kind == policy.Region {
			out[i] = policy.Part{Literal: name}
		}
	}
	return out
}
