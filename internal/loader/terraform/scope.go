package terraform

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// A scope is what names mean where an expression stands.
type scope struct {
	in    *instance // nil in a template, which sees its own names alone
	outer *scope
	names map[string]*syntax.Node
	item  *hclsyntax.AnonSymbolExpr // of a splat
}

func (s *scope) with(names map[string]*syntax.Node) *scope {
	return &scope{in: s.in, outer: s, names: names}
}

// name returns the value of a name of the scope itself: each, count, those of
// loops.
func (s *scope) name(name string) *syntax.Node {
	for ; s != nil; s = s.outer {
		if n, ok := s.names[name]; ok {
			return n
		}
	}
	return nil
}

func (s *scope) splatted(x *hclsyntax.AnonSymbolExpr) *syntax.Node {
	for ; s != nil; s = s.outer {
		if s.item == x {
			return s.names[""]
		}
	}
	return nil
}

// An instance is a module as it is called.
type instance struct {
	module *module
	parent *instance // nil for the root
	call   *declaration
	scope  *scope // of the call
	key    instanceKey
	// address is that of the call; empty for the root.
	address string
	memos   map[string]*memo
	calls   map[string]*calls
	opened  map[string]bool // variables whose default does not count
	// model says that the module was written here, for one that is recognised by
	// its source.
	model *model
	depth int
}

func (i *instance) root() *instance {
	for i.parent != nil {
		i = i.parent
	}
	return i
}

// named is an address or a name inside the module, from the root.
func (i *instance) named(name string) string {
	if i == nil || i.address == "" {
		return name
	}
	return i.address + "." + name
}

// A memo is a value that was worked out. One that something undecided was asked
// for counts on its course alone.
type memo struct {
	value      *syntax.Node
	free       bool
	generation int
	epoch      int
	busy       bool
}

// once works out a value of an instance, and again only when it may have changed.
func (e *evaluator) once(i *instance, name string, at syntax.Place, f func() *syntax.Node) *syntax.Node {
	m := i.memos[name]
	if m == nil {
		m = &memo{epoch: -1}
		i.memos[name] = m
	}
	if m.busy {
		return failed(i.named(name)+", which hangs on itself", at)
	}
	if m.epoch == e.epoch && (m.free || m.generation == e.generation) {
		if !m.free {
			e.course.used++
		}
		return m.value
	}
	m.busy = true
	used := e.course.used
	m.value = f()
	m.busy = false
	m.free, m.generation, m.epoch = e.course.used == used, e.generation, e.epoch
	return m.value
}

// An evaluator works out values of one configuration.
type evaluator struct {
	options    Options
	files      map[string]*source.File
	modules    map[string]*module
	templates  map[templateKey]expression
	result     *Result
	course     *course
	opened     map[string]bool
	epoch      int
	epochs     map[string]int
	generation int
	steps      int
	depth      int
	quotes     bool // the template that is worked out stands in quotes
	instances  int
	resources  map[string]*site     // by address
	children   map[string]*instance // the modules that are called, by address
	given      map[string]*syntax.Node
	rootDir    string
	installed  map[string]string // the directories of installed modules, by key
	model      *model
}

// maxSteps bounds the values that are visited for a configuration, maxNested how
// deep they hang on one another.
const (
	maxSteps  = 1_000_000
	maxNested = 3_000
)

// step counts a value that is visited. It reports false when there were too many.
func (e *evaluator) step(at syntax.Place) bool {
	if e.steps++; e.steps > maxSteps {
		if e.result.full == nil {
			e.result.full = at
		}
		return false
	}
	return true
}

func (e *evaluator) problem(message string, at source.Span) {
	p := Problem{Message: message, Span: at}
	if !slices.Contains(e.result.Problems, p) {
		e.result.Problems = append(e.result.Problems, p)
	}
}

// file returns a file by its path, as it is shown.
func (e *evaluator) file(name string) (*source.File, error) {
	if f, ok := e.files[name]; ok {
		if f == nil {
			return nil, fmt.Errorf("%s cannot be read", name)
		}
		return f, nil
	}
	if e.options.Read == nil {
		return nil, fmt.Errorf("%s is not read: no file beside the input is", name)
	}
	f, err := e.options.Read(name)
	if err != nil {
		f = nil
	}
	e.files[name] = f
	return f, err
}

// directory returns the module of a directory; nil when there is none.
func (e *evaluator) directory(dir string) *module {
	if m, ok := e.modules[dir]; ok {
		return m
	}
	var files []*source.File
	for _, name := range e.list(dir) {
		if !IsConfiguration(name) {
			continue
		}
		p := path.Join(dir, name)
		f, err := e.file(p)
		if err != nil {
			e.problem(err.Error(), source.Span{File: source.NewFile(p, nil)})
			continue
		}
		files = append(files, f)
	}
	var m *module
	if len(files) > 0 {
		m = e.parsed(dir, files)
	}
	e.modules[dir] = m
	return m
}

// list returns the names of the files of a directory, sorted.
func (e *evaluator) list(dir string) []string {
	if e.options.List == nil {
		return nil
	}
	names, err := e.options.List(dir)
	if err != nil {
		return nil
	}
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// relative is the way from one directory to another, both as they are shown.
func relative(from, to string) string {
	if from == "." || from == "" {
		return to
	}
	if to == from {
		return "."
	}
	a, b := strings.Split(from, "/"), strings.Split(to, "/")
	if to == "." {
		b = nil
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if slices.Contains(a[n:], "..") {
		return to
	}
	return path.Join(append(slices.Repeat([]string{".."}, len(a)-n), b[n:]...)...)
}
