package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/lint"
)

// runRules prints the list of rules.
func runRules(args []string, stdout, stderr io.Writer) int {
	flags := pflag.NewFlagSet("rules", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	format := flags.String("format", "text", "text or json")
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprint(stdout, "usage: eplint rules [--format text|json]\n\nLists the rules.\n")
		return exitClean
	} else if err != nil {
		return misused(stderr, "rules", err)
	}
	if flags.NArg() > 0 {
		return misused(stderr, "rules", wrongUse("it takes no argument: eplint explain %s prints a rule's page", flags.Arg(0)))
	}
	rules, err := lint.Rules()
	if err != nil {
		return fail(stderr, "rules", err)
	}
	switch *format {
	case "json":
		err = writeJSON(stdout, map[string]any{"schema": 1, "rules": rules})
	case "text":
		table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
		for _, r := range rules {
			fmt.Fprintf(table, "%s\t%s\t%s\n", r.Name, r.Severity, r.Title)
		}
		err = table.Flush()
	default:
		return misused(stderr, "rules", wrongUse("--format %q is not text or json", *format))
	}
	if err != nil {
		return fail(stderr, "rules", err)
	}
	return exitClean
}

// runExplain prints a rule's page.
func runExplain(args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
		fmt.Fprint(stdout, "usage: eplint explain RULE\n\nPrints a rule's page.\n")
		return exitClean
	}
	if len(args) != 1 {
		return misused(stderr, "explain", wrongUse("name one rule: eplint rules lists them"))
	}
	rules, err := lint.Rules()
	if err != nil {
		return fail(stderr, "explain", err)
	}
	var names []string
	for _, r := range rules {
		if r.Name == args[0] {
			if _, err := io.WriteString(stdout, r.Help); err != nil {
				return fail(stderr, "explain", err)
			}
			return exitClean
		}
		names = append(names, r.Name)
	}
	return misused(stderr, "explain", wrongUse("there is no rule %q: the rules are %s", args[0], strings.Join(names, ", ")))
}
