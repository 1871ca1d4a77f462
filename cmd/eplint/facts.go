package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/facts"
	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/query"
)

// runFacts prints the facts about one endpoint, as `opa eval -I` takes them.
func runFacts(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
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
	unit := lint.Load(in.options)
	var names []string
	for i := range unit.Endpoints {
		e := &unit.Endpoints[i]
		names = append(names, e.Name)
		if e.Name == *name || *name == "" && len(unit.Endpoints) == 1 {
			encoder := json.NewEncoder(stdout)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(facts.Of(e, query.NewAsker(in.config.Perimeter))); err != nil {
				return fail(stderr, "facts", err)
			}
			return exitClean
		}
	}
	for _, problem := range unit.Findings {
		return misused(stderr, "facts", wrongUse("%s: %s", problem.Span.File.Path, problem.Message))
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		err = wrongUse("%s holds no endpoint; a policy document needs --service", flags.Arg(0))
	case *name == "":
		err = wrongUse("%s holds several endpoints: choose one with --endpoint: %s", flags.Arg(0), strings.Join(names, ", "))
	default:
		err = wrongUse("%s holds no endpoint %q: it holds %s", flags.Arg(0), *name, strings.Join(names, ", "))
	}
	return misused(stderr, "facts", err)
}
