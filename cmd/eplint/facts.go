package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/report"
)

// runFacts prints the facts about one endpoint, as `opa eval -I` takes them.
func runFacts(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var f inputFlags
	flags := pflag.NewFlagSet("facts", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.SortFlags = false
	f.add(flags)
	name := flags.String("endpoint", "", "the `NAME` of the endpoint, where the file holds several")
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(stdout, "usage: eplint facts [flags] FILE\n\nPrints the facts about an endpoint as JSON, for opa eval -I.\n\n%s", flags.FlagUsagesWrapped(100))
		return exitClean
	} else if err != nil {
		return misused(stderr, "facts", err)
	}
	if err := notEmpty(flags); err != nil {
		return misused(stderr, "facts", err)
	}
	if flags.NArg() != 1 {
		return misused(stderr, "facts", wrongUse("name one file"))
	}
	in, err := f.read(flags.Args(), stdin)
	if err != nil {
		return misused(stderr, "facts", err)
	}
	ctx, stop := f.within(ctx)
	defer stop()
	unit, err := lint.Load(ctx, in.options)
	if err != nil {
		return f.unfinished(ctx, stderr, "facts")
	}
	e, err := oneEndpoint(unit, flags.Arg(0), *name, stderr)
	if err != nil {
		return misused(stderr, "facts", err)
	}
	remarkParameters(stderr, in.options, unit.Declared)
	known := facts.Of(e, newAskers(ctx).of(in, e))
	if ctx.Err() != nil {
		return f.unfinished(ctx, stderr, "facts")
	}
	if err := writeJSON(stdout, known); err != nil {
		return fail(stderr, "facts", err)
	}
	return exitClean
}

// oneEndpoint returns the endpoint of a file that has the name, or the only one
// when name is empty. Of several variants it is the first, and that is said.
func oneEndpoint(unit loader.Unit, file, name string, stderr io.Writer) (*policy.Endpoint, error) {
	var names []string
	groups := policy.Variants(unit.Endpoints)
	for _, variants := range groups {
		e := &variants[0]
		if e.Name == name || name == "" && len(groups) == 1 {
			if n := len(variants); n > 1 {
				fmt.Fprintf(stderr, "eplint: %s\n", report.Visible(fmt.Sprintf("%s has %d variants: this is the one when %s", e.Name, n, e.When)))
			}
			return e, nil
		}
		names = append(names, e.Name)
	}
	for _, problem := range unit.Findings {
		start, _ := problem.Span.Bounds()
		return nil, wrongUse("%s:%d:%d: %s", problem.Span.File.Path, start.Line, start.Column, problem.Message)
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return nil, wrongUse("%s holds no endpoint that can be read; a policy document needs --service", file)
	case name == "":
		return nil, wrongUse("%s holds several endpoints: choose one with --endpoint: %s", file, strings.Join(names, ", "))
	default:
		return nil, wrongUse("%s holds no endpoint %q: it holds %s", file, name, strings.Join(names, ", "))
	}
}
