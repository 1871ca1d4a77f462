package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/report"
	"github.com/eplint/eplint/internal/source"
)

// usageError is wrong use of a command: the user can mend it.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func wrongUse(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// inputFlags are the flags of every command that reads files.
type inputFlags struct {
	config        string
	noConfig      bool
	exclude       []string
	accounts      []string
	organizations []string
	service       string
	kind          string
	serviceData   string
	stdinPath     string
	params        []string
	paramFiles    []string
	vars          []string
	varFiles      []string
	timeout       time.Duration
}

func (f *inputFlags) add(flags *pflag.FlagSet) {
	f.addConfiguration(flags)
	flags.StringVar(&f.stdinPath, "stdin-path", "", "the `NAME` of the file that - reads from standard input")
	flags.StringArrayVar(&f.params, "param", nil, "a value of a CloudFormation template's parameter: `NAME=VALUE` (repeatable)")
	flags.StringArrayVar(&f.paramFiles, "param-file", nil, "read such values from `FILE`, in JSON as AWS's tools take them (repeatable)")
	flags.StringArrayVar(&f.vars, "var", nil, "a value of a variable of a Terraform configuration: `NAME=VALUE` (repeatable)")
	flags.StringArrayVar(&f.varFiles, "var-file", nil, "read such values from `FILE`, a .tfvars or .tfvars.json file (repeatable)")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up after a time such as 30s; what was done until then is reported (default: never)")
}

// addConfiguration adds the flags that say the same as the configuration.
func (f *inputFlags) addConfiguration(flags *pflag.FlagSet) {
	flags.StringVar(&f.config, "config", "", "read `FILE` for all files, instead of the "+config.Name+" nearest to each")
	flags.BoolVar(&f.noConfig, "no-config", false, "read no configuration")
	flags.StringArrayVar(&f.exclude, "exclude", nil, "leave out files that match `GLOB`, named ones too (repeatable)")
	flags.StringSliceVar(&f.accounts, "account", nil, "`ID` of an own account (repeatable)")
	flags.StringSliceVar(&f.organizations, "org", nil, "`ID` of an own organization (repeatable)")
	flags.StringVar(&f.service, "service", "", "the `SERVICE` of policies that do not say theirs: s3, or com.amazonaws.eu-west-1.s3")
	flags.StringVar(&f.kind, "type", "", "the `TYPE` of endpoints that do not say theirs: gateway or interface")
	addServiceData(flags, &f.serviceData)
}

func addServiceData(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "service-data", "", "`FILE` with the untouched output of aws ec2 describe-vpc-endpoint-services, of one or several regions; it stands above eplint's own table of services")
}

// input is what the flags of a command and the configuration say together.
type input struct {
	options lint.Options
	// config is the configuration of the working directory.
	config *config.Config
	root   string
	dir    string
	// pieces is standard input where that is all that is read; nil otherwise.
	pieces iter.Seq2[*source.File, error]
	// named are the paths of the files that the user named, as opposed to a
	// folder that they lie in.
	named map[string]bool
}

// read reads the configurations, finds the files and returns the options of a
// run over them.
func (f *inputFlags) read(paths []string, stdin io.Reader) (*input, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	in := &input{dir: dir, root: source.Root(dir, true), named: map[string]bool{}}
	configs, err := f.configurations(dir)
	if err != nil {
		return nil, err
	}
	if in.config, err = configs.of(dir, dir); err != nil {
		return nil, err
	}
	parameters, kept, err := f.parameters(source.Walk{Dir: dir})
	if err != nil {
		return nil, err
	}
	variables, variableFiles, err := f.variables(source.Walk{Dir: dir})
	if err != nil {
		return nil, err
	}
	walk := source.Walk{Dir: dir, Wanted: loader.Named, Exclude: f.exclusions(dir)}
	var broken error
	walk.Within = func(folder, named string) []source.Exclusion {
		list, err := configs.exclusions(folder, named)
		broken = cmp.Or(broken, err)
		return list
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	readers := map[string]source.Reader{}
	besides := map[string]source.Beside{}
	configOf := map[string]*config.Config{}
	var names []string
	var total atomic.Int64
	add := func(name, folder, named string, read source.Reader) error {
		if readers[name] != nil {
			return nil
		}
		names = append(names, name)
		readers[name] = collecting(read, &total)
		c, err := configs.of(folder, named)
		configOf[name] = c
		return err
	}
	named := slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == "-" })
	if len(named) == len(paths) && f.stdinPath != "" {
		return nil, wrongUse("--stdin-path names the file that - reads: give - as a path")
	}
	if len(named) < len(paths) {
		name, folder, excluded := "<stdin>", dir, false
		if f.stdinPath != "" {
			absolute := walk.Absolute(f.stdinPath)
			name, folder, excluded = walk.Display(absolute, filepath.IsAbs(f.stdinPath)), filepath.Dir(absolute), walk.Excluded(absolute)
		}
		if !excluded {
			in.named[name] = true
			err = add(name, folder, folder, func(string) (*source.File, error) { return source.ReadStdin(name, stdin) })
			if len(named) == 0 {
				in.pieces = counted(source.Pieces(name, stdin), &total)
			}
		}
	}
	found, missing := walk.Find(named)
	if err := cmp.Or(broken, err); err != nil {
		return nil, err
	}
	if missing != nil {
		return nil, wrongUse("%s", missing)
	}
	byItself := map[string]bool{}
	for _, p := range named {
		byItself[walk.Absolute(p)] = true
	}
	for _, one := range found {
		in.named[one.Path] = in.named[one.Path] || byItself[one.Absolute]
		if _, ok := besides[one.Path]; !ok {
			besides[one.Path] = walk.Beside(one)
		}
		err := add(one.Path, filepath.Dir(one.Absolute), one.Named, func(string) (*source.File, error) { return one.Read() })
		if err != nil {
			return nil, err
		}
	}
	in.options = lint.Options{
		Paths:    names,
		Read:     func(path string) (*source.File, error) { return readers[path](path) },
		ConfigOf: func(path string) *config.Config { return cmp.Or(configOf[path], in.config) },
		Listing:  configs.listing,
		Dir:      dir,
		Root:     in.root,
		Defaults: lint.Defaults{Service: f.service, Type: f.kind},

		Parameters:    parameters,
		Kept:          kept,
		Variables:     variables,
		VariableFiles: variableFiles,
		Beside:        func(path string) source.Beside { return besides[path] },
	}
	return in, nil
}

// perimeter is that of the file that an endpoint stands in.
func (in *input) perimeter(e *policy.Endpoint) config.Perimeter {
	return in.options.ConfigOf(e.Span.File.Path).Perimeter
}

// notEmpty returns an error for a flag that was given nothing, as a variable
// that is not set gives it.
func notEmpty(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(flag *pflag.Flag) {
		if flag.Value.String() == "" || flag.Value.String() == "[]" {
			err = wrongUse("--%s is given nothing", flag.Name)
		}
	})
	return err
}

// within is the context of a command that has as much time as --timeout gives.
func (f *inputFlags) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if f.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, f.timeout)
}

// unfinished says why a command did not come to its end, and returns its code.
func (f *inputFlags) unfinished(ctx context.Context, stderr io.Writer, command string) int {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return misused(stderr, command, wrongUse("not finished within %v: give it more time with --timeout, or name fewer files", f.timeout))
	}
	fmt.Fprintf(stderr, "eplint %s: interrupted before all was done\n", command)
	return exitInterrupted
}

func (f *inputFlags) check() error {
	if f.timeout < 0 {
		return wrongUse("--timeout %v is no time to wait", f.timeout)
	}
	for _, id := range f.accounts {
		if err := config.CheckAccount(id); err != nil {
			return wrongUse("--account %s", err)
		}
	}
	for _, id := range f.organizations {
		if err := config.CheckOrganization(id); err != nil {
			return wrongUse("--org %s", err)
		}
	}
	for _, pattern := range f.exclude {
		if !doublestar.ValidatePattern(pattern) {
			return wrongUse("--exclude %q is no valid pattern", pattern)
		}
	}
	if f.kind != "" {
		if err := config.CheckType(f.kind); err != nil {
			return wrongUse("--type %s", err)
		}
	}
	return nil
}

// checkService takes an endpoint service by id or full name.
func checkService(name string, listing *catalogue.Listing) error {
	if _, ok := listing.ByID(name); ok {
		return nil
	}
	if _, ok := listing.ByName(name); ok {
		return nil
	}
	near := catalogue.Nearest(name, 3)
	if len(near) == 0 {
		return fmt.Errorf("%q is no endpoint service: eplint services lists them", name)
	}
	return fmt.Errorf("%q is no endpoint service: did you mean %s?", name, strings.Join(near, ", "))
}

// lintFlags are the flags of lint.
type lintFlags struct {
	inputFlags
	formats    []string
	output     string
	failOn     string
	color      string
	only, skip []string
	jobs       int
	quiet      bool
	today      string
	ignored    bool
	noIgnores  bool
	verbose    bool
}

func (f *lintFlags) set() *pflag.FlagSet {
	flags := pflag.NewFlagSet("lint", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.SortFlags = false
	f.add(flags)
	flags.StringArrayVar(&f.formats, "format", nil, "print findings as `FORMAT`: "+strings.Join(report.Formats(), ", ")+"; FORMAT=FILE writes a file (repeatable)")
	flags.StringVar(&f.output, "output", "", "write to `FILE` instead of standard output")
	flags.StringVar(&f.failOn, "fail-on", "", "exit with 1 for findings of that `SEVERITY` or worse: error, warning, note, never (default warning)")
	flags.StringSliceVar(&f.only, "only", nil, "report these `RULE`s alone (repeatable)")
	flags.StringSliceVar(&f.skip, "skip", nil, "leave out these `RULE`s (repeatable)")
	flags.IntVar(&f.jobs, "jobs", 0, "work on `N` files at a time (default: the number of CPUs)")
	flags.BoolVar(&f.ignored, "show-ignored", false, "print findings that are ignored too, with the reason")
	flags.BoolVar(&f.noIgnores, "no-inline-ignores", false, "take no ignores from the files that are linted")
	flags.StringVar(&f.today, "today", "", "the `DAY` on which ignores may end, as in 2027-03-31 (default: the machine's)")
	flags.StringVar(&f.color, "color", "auto", "colour the text: auto, always, never")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print no summary and no remarks")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list the files that hold nothing about endpoints")
	return flags
}

func runLint(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var f lintFlags
	flags := f.set()
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(stdout, "usage: eplint [lint] [flags] [PATH…]\n\nLints files and folders; - is standard input.\n\n%s", flags.FlagUsagesWrapped(100))
		return exitClean
	} else if err != nil {
		return misused(stderr, "lint", err)
	}
	outputs, err := f.outputs()
	if err == nil {
		err = notEmpty(flags)
	}
	if err != nil {
		return misused(stderr, "lint", err)
	}
	in, err := f.read(flags.Args(), stdin)
	if err != nil {
		return misused(stderr, "lint", err)
	}
	var rules []finding.Rule
	if len(f.only)+len(f.skip) > 0 || slices.ContainsFunc(outputs, func(o output) bool { return o.format == report.SARIF }) {
		// The other formats do without them, and without the time to read them.
		if rules, err = lint.Rules(); err != nil {
			return fail(stderr, "lint", err)
		}
	}
	if err := checkRules(rules, f.only, f.skip); err != nil {
		return misused(stderr, "lint", err)
	}
	in.options.Only, in.options.Skip, in.options.Jobs = f.only, f.skip, f.jobs
	in.options.ShowIgnored, in.options.NoInlineIgnores, in.options.Today = f.ignored, f.noIgnores, f.day()
	ctx, stop := f.within(ctx)
	defer stop()
	out, err := f.open(outputs, in, rules, stdout)
	if err != nil {
		return misused(stderr, "lint", err)
	}
	result, summary, failure := f.lint(ctx, in, out)
	err = errors.Join(out.end(summary), out.close())
	if err == nil {
		err = f.remark(outputs, in, result, summary, stderr)
	}
	// Who closes a pipe has seen enough, and still wants to know.
	if err != nil && !isClosedPipe(err) {
		return fail(stderr, "lint", err)
	}
	if failure != nil {
		fmt.Fprintln(stderr, appeal)
		return fail(stderr, "lint", failure)
	}
	if result.Unfinished > 0 {
		return f.unfinished(ctx, stderr, "lint")
	}
	return exitCode(result, summary, cmp.Or(f.failOn, in.config.FailOn, "warning"))
}

// lint lints the input and prints what it finds. The findings are not in the
// result; the summary has counted them.
func (f *lintFlags) lint(ctx context.Context, in *input, out printers) (lint.Result, report.Summary, error) {
	var summary report.Summary
	found := func(list []finding.Finding) error {
		summary.Count(list)
		err := out.add(list)
		if isClosedPipe(err) {
			return nil
		}
		return err
	}
	var result lint.Result
	var failure error
	if in.pieces != nil {
		result, failure = lint.Stream(ctx, in.options, in.pieces, found)
	} else {
		result, failure = lint.Run(ctx, in.options)
		failure = errors.Join(failure, found(result.Findings))
	}
	summary.Files, summary.Endpoints, summary.WithoutPolicy = result.Files, result.Endpoints, result.WithoutPolicy
	summary.Unreadable, summary.NotRead, summary.UnknownUse = result.Unreadable, result.NotRead, result.UnknownUse
	summary.Skipped, summary.Ignored = len(result.Skipped), result.Ignored
	return result, summary, failure
}

func misused(stderr io.Writer, command string, err error) int {
	fmt.Fprintf(stderr, "eplint %s: %s\n", command, report.Visible(err.Error()))
	return exitUsage
}

// exitCode is the code of a run; failOn is a severity's name, or never.
func exitCode(r lint.Result, s report.Summary, failOn string) int {
	if r.Unreadable > 0 {
		return exitUsage
	}
	least, ok := finding.ParseSeverity(failOn)
	if ok && (s.Errors > 0 || s.Warnings > 0 && least <= finding.Warning || s.Notes > 0 && least <= finding.Note) {
		return exitFindings
	}
	return exitClean
}

// An output is a format and the file that it goes to; standard output when the
// file is empty.
type output struct {
	format report.Format
	file   string
}

// outputs reads --format and --output, and checks the flags beside them.
func (f *lintFlags) outputs() ([]output, error) {
	var outputs []output
	toStdout := 0
	for _, text := range f.formats {
		name, file, toFile := strings.Cut(text, "=")
		if !slices.Contains(report.Formats(), name) {
			return nil, wrongUse("--format %q is none of %s", name, strings.Join(report.Formats(), ", "))
		}
		if toFile && file == "" {
			return nil, wrongUse("--format %q names no file", text)
		}
		if !toFile {
			toStdout++
			file = f.output
		}
		outputs = append(outputs, output{report.Format(name), file})
	}
	if f.output != "" && len(f.formats) > 0 && toStdout == 0 {
		return nil, wrongUse("--output %q is for a format without a file, and every --format has one", f.output)
	}
	if toStdout > 1 {
		return nil, wrongUse("several formats go to one place: give all but one a file, as in --format sarif=eplint.sarif")
	}
	for i, o := range outputs {
		if slices.ContainsFunc(outputs[:i], func(other output) bool { return o.file != "" && filepath.Clean(other.file) == filepath.Clean(o.file) }) {
			return nil, wrongUse("two formats go to the file %q", o.file)
		}
	}
	if len(f.formats) == 0 {
		outputs = append(outputs, output{report.Text, f.output})
	}
	if f.jobs < 0 {
		return nil, wrongUse("--jobs %d is no number of files", f.jobs)
	}
	if err := checkColor(f.color); err != nil {
		return nil, err
	}
	if f.today != "" {
		if err := config.CheckDay(f.today); err != nil {
			return nil, wrongUse("--today %s", err)
		}
	}
	if f.failOn != "" {
		if err := config.CheckFailOn(f.failOn); err != nil {
			return nil, wrongUse("--fail-on %s", err)
		}
	}
	return outputs, nil
}

// day is today, as the flag says it, SOURCE_DATE_EPOCH, or the clock.
func (f *lintFlags) day() string {
	if f.today != "" {
		return f.today
	}
	now := time.Now()
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		now = time.Unix(seconds, 0).UTC()
	}
	return now.Format(time.DateOnly)
}

func checkColor(flag string) error {
	if flag != "auto" && flag != "always" && flag != "never" {
		return wrongUse("--color %q is none of auto, always, never", flag)
	}
	return nil
}

func checkRule(name string) error {
	rules, err := lint.Rules()
	if err == nil {
		err = checkRules(rules, []string{name})
	}
	return err
}

func checkRules(rules []finding.Rule, lists ...[]string) error {
	for _, list := range lists {
		for _, name := range list {
			if !slices.ContainsFunc(rules, func(r finding.Rule) bool { return r.Name == name }) {
				return wrongUse("there is no rule %q: eplint rules lists them", name)
			}
		}
	}
	return nil
}

// open begins the report in each format.
func (f *lintFlags) open(outputs []output, in *input, rules []finding.Rule, stdout io.Writer) (out printers, err error) {
	r := report.Report{Rules: rules, Root: in.root, Dir: in.dir}
	if rules != nil {
		r.Tool = report.Tool{Version: version().Version, DataDate: dataDate()}
	}
	for _, o := range outputs {
		w := stdout
		if o.file != "" {
			file, err := os.Create(o.file)
			if err != nil {
				return out, errors.Join(wrongUse("the output cannot be written: %s", err), out.close())
			}
			out.files = append(out.files, file)
			w = file
		}
		options := report.Options{Color: colored(f.color, w), Quiet: f.quiet, Width: widthOf(w)}
		p, err := report.NewPrinter(w, o.format, r, options)
		if err != nil {
			return out, errors.Join(err, out.close())
		}
		out.list = append(out.list, p)
	}
	return out, nil
}

// remark says on standard error what the report does not.
func (f *lintFlags) remark(outputs []output, in *input, result lint.Result, summary report.Summary, stderr io.Writer) error {
	if f.verbose {
		for _, path := range result.Skipped {
			fmt.Fprintf(stderr, "%s: skipped: nothing about endpoints in it\n", report.Visible(path))
		}
	}
	if f.quiet {
		return nil
	}
	if result.Endpoints == 0 && result.Unreadable == 0 && result.Unfinished == 0 {
		fmt.Fprintln(stderr, "eplint: nothing to analyse: no endpoint and no endpoint policy was found")
	}
	remarkParameters(stderr, in.options, result.Declared)
	if slices.ContainsFunc(outputs, func(o output) bool { return o.format == report.Text && o.file == "" }) {
		return nil
	}
	return report.WriteSummary(stderr, summary)
}

// widthOf is the width of a terminal; zero for anything else.
func widthOf(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			return width
		}
	}
	return 0
}

// colored decides on colour: the flag, then NO_COLOR and FORCE_COLOR, then
// whether a terminal that can show it is there.
func colored(flag string, w io.Writer) bool {
	switch flag {
	case "always":
		return true
	case "never":
		return false
	}
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("FORCE_COLOR"); force != "" && force != "0" {
		return true
	}
	file, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}
