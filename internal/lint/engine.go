package lint

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/eplint/eplint/internal/facts"
)

// evaluationTime bounds the rules on one endpoint. They take well under a
// millisecond; a rule that takes this long does not end.
const evaluationTime = 5 * time.Second

// An engine is the rules, in groups that are compiled when the first facts need
// them. It is safe for concurrent use.
type engine struct {
	groups []group
	store  storage.Store
}

// A group is the rules that report nothing unless the facts have a list. Has tells
// whether they do; it is nil for the rules of every endpoint.
type group struct {
	has     func(*facts.Facts) bool
	compile func() (*compiled, error)
}

// runs reports whether the rules may have something to report.
func (g group) runs(f *facts.Facts) bool {
	if g.has == nil {
		return f.File == nil
	}
	return g.has(f)
}

// compiled rules are ready to run.
type compiled struct {
	compiler *ast.Compiler
	query    ast.Body
}

// lists are the facts that are mostly not there, with what tells whether they are. A
// rule that goes over one of them has nothing to report without it.
func lists() map[string]func(*facts.Facts) bool {
	return map[string]func(*facts.Facts) bool{
		"faults":   func(f *facts.Facts) bool { return len(f.Faults) > 0 },
		"misfits":  func(f *facts.Facts) bool { return len(f.Misfits) > 0 },
		"blocked":  func(f *facts.Facts) bool { return len(f.Blocked) > 0 },
		"siblings": func(f *facts.Facts) bool { return len(f.Siblings) > 0 },
		"file":     func(f *facts.Facts) bool { return f.File != nil },
	}
}

// A report is what a rule says about one fault.
type report struct {
	Rule     string
	At       string    `json:"at"`
	Message  string    `json:"message"`
	Severity string    `json:"severity"`
	Question string    `json:"question"`
	Related  []related `json:"related"`
}

type related struct {
	At      string `json:"at"`
	Message string `json:"message"`
}

// Capabilities are what rules may call: everything of OPA that has the same
// result at every run and reaches nothing outside the rules. Leaving the rest
// out here makes using it a compile error, which unlike a list of unsafe
// built-ins also holds for replacing them (CVE-2022-36085).
func Capabilities() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(slices.Clone(c.Builtins), func(b *ast.Builtin) bool {
		return b.Nondeterministic || strings.HasPrefix(b.Name, "net.") || strings.HasPrefix(b.Name, "time.") || b.Name == "print" || b.Name == "trace"
	})
	c.AllowNet = []string{}
	return c
}

// modules parses rules of a tree of rule folders, by file name.
func modules(tree fs.FS, names []string, capabilities *ast.Capabilities) (map[string]*ast.Module, error) {
	parsed := make(map[string]*ast.Module, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		module, err := ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{
			RegoVersion:  ast.RegoV1,
			Capabilities: capabilities,
		})
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", path.Dir(name), err)
		}
		parsed[name] = module
	}
	return parsed, nil
}

func newEngine(tree fs.FS) (*engine, error) {
	names, err := fs.Glob(tree, "*/*.rego")
	if err != nil {
		return nil, err
	}
	known, members := lists(), map[string][]string{}
	for _, name := range names {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		list := listOf(string(text), known)
		members[list] = append(members[list], name)
	}
	e := &engine{store: inmem.New()}
	for _, list := range slices.Sorted(maps.Keys(members)) {
		e.groups = append(e.groups, group{known[list], sync.OnceValues(func() (*compiled, error) { return compile(tree, members[list]) })})
	}
	return e, nil
}

// listOf is the list that a rule goes over, by its text: its report is made for each
// item. Empty when it is none of the known ones.
func listOf(text string, known map[string]func(*facts.Facts) bool) string {
	for list := range known {
		if strings.Contains(text, " in input."+list+"\n") || list == "file" && strings.Contains(text, " in input.file.") {
			return list
		}
	}
	return ""
}

func compile(tree fs.FS, names []string) (*compiled, error) {
	capabilities := Capabilities()
	parsed, err := modules(tree, names, capabilities)
	if err != nil {
		return nil, err
	}
	compiler := ast.NewCompiler().WithCapabilities(capabilities)
	if compiler.Compile(parsed); compiler.Failed() {
		return nil, fmt.Errorf("rules do not compile: %w", compiler.Errors)
	}
	body, err := compiler.QueryCompiler().Compile(ast.MustParseBody(`data.eplint.rules[rule].report[finding]`))
	if err != nil {
		return nil, fmt.Errorf("rules do not compile: %w", err)
	}
	return &compiled{compiler, body}, nil
}

// begin compiles the rules that every endpoint needs.
func (e *engine) begin() {
	for _, g := range e.groups {
		if g.has == nil {
			_, _ = g.compile() // whoever runs them gets the error again
		}
	}
}

// run evaluates every rule on the facts.
func (e *engine) run(ctx context.Context, f *facts.Facts) (reports []report, err error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	input, err := ast.ValueFromReader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	var called []*compiled
	for _, g := range e.groups {
		if !g.runs(f) {
			continue
		}
		rules, err := g.compile()
		if err != nil {
			return nil, err
		}
		called = append(called, rules)
	}
	ctx, done := context.WithTimeout(ctx, evaluationTime)
	defer done()
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	for _, rules := range called {
		more, err := e.evaluate(ctx, rules, input, cancel)
		if err != nil {
			return nil, fmt.Errorf("rules on %q: %w", f.Name, err)
		}
		reports = append(reports, more...)
	}
	return reports, nil
}

func (e *engine) evaluate(ctx context.Context, rules *compiled, input ast.Value, cancel topdown.Cancel) (reports []report, err error) {
	err = storage.Txn(ctx, e.store, storage.TransactionParams{}, func(txn storage.Transaction) error {
		query := topdown.NewQuery(rules.query).
			WithCompiler(rules.compiler).
			WithStore(e.store).
			WithTransaction(txn).
			WithCancel(cancel).
			WithStrictBuiltinErrors(true).
			WithInput(ast.NewTerm(input))
		return query.Iter(ctx, func(result topdown.QueryResult) error {
			r, err := decode(result)
			reports = append(reports, r)
			return err
		})
	})
	return reports, err
}

func decode(result topdown.QueryResult) (report, error) {
	var r report
	var name string
	if err := ast.As(result["rule"].Value, &name); err != nil {
		return r, err
	}
	if err := ast.As(result["finding"].Value, &r); err != nil {
		return r, fmt.Errorf("rule %s: its report has the wrong form: %w", name, err)
	}
	r.Rule = name
	if r.Message == "" {
		return r, fmt.Errorf("rule %s: its report has no message", name)
	}
	return r, nil
}
