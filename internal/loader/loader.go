// Package loader turns files into endpoints: it knows the formats in which
// endpoint policies are written, and keeps the place of each value. What a
// policy lets through it does not judge.
package loader

import (
	"path"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/loader/plan"
	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/loader/terraform"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A Unit is what a group of files holds.
type Unit struct {
	Endpoints []policy.Endpoint
	// Findings are the faults that kept a file, or a policy in it, from being
	// read: all of the rule unreadable-file.
	Findings []finding.Finding
	// Files are those that were given.
	Files []*source.File
	// Uses are the resources of the same files that need what AWS services own.
	Uses []policy.Use
	// Changes are what the plans among the files do to endpoints and policies.
	Changes []policy.Change
	// UnknownUse counts policy documents of which nothing says that they are
	// endpoint policies.
	UnknownUse int
	// Declared are the parameters and variables of Options that a template or a
	// configuration has.
	Declared []string
	// Module is what other files may take in: the folder of a Terraform
	// configuration, or the path of any other file. Called are the modules that
	// these files take in.
	Module string
	Called []string
	// Unread counts the files that these take in and that are not there: modules
	// that by their names hold endpoints, templates of stacks.
	Unread int
	// Unrecognised are the paths of files that hold the words but none of the
	// formats.
	Unrecognised []string
}

// A Use says whether a bare policy document is an endpoint's, and whose.
type Use struct {
	Endpoint bool
	// Service is a catalogue id or a full name; empty when not said.
	Service string
	// Type is Gateway, Interface, …; empty when not said.
	Type string
}

// Options are what the loader must be told.
type Options struct {
	// Use decides on bare policy documents by the path of their file. A nil
	// Use takes none of them for an endpoint's.
	Use func(path string) Use
	// Parameters are values of the parameters of CloudFormation templates, by
	// name. They go before defaults.
	Parameters map[string]string
	// Kept are the parameters that keep the value that the stack has, so that
	// their defaults do not count.
	Kept map[string]bool
	// Variables are values of the variables of Terraform configurations, by name.
	// They go before those of VariableFiles, of which a later one goes before an
	// earlier one.
	Variables     map[string]string
	VariableFiles []*source.File
	// Done, once it is closed, ends the reading: nobody waits for it. Nil never does.
	Done <-chan struct{}
	// Beside reads the files that these refer to.
	Beside source.Beside
	// Folders knows which folders of Terraform configuration matter; nil when
	// nothing does.
	Folders *Folders
}

// Group returns the files that must be loaded together, in the order of their
// first: the Terraform files of one folder are one module, every other file is on
// its own.
func Group(paths []string) [][]string {
	var groups [][]string
	modules := map[string]int{}
	for _, p := range paths {
		if !terraform.IsConfiguration(p) {
			groups = append(groups, []string{p})
			continue
		}
		dir := path.Dir(p)
		if i, ok := modules[dir]; ok {
			groups[i] = append(groups[i], p)
			continue
		}
		modules[dir] = len(groups)
		groups = append(groups, []string{p})
	}
	return groups
}

// Load reads a group of files. It never fails: what it cannot read is a
// finding of the Unit.
func Load(files []*source.File, o Options) Unit {
	l := &load{options: o, unit: Unit{Files: files}, given: map[string]*syntax.Node{}}
	for name, value := range o.Parameters {
		l.given[name] = &syntax.Node{Kind: syntax.String, Value: value, Parts: []syntax.Part{{Text: value}}, Place: syntax.At{}}
	}
	if len(files) > 0 && terraform.IsConfiguration(files[0].Path) {
		l.configuration(files)
		return l.unit
	}
	for _, f := range files {
		l.file = f
		l.unit.Module = f.Path
		endpoints := len(l.unit.Endpoints)
		l.steps, l.statements, l.variants, l.recognised = 0, 0, 0, false
		if why := plan.Refused(f.Text); why != "" {
			l.unreadable(why, source.Span{File: f})
			continue
		}
		values, problem := syntax.ParseTemplate(f, matters)
		if problem != nil {
			l.unreadable(problem.Message, source.Span{File: f, Start: problem.Start, End: problem.End})
			continue
		}
		for _, v := range values {
			l.value(v)
		}
		for i := endpoints; i < len(l.unit.Endpoints); i++ {
			l.unit.Endpoints[i].Uses = l.unit.Uses
		}
		// A template without endpoints may still make stacks of templates with some.
		if !l.recognised || len(l.unit.Endpoints) == endpoints && !holdsEndpoint(f.Path, f.Text) {
			l.unit.Unrecognised = append(l.unit.Unrecognised, f.Path)
		}
	}
	return l.unit
}

// A load is the state of one Load.
type load struct {
	options    Options
	unit       Unit
	file       *source.File
	steps      int // values visited while the file's functions are resolved
	statements int // statements of the file's policies
	variants   int // of the file's endpoints
	recognised bool

	given  map[string]*syntax.Node // parameters of the template that is read
	unsaid bool                    // nothing is known of what they are given
	stacks []string                // the files of the templates around it
	made   int                     // templates of stacks that were read
	calls  []policy.Call           // the stacks around it
	parts  map[string]part         // other files, by path
}

// ended reports whether nobody waits any more.
func (l *load) ended() bool {
	select {
	case <-l.options.Done:
		return true
	default:
		return false
	}
}

func (l *load) endpoint(e policy.Endpoint) {
	l.unit.Endpoints = append(l.unit.Endpoints, e)
}

func (l *load) unreadable(message string, span source.Span) {
	// Two endpoints may share a policy, and then what is wrong with it.
	for _, f := range l.unit.Findings {
		if f.Span == span && f.Message == message {
			return
		}
	}
	l.unit.Findings = append(l.unit.Findings, finding.Finding{
		Rule: "unreadable-file", Severity: finding.Error, Message: message, Span: span,
	})
}

// attached reads a policy and reports text that is not JSON.
func (l *load) attached(n *syntax.Node) policy.Attached { return l.bounded(l.read(n)) }

func (l *load) read(n *syntax.Node) policy.Attached {
	a, problem := attached(n)
	if problem != nil {
		l.unreadable(problem.Message, problem.Span)
	}
	return a
}

// bounded counts the statements of a policy, and gives up on it when the file's
// are too many.
func (l *load) bounded(a policy.Attached) policy.Attached {
	for _, v := range a.Variants {
		l.statements += len(v.Doc.Statements)
	}
	if l.statements > fileStatements+len(l.file.Text)/50 {
		return policy.Attached{State: policy.Undetermined, Why: "the policies of the file have too many statements", Span: a.Span}
	}
	return a
}

// value reads one value of a file that is not Terraform configuration.
func (l *load) value(n *syntax.Node) {
	switch {
	case plan.IsPlan(n):
		l.recognised = true
		l.terraform(plan.Read(n))
	case plan.IsState(n):
		l.recognised = true
		l.terraform(plan.ReadState(n))
	case plan.IsStateFile(n):
		l.recognised = true
		l.terraform(plan.ReadStateFile(n))
	case isLandingZone(n):
		l.recognised = true
		l.landingZone(n)
	case isPolicy(n):
		l.recognised = true
		l.barePolicy(n)
	default:
		l.templates(n, map[*syntax.Node]bool{})
	}
}

// isPolicy reports whether a value is a policy document: it has statements, and
// is no template.
func isPolicy(n *syntax.Node) bool {
	statements := n.Get("Statement")
	return statements != nil && (statements.Kind == syntax.Array || statements.Kind == syntax.Object) && n.Get("Resources") == nil
}

func (l *load) barePolicy(n *syntax.Node) {
	var use Use
	if l.options.Use != nil {
		use = l.options.Use(l.file.Path)
	}
	if !use.Endpoint {
		l.unit.UnknownUse++
		return
	}
	e := policy.Endpoint{Name: path.Base(l.file.Path), Policy: l.attached(n), Span: n.Span()}
	if use.Service != "" {
		e.Service = policy.Text{Parts: []policy.Part{{Literal: use.Service}}}
	}
	if use.Type != "" {
		e.Type = policy.Text{Parts: []policy.Part{{Literal: use.Type}}}
	}
	l.endpoint(e)
}
