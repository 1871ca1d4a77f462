// Package lint is the way from files to findings: it reads them, asks the
// facts, runs the rules and puts what they report at its place. It is the only
// user of OPA.
package lint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
	"github.com/eplint/eplint/rules"
)

// Options are what a run is told.
type Options struct {
	// Paths are the files to lint, as they are shown.
	Paths []string
	// Read reads one of them.
	Read source.Reader
	// Config is the configuration of all files, unless ConfigOf is there: then
	// that returns the one of a file by its path, always the same pointer for
	// the same configuration. The first file of a group decides for all of it.
	Config   config.Config
	ConfigOf func(path string) *config.Config
	// Listing returns what stands above the catalogue's table of services under a
	// configuration; nil for nothing. A nil Listing is nothing under any.
	Listing func(*config.Config) *catalogue.Listing
	// Dir is the absolute folder that relative paths start from.
	Dir string
	// Root is the absolute folder from which on the names of folders may say
	// that a policy is an endpoint's; Dir when empty.
	Root     string
	Defaults Defaults
	// Parameters are values of the parameters of CloudFormation templates, by
	// name.
	Parameters map[string]string
	// Kept are the parameters whose value only the stack knows.
	Kept map[string]bool
	// Variables are values of variables of Terraform configurations, by name, and
	// VariableFiles are files of them.
	Variables     map[string]string
	VariableFiles []*source.File
	// Beside returns what may be read around one of the Paths. A nil Beside lets
	// nothing be read.
	Beside func(path string) source.Beside
	// EveryPolicy takes every policy document for an endpoint's, also where
	// nothing says so.
	EveryPolicy bool
	// Taken are paths of files whose policy documents are taken for an
	// endpoint's, also where nothing says so.
	Taken map[string]bool
	// Today is the day on which ignores may end, YYYY-MM-DD; where it is empty none
	// has ended.
	Today string
	// ShowIgnored keeps findings that are ignored, each with its reason.
	// NoInlineIgnores takes no ignore from the files that are linted.
	ShowIgnored, NoInlineIgnores bool
	// Only are the names of the rules to report; all when empty. Skip are
	// names to leave out.
	Only, Skip []string
	// Jobs is how many groups of files are worked on at a time; the number of
	// CPUs when zero.
	Jobs int
}

// A Result is what a run found.
type Result struct {
	Findings      []finding.Finding // sorted
	Files         int               // with an endpoint or a policy in them
	Endpoints     int
	WithoutPolicy int
	Unreadable    int // files with a finding of the rule unreadable-file
	NotRead       int // modules and templates that others take in, and that are not there
	UnknownUse    int // policy documents that nothing says to be an endpoint's
	Skipped       []string
	Declared      []string // the Parameters and Variables that some file has
	// Unfinished are the files that were not linted to their end when the context
	// was done.
	Unfinished int
	Ignored    int // findings that the user ignores

	module module
}

// Rules returns what is said about every rule, sorted by name.
func Rules() ([]finding.Rule, error) {
	var list index
	if err := json.Unmarshal(rules.Index, &list); err != nil {
		return nil, fmt.Errorf("the embedded index of rules: %w", err)
	}
	return list.Rules, nil
}

// severities are those of all rules, by name. The index says the same, and takes
// long to read: it has every rule's page.
func severities() (map[string]finding.Severity, error) {
	names, err := fs.Glob(rules.Files, "*/rule.rego")
	if err != nil {
		return nil, err
	}
	list := make(map[string]finding.Severity, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(rules.Files, name)
		if err != nil {
			return nil, err
		}
		_, rest, _ := strings.Cut(string(text), "\n#   severity: ")
		word, _, _ := strings.Cut(rest, "\n")
		severity, ok := finding.ParseSeverity(word)
		if !ok {
			return nil, fmt.Errorf("%s has no severity", name)
		}
		list[path.Dir(name)] = severity
	}
	return list, nil
}

// Run lints files. An error means that eplint failed, not that a file is wrong;
// the result then lacks what it failed on, and has the rest. When the context is
// done it returns what it has.
func Run(ctx context.Context, o Options) (Result, error) {
	r := newRun(ctx, o)
	groups := loader.Group(o.Paths)
	parts := make([]part, len(groups))
	err := r.each(ctx, groups, parts)
	var result Result
	for _, p := range uncalled(parts) {
		p.Findings = grouped(p.Findings)
		result.add(p)
	}
	finding.Sort(result.Findings)
	result.Findings = once(result.Findings)
	return result, err
}

func newRun(ctx context.Context, o Options) *run {
	return &run{
		Options:    o,
		severities: sync.OnceValues(severities),
		engine:     sync.OnceValues(func() (*engine, error) { return newEngine(rules.Files) }),
		done:       ctx.Done(),
		folders:    loader.NewFolders(o.Paths),
	}
}

// add adds what another part of a run found.
func (r *Result) add(p part) {
	r.Findings = append(r.Findings, p.Findings...)
	r.Files += p.Files
	r.Endpoints += p.Endpoints
	r.WithoutPolicy += p.WithoutPolicy
	r.Unreadable += p.Unreadable
	r.NotRead += p.NotRead
	r.UnknownUse += p.UnknownUse
	r.Skipped = append(r.Skipped, p.Skipped...)
	r.Declared = append(r.Declared, p.Declared...)
	r.Unfinished += p.Unfinished
	r.Ignored += p.Ignored
}

// Load reads the files of a run and returns their endpoints and what could not
// be read, without judging them. It returns the context's error when that was
// done before all was read.
func Load(ctx context.Context, o Options) (loader.Unit, error) {
	groups := loader.Group(o.Paths)
	known := loader.NewFolders(o.Paths)
	var units []loader.Unit
	var modules []module
	for _, group := range groups {
		if err := ctx.Err(); err != nil {
			return loader.Unit{}, err
		}
		r := &run{Options: o, folders: known, done: ctx.Done()}
		var p part
		one := r.read(group, o.Read, r.config(group), &p)
		units, modules = append(units, one), append(modules, moduleOf(one))
	}
	var unit loader.Unit
	left := calledByOthers(modules)
	for i, one := range units {
		if left[i] {
			rest := unmade(modules, left, i)
			unit.Endpoints = append(unit.Endpoints, slices.DeleteFunc(one.Endpoints, func(e policy.Endpoint) bool { return !rest[placeOf(e.Span)] })...)
			continue
		}
		unit.Endpoints = append(unit.Endpoints, one.Endpoints...)
		unit.Findings = append(unit.Findings, one.Findings...)
		unit.Changes = append(unit.Changes, one.Changes...)
		unit.UnknownUse += one.UnknownUse
		unit.Declared = append(unit.Declared, one.Declared...)
	}
	return unit, nil
}

// A part is the result of one group of files.
type part = Result

type run struct {
	Options
	severities func() (map[string]finding.Severity, error)
	askers     sync.Map // *config.Config → *query.Asker
	// engine compiles the rules when the first endpoint needs them.
	engine  func() (*engine, error)
	folders *loader.Folders
	warm    sync.Once
	done    <-chan struct{}
}

// each works on the groups with several goroutines. What a group gives is put
// where its index says, so that the order of the work does not show. A group
// that eplint fails on takes nothing from the others.
func (r *run) each(ctx context.Context, groups [][]string, parts []part) error {
	jobs := r.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	failed := make([]error, len(groups))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(jobs, len(groups)) {
		workers.Go(func() {
			for i := range next {
				err := r.guarded(ctx, groups[i], r.Read, &parts[i])
				if err != nil && ctx.Err() != nil {
					parts[i].Unfinished, err = len(groups[i]), nil
				}
				failed[i] = err
			}
		})
	}
	for i := range groups {
		next <- i
	}
	close(next)
	workers.Wait()
	return errors.Join(failed...)
}

// guarded turns a panic, which only a fault of eplint causes, into an error that
// names the files: a panic of a goroutine cannot be caught anywhere else.
func (r *run) guarded(ctx context.Context, paths []string, read source.Reader, p *part) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("internal error on %s: %v\n%s", strings.Join(paths, ", "), fault, debug.Stack())
		}
	}()
	return r.group(ctx, paths, read, p)
}

func (r *run) group(ctx context.Context, paths []string, read source.Reader, p *part) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := r.config(paths)
	unit := r.read(paths, read, c, p)
	p.UnknownUse = unit.UnknownUse
	p.module = moduleOf(unit)
	if err := r.unreadable(ctx, unit.Findings, p); err != nil {
		return err
	}
	if len(unit.Endpoints) > 0 {
		// The rules compile while the first facts are worked out.
		r.warm.Do(func() {
			go r.severities() //nolint:errcheck // whoever needs the result asks again
			go func() {
				if e, err := r.engine(); err == nil { // as above
					e.begin()
				}
			}()
		})
	}
	asker := r.asker(c)
	siblings(unit.Endpoints, asker)
	for _, variants := range policy.Variants(unit.Endpoints) {
		if !slices.ContainsFunc(variants, func(e policy.Endpoint) bool { return e.Policy.State != policy.Default }) {
			p.WithoutPolicy++
		}
		found := make([][]finding.Finding, len(variants))
		for i := range variants {
			var one part
			known := facts.Of(&variants[i], asker)
			// Facts that nobody waited for are no facts.
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := r.rules(ctx, known, variants[i].Place, &one); err != nil {
				return err
			}
			callers(one.Findings, variants[i].Calls)
			constructs(one.Findings, variants[i].Construct)
			for j := range one.Findings {
				one.Findings[j].Declared = variants[i].Span
			}
			found[i] = one.Findings
		}
		p.Endpoints++
		p.Findings = append(p.Findings, merged(variants, found)...)
	}
	p.Findings = r.said(paths, p.Findings)
	if err := r.ignores(ctx, unit.Files, unit.Endpoints, c, p); err != nil {
		return err
	}
	return nil
}

// merged are the findings of the variants of an endpoint, each once. One that
// not all of them have says when it holds.
func merged(variants []policy.Endpoint, found [][]finding.Finding) []finding.Finding {
	if len(variants) == 1 {
		return found[0]
	}
	type same struct {
		rule, message string
		severity      finding.Severity
		span          source.Span
	}
	var list []finding.Finding
	at := map[same]int{}
	whens := map[int][]string{}
	for i, findings := range found {
		for _, f := range findings {
			key := same{f.Rule, f.Message, f.Severity, f.Span}
			n, known := at[key]
			if !known {
				n = len(list)
				list, at[key] = append(list, f), n
			}
			if !slices.Contains(whens[n], variants[i].When) {
				whens[n] = append(whens[n], variants[i].When)
			}
		}
	}
	for i := range list {
		if len(whens[i]) < len(variants) {
			list[i].Message += " (when " + policy.AnyOf(whens[i]) + ")"
		}
	}
	return list
}

// config returns the configuration of a group of files.
func (r *run) config(paths []string) *config.Config {
	if r.ConfigOf == nil {
		return &r.Config
	}
	return r.ConfigOf(paths[0])
}

func (o *Options) listing(c *config.Config) *catalogue.Listing {
	if o.Listing == nil {
		return nil
	}
	return o.Listing(c)
}

func (r *run) asker(c *config.Config) *query.Asker {
	asker, ok := r.askers.Load(c)
	if !ok {
		made := query.NewAsker(c.Perimeter)
		made.Done, made.Listing = r.done, r.listing(c)
		asker, _ = r.askers.LoadOrStore(c, made)
	}
	return asker.(*query.Asker)
}

// read reads and loads a group of files.
func (r *run) read(paths []string, read source.Reader, c *config.Config, p *part) loader.Unit {
	var files []*source.File
	var broken []finding.Finding
	for _, path := range paths {
		file, err := read(path)
		if err != nil {
			broken = append(broken, finding.Finding{
				Message: err.Error(),
				Span:    source.Span{File: source.NewFile(path, nil)},
			})
			continue
		}
		relevance := loader.Scan(path, file.Text)
		switch {
		case relevance != loader.Irrelevant, file.Continues():
			files = append(files, file)
		default:
			p.Skipped = append(p.Skipped, path)
		}
	}
	files, beside := r.configuration(files, p)
	unit := loader.Load(files, loader.Options{
		Use:           func(path string) loader.Use { return use(r.Options, c, path) },
		Parameters:    r.Parameters,
		Kept:          r.Kept,
		Variables:     r.Variables,
		VariableFiles: r.VariableFiles,
		Beside:        beside,
		Done:          r.done,
		Folders:       r.folders,
	})
	p.NotRead = unit.Unread
	unit.Findings = append(broken, unit.Findings...)
	p.Files = len(files) + len(broken) - len(unit.Unrecognised)
	p.Skipped = append(p.Skipped, unit.Unrecognised...)
	p.Declared = unit.Declared
	for i := range unit.Endpoints {
		r.complete(&unit.Endpoints[i], c)
	}
	share(unit.Endpoints)
	return unit
}

// share marks the documents that endpoints of several services have.
func share(endpoints []policy.Endpoint) {
	first := map[source.Span]*policy.Endpoint{}
	for i := range endpoints {
		e := &endpoints[i]
		other, known := first[e.Policy.Span]
		switch {
		case e.Policy.State != policy.Known || e.Policy.Span.File == nil:
		case !known:
			first[e.Policy.Span] = e
		case other.Service.String() != e.Service.String():
			e.Policy.Shared, other.Policy.Shared = true, true
		}
	}
}

// unreadable reports the problems of each file through the rule of that name.
func (r *run) unreadable(ctx context.Context, problems []finding.Finding, p *part) error {
	for start := 0; start < len(problems); {
		file := problems[start].Span.File
		var messages []string
		end := start
		for end < len(problems) && problems[end].Span.File == file {
			messages = append(messages, problems[end].Message)
			end++
		}
		spans := problems[start:end]
		p.Unreadable++
		err := r.rules(ctx, facts.Unreadable(file.Path, messages), func(at string) (source.Span, bool) {
			i, err := strconv.Atoi(strings.TrimPrefix(at, "/file/problems/"))
			if err != nil || i < 0 || i >= len(spans) {
				return source.Span{}, false
			}
			return spans[i].Span, true
		}, p)
		if err != nil {
			return err
		}
		start = end
	}
	return nil
}

// rules runs the rules on facts and turns their reports into findings.
func (r *run) rules(ctx context.Context, f *facts.Facts, place func(string) (source.Span, bool), p *part) error {
	engine, err := r.engine()
	if err != nil {
		return err
	}
	reports, err := engine.run(ctx, f)
	if err != nil {
		return err
	}
	for _, report := range reports {
		if !r.wanted(report.Rule) {
			continue
		}
		one, err := r.finding(report, f, place)
		if err != nil {
			return fmt.Errorf("rule %s on %q: %w", report.Rule, f.Name, err)
		}
		p.Findings = append(p.Findings, one)
	}
	return nil
}

// wanted reports whether findings of a rule are to be shown. That a file could
// not be read is shown in any case.
func (r *run) wanted(rule string) bool {
	if rule == "unreadable-file" {
		return true
	}
	for _, name := range r.Skip {
		if name == rule {
			return false
		}
	}
	for _, name := range r.Only {
		if name == rule {
			return true
		}
	}
	return len(r.Only) == 0
}

func (r *run) finding(report report, f *facts.Facts, place func(string) (source.Span, bool)) (finding.Finding, error) {
	span, ok := place(report.At)
	if !ok {
		return finding.Finding{}, fmt.Errorf("its report is at %q, which is no place of the endpoint", report.At)
	}
	severities, err := r.severities()
	if err != nil {
		return finding.Finding{}, err
	}
	severity := severities[report.Rule]
	if report.Severity != "" {
		lower, ok := finding.ParseSeverity(report.Severity)
		if !ok || lower > severity {
			return finding.Finding{}, fmt.Errorf("its severity is %q, where at most %s is allowed", report.Severity, severity)
		}
		severity = lower
	}
	one := finding.Finding{
		Rule:      report.Rule,
		Severity:  severity,
		Message:   report.Message,
		Span:      span,
		Endpoint:  f.Name,
		Statement: statement(report.At),
	}
	if f.Service != nil {
		one.Service = first(f.Service.ID, f.Service.Name)
	}
	if i, err := strconv.Atoi(strings.TrimPrefix(one.Statement, "/policy/Statement/")); err == nil && i < len(f.Policy.Statement) {
		one.Sid = f.Policy.Statement[i].Sid
	}
	if report.Question != "" {
		if one.Witness = f.Witness(report.Question); one.Witness == nil {
			return finding.Finding{}, fmt.Errorf("its question is %q, which has no witness", report.Question)
		}
	}
	for _, related := range report.Related {
		span, ok := place(related.At)
		if !ok {
			return finding.Finding{}, fmt.Errorf("a related place is %q, which is no place of the endpoint", related.At)
		}
		one.Related = append(one.Related, finding.Related{Span: span, Message: related.Message})
	}
	return one, nil
}

// statement is the part of a JSON Pointer that names a statement; empty when it
// names none.
func statement(pointer string) string {
	words := strings.SplitN(pointer, "/", 5)
	if len(words) < 4 || words[1] != "policy" || words[2] != "Statement" {
		return ""
	}
	return strings.Join(words[:4], "/")
}
