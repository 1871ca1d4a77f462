package lint

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
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

// An engine is the compiled rules. It is safe for concurrent use.
type engine struct {
	compiler *ast.Compiler
	query    ast.Body
	store    storage.Store
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

// modules parses every rule of a tree of rule folders, by file name.
func modules(tree fs.FS, capabilities *ast.Capabilities) (map[string]*ast.Module, error) {
	names, err := fs.Glob(tree, "*/*.rego")
	if err != nil {
		return nil, err
	}
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
	capabilities := Capabilities()
	parsed, err := modules(tree, capabilities)
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
	return &engine{compiler: compiler, query: body, store: inmem.New()}, nil
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
	ctx, done := context.WithTimeout(ctx, evaluationTime)
	defer done()
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	err = storage.Txn(ctx, e.store, storage.TransactionParams{}, func(txn storage.Transaction) error {
		query := topdown.NewQuery(e.query).
			WithCompiler(e.compiler).
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
	if err != nil {
		return nil, fmt.Errorf("rules on %q: %w", f.Name, err)
	}
	return reports, nil
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
