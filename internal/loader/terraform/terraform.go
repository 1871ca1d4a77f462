// Package terraform works out the configuration of Terraform and OpenTofu as far
// as the endpoints in it need: their policies with the place of each value, and
// holes for what only a plan or an apply tells. It runs nothing, fetches nothing
// and knows no provider but AWS's. What a policy is it leaves to the loader.
package terraform

import (
	"path"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

const (
	endpointType = "aws_vpc_endpoint"
	policyType   = "aws_vpc_endpoint_policy"
)

// Options are what the evaluation is told.
type Options struct {
	// Variables are values of variables of the root module by name, as a command
	// line gives them.
	Variables map[string]string
	// VariableFiles are more of them, a later one before an earlier one.
	VariableFiles []*source.File
	// Planned are the variables of the root module with the values that a plan
	// has. They count where the configuration would give others.
	Planned []syntax.Field
	// Read returns a file by its path, and List the names of what is in a folder,
	// both as they are shown. They refuse what may not be read. Nil ones read
	// nothing.
	Read func(path string) (*source.File, error)
	List func(folder string) ([]string, error)
	// Scan knows which folders can hold an endpoint; nil when nothing does.
	Scan *Scan
}

// A Result is what a directory holds.
type Result struct {
	Endpoints []Endpoint
	Problems  []Problem
	// Called are the directories of the modules that are called.
	Called []string
	// Unread are the addresses of modules that by their names hold endpoints, and
	// whose configuration is not there.
	Unread []string
	// Declared are the Variables of the Options that the root module has.
	Declared []string

	full syntax.Place // where the limit of steps was reached
}

// A Problem is what keeps a part of the files from being read.
type Problem struct {
	Message string
	Span    source.Span
}

// An Endpoint is a VPC endpoint on every course of what is undecided, or a policy
// that is attached to an endpoint which nothing tells.
type Endpoint struct {
	Address string
	// Loose says that it is a policy without an endpoint.
	Loose  bool
	Span   source.Span
	Calls  []Call
	Leaves []Leaf
}

// A Call is a call of a module that an endpoint stands in, the outermost first.
type Call struct {
	Address string
	Span    source.Span
}

// A Leaf is an endpoint on one course.
type Leaf struct {
	Choices []Choice
	// Absent says that there is no endpoint on this course.
	Absent bool
	// The values are nil where the configuration gives none. None of them has a
	// place outside of the files that were read.
	Service, Type, Vpc, Region *syntax.Node
	// Policy is the policy that is attached; nil for none.
	Policy *syntax.Node
	// Why says what keeps the policy from being known; empty when nothing does.
	Why string
	// Settings are the resources that set the policy where several do: the endpoint
	// itself first, when it is one of them.
	Settings []Setting
}

// A Setting is a resource that sets the policy of an endpoint.
type Setting struct {
	Address string
	Span    source.Span
}

// Evaluate works out the endpoints of a directory's module, of which some files
// are given. It never fails: what it cannot read is a problem of the Result.
func Evaluate(files []*source.File, dir string, o Options) Result {
	var result Result
	e := newEvaluator(dir, o, &result)
	given := map[string]bool{}
	for _, f := range files {
		e.files[f.Path] = f
		given[f.Path] = true
	}
	all := files
	for _, name := range e.list(dir) {
		p := path.Join(dir, name)
		if !IsConfiguration(name) || given[p] {
			continue
		}
		f, err := e.file(p)
		if err != nil {
			continue
		}
		all = append(all[:len(all):len(all)], f)
	}
	root := &instance{module: e.parsed(dir, all), memos: map[string]*memo{}, calls: map[string]*calls{}}
	e.modules[dir] = root.module
	e.inputs(root)
	e.endpoints(root)
	if result.full != nil {
		e.problem("the configuration is too large to work out", result.full.Span())
	}
	return result
}

func newEvaluator(dir string, o Options, result *Result) *evaluator {
	return &evaluator{
		options:   o,
		files:     map[string]*source.File{},
		modules:   map[string]*module{},
		templates: map[templateKey]expression{},
		result:    result,
		course:    &course{facts: map[string]Known{}},
		resources: map[string]*site{},
		children:  map[string]*instance{},
		epochs:    map[string]int{"": 0},
		given:     map[string]*syntax.Node{},
		rootDir:   dir,
	}
}
