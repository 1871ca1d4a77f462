package loader

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

const (
	stackResource       = "AWS::CloudFormation::Stack"
	stackSetResource    = "AWS::CloudFormation::StackSet"
	applicationResource = "AWS::Serverless::Application"
)

// nested reads the templates of this repository that a template makes stacks of
// (CloudFormation Template Reference, "AWS::CloudFormation::Stack"; AWS SAM
// Developer Guide, "AWS::Serverless::Application"), each with the parameters that
// it is given. What is not a local file is left to others.
func (l *load) nested(t *template, resources []entry) {
	for _, e := range resources {
		property := map[string]string{stackResource: "TemplateURL", applicationResource: "Location"}[t.resources[e.name]]
		if property == "" || l.options.Beside.Read == nil {
			continue
		}
		t.within(e.loops, func() *syntax.Node {
			// What only defaults leave out is read as other values make it.
			if name, conditional := t.looped(e.value.Get("Condition")).Literal(); conditional {
				if d := t.condition(name); d.truth == no && len(d.origins) == 0 {
					return nil
				}
			}
			properties := e.value.Get("Properties")
			location, ok := t.resolvedLiteral(properties.Get(property))
			if ok && !strings.Contains(location, "://") && !path.IsAbs(location) {
				l.stack(t, e, path.Join(path.Dir(l.file.Path), location), properties.Get("Parameters"))
			}
			return nil
		})
	}
}

func (t *template) resolvedLiteral(n *syntax.Node) (string, bool) {
	if n == nil {
		return "", false
	}
	return t.resolve(n).Literal()
}

// stack reads the template of a stack that another template makes.
func (l *load) stack(t *template, e entry, file string, parameters *syntax.Node) {
	if l.made++; l.made == maxMade {
		l.unreadable(fmt.Sprintf("more than %d stacks are made: not all of their templates are read", maxMade-1), e.key.Span())
	}
	if l.made >= maxMade || l.ended() {
		return
	}
	if l.stacks = append(l.stacks, l.file.Path); len(l.stacks) > maxStacks || slices.Contains(l.stacks, file) {
		l.stacks = l.stacks[:len(l.stacks)-1]
		return
	}
	defer func() { l.stacks = l.stacks[:len(l.stacks)-1] }()
	child, values := l.beside(file)
	if child == nil {
		return
	}
	given, open := map[string]*syntax.Node{}, false
	if parameters != nil {
		if _, _, call := function(parameters); call || parameters.Kind != syntax.Object {
			parameters = t.resolve(parameters)
		}
		open = parameters != nil && parameters.Kind != syntax.Object
	}
	if parameters != nil && !open {
		list, _ := t.entries(parameters)
		for _, p := range list {
			if value := t.within(p.loops, func() *syntax.Node { return t.resolve(p.value) }); value != nil {
				given[p.name] = value
			}
		}
	}
	outer, before, beforeOpen, found := l.file, l.given, l.unsaid, len(l.unit.Endpoints)
	l.file, l.given, l.unsaid = child, given, open
	l.calls = append(l.calls, policy.Call{Name: "the stack " + e.name, Span: e.key.Span()})
	for _, v := range values {
		l.templates(v, map[*syntax.Node]bool{})
	}
	for i := found; i < len(l.unit.Endpoints); i++ {
		if one := &l.unit.Endpoints[i]; len(one.Calls) == 0 {
			one.Calls = slices.Clone(l.calls)
		}
	}
	l.calls = l.calls[:len(l.calls)-1]
	l.file, l.given, l.unsaid = outer, before, beforeOpen
}

// beside reads another file of the repository that this one takes in, which then
// is nothing on its own. It is nil where there is none, which is counted: it may
// be made before it is deployed. One that cannot be parsed is reported.
func (l *load) beside(name string) (*source.File, []*syntax.Node) {
	if l.parts == nil {
		l.parts = map[string]part{}
	}
	known, ok := l.parts[name]
	if !ok {
		file, err := l.options.Beside.Read(name)
		if err != nil {
			l.unit.Unread++
		} else if values, problem := syntax.ParseTemplate(file, matters); problem == nil {
			known = part{file, values}
		} else {
			l.unreadable(problem.Message, source.Span{File: file, Start: problem.Start, End: problem.End})
			known.file = file
		}
		l.parts[name] = known
	}
	if known.file != nil && !slices.Contains(l.unit.Called, name) {
		l.unit.Called = append(l.unit.Called, name)
	}
	return known.file, known.values
}

// A part is another file that the one that is read takes in.
type part struct {
	file   *source.File
	values []*syntax.Node
}
