package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/report"
	"github.com/eplint/eplint/internal/source"
)

// configFlags are the flags of config show.
type configFlags struct {
	inputFlags
	failOn, format string
}

func (f *configFlags) set() *pflag.FlagSet {
	flags := pflag.NewFlagSet("config show", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.SortFlags = false
	flags.StringVar(&f.format, "format", "text", "text or json")
	f.addConfiguration(flags)
	flags.StringVar(&f.failOn, "fail-on", "", "as in lint")
	return flags
}

// runConfig prints what holds for a file or a folder, and who says it.
func runConfig(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || args[0] != "show" && args[0] != "--help" && args[0] != "-h" {
		return misused(stderr, "config", wrongUse("its one command is show: eplint config show [PATH]; a folder of that name is linted by eplint lint config"))
	}
	var f configFlags
	flags := f.set()
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(stdout, "usage: eplint config show [flags] [PATH]\n\nShows what the configuration and the flags say about a file or folder (default \".\"),\neach value with where it comes from.\n\n%s", flags.FlagUsagesWrapped(100))
		return exitClean
	} else if err != nil {
		return misused(stderr, "config show", err)
	}
	values, err := f.values(flags)
	if err != nil {
		return misused(stderr, "config show", err)
	}
	if f.format == "json" {
		err = writeConfigJSON(stdout, values)
	} else {
		err = writeConfig(stdout, values)
	}
	if err != nil {
		return fail(stderr, "config show", err)
	}
	return exitClean
}

// values returns what holds for the path, in the order of the keys.
func (f *configFlags) values(flags *pflag.FlagSet) ([]config.Value, error) {
	if err := notEmpty(flags); err != nil {
		return nil, err
	}
	if flags.NArg() > 2 {
		return nil, wrongUse("name one file or folder")
	}
	if f.format != "text" && f.format != "json" {
		return nil, wrongUse("--format %q is not text or json", f.format)
	}
	if f.failOn != "" {
		if err := config.CheckFailOn(f.failOn); err != nil {
			return nil, wrongUse("--fail-on %s", err)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	folder := source.Walk{Dir: dir}.Absolute(cmp.Or(flags.Arg(1), "."))
	info, err := os.Stat(folder)
	if err != nil {
		return nil, wrongUse("%s", &source.MissingError{Path: flags.Arg(1)})
	}
	if !info.IsDir() {
		folder = filepath.Dir(folder)
	}
	configs, err := f.configurations(dir)
	if err != nil {
		return nil, err
	}
	here, err := configs.of(dir, dir)
	if err != nil {
		return nil, err
	}
	nearest, err := configs.of(folder, folder)
	if err != nil {
		return nil, err
	}
	above, err := configs.above(folder, folder)
	if err != nil {
		return nil, err
	}
	return f.order(here, nearest, above), nil
}

// order puts the values in the order of the keys. Each exclude holds, from the
// outermost configuration to the flags; fail-on is that of the working
// directory, and all else that of the nearest configuration.
func (f *configFlags) order(here, nearest *config.Config, above []*config.Config) []config.Value {
	var excludes []config.Value
	for _, c := range slices.Backward(above) {
		if len(c.Exclude) > 0 {
			excludes = append(excludes, under(c.Values, "exclude")...)
		}
	}
	for _, pattern := range f.exclude {
		excludes = append(excludes, config.Value{Text: pattern, From: "--exclude"})
	}
	for i := range excludes {
		excludes[i].Key = "exclude[" + strconv.Itoa(i) + "]"
	}
	flag := func(key, text string) []config.Value {
		if text == "" {
			return nil
		}
		return []config.Value{{Key: key, Text: text, From: "--" + key}}
	}
	failOn := slices.Concat(flag("fail-on", f.failOn), under(here.Values, "fail-on"))
	var all []config.Value
	for _, one := range []struct {
		key    string
		values []config.Value
		usual  string // what holds where nobody says anything
	}{
		{"perimeter.accounts", under(nearest.Values, "perimeter.accounts"), ""},
		{"perimeter.organizations", under(nearest.Values, "perimeter.organizations"), ""},
		{"perimeter.organization-paths", under(nearest.Values, "perimeter.organization-paths"), ""},
		{"perimeter.third-parties", under(nearest.Values, "perimeter.third-parties"), ""},
		{"perimeter.trusted-resources", under(nearest.Values, "perimeter.trusted-resources"), ""},
		{"perimeter.service-owned", under(nearest.Values, "perimeter.service-owned"), "all"},
		{"endpoints", under(nearest.Values, "endpoints"), ""},
		{"exclude", excludes, ""},
		{"fail-on", failOn[:min(1, len(failOn))], "warning"},
		{"service-data", under(nearest.Values, "service-data"), ""},
	} {
		if len(one.values) == 0 {
			all = append(all, config.Value{Key: one.key, Text: one.usual, From: "default"})
		}
		all = append(all, one.values...)
	}
	return slices.Concat(all, flag("service", f.service), flag("type", f.kind))
}

// under returns the values of a key and of the keys below it.
func under(values []config.Value, key string) []config.Value {
	var list []config.Value
	for _, v := range values {
		if rest, ok := strings.CutPrefix(v.Key, key); ok && (rest == "" || rest[0] == '[' || rest[0] == '.') {
			list = append(list, v)
		}
	}
	return list
}

func writeConfig(w io.Writer, values []config.Value) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "KEY\tVALUE\tFROM\n")
	for _, v := range values {
		fmt.Fprintf(table, "%s\t%s\t%s\n", v.Key, report.Visible(cmp.Or(v.Text, "-")), report.Visible(v.From))
	}
	return table.Flush()
}

func writeConfigJSON(w io.Writer, values []config.Value) error {
	type value struct {
		Key   string `json:"key"`
		Value string `json:"value,omitempty"`
		From  string `json:"from"`
	}
	rows := make([]value, len(values))
	for i, v := range values {
		rows[i] = value{v.Key, v.Text, v.From}
	}
	return writeJSON(w, struct {
		Schema int     `json:"schema"`
		Values []value `json:"values"`
	}{1, rows})
}
