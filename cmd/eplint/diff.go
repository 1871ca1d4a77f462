package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/report"
	"github.com/eplint/eplint/internal/source"
)

const diffUsage = `usage: eplint diff [flags] OLD NEW

What does NEW let through that OLD did not, and the reverse? OLD and NEW are files
or folders; - is standard input. Endpoints are paired by name, two policy documents
in any case. Everything is new in an endpoint that is added.

`

// runDiff compares endpoints. The exit code is 0 when none lets through more
// than it did, and 1 when one does or may.
func runDiff(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var f answerFlags
	flags := pflag.NewFlagSet("diff", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.SortFlags = false
	f.add(flags)
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(stdout, "%s%s", diffUsage, flags.FlagUsagesWrapped(100))
		return exitClean
	} else if err != nil {
		return misused(stderr, "diff", err)
	}
	ctx, stop := f.within(ctx)
	defer stop()
	sides, err := f.sides(ctx, flags, stdin)
	if ctx.Err() != nil {
		return f.unfinished(ctx, stderr, "diff")
	}
	if err != nil {
		return misused(stderr, "diff", err)
	}
	pairs, faults := compare(ctx, sides)
	if ctx.Err() != nil {
		return f.unfinished(ctx, stderr, "diff")
	}
	if f.format == "json" {
		err = writePairsJSON(stdout, pairs)
	} else {
		err = f.write(stdout, pairs)
	}
	remarkParameters(stderr, sides[0].in.options, sides[0].unit.Declared, sides[1].unit.Declared)
	unreadable := false
	for _, s := range sides {
		if len(s.unit.Endpoints)+len(s.unit.Findings) == 0 {
			fmt.Fprintf(stderr, "eplint: nothing to compare in %s: no endpoint and no endpoint policy was found\n", report.Visible(s.name))
		}
		printUnreadable(stderr, "diff", s.unit.Findings)
		unreadable = unreadable || len(s.unit.Findings) > 0
	}
	if failed := printFaults(stderr, "diff", faults, func(i int) string { return pairs[i].endpoint().Name }); failed {
		return exitFailure
	}
	if err := printed(err); err != nil {
		return fail(stderr, "diff", err)
	}
	if unreadable {
		return exitUsage
	}
	for _, p := range pairs {
		if p.difference.Widened.Verdict != query.No {
			return exitFindings
		}
	}
	return exitClean
}

// A side is OLD or NEW.
type side struct {
	name string
	in   *input
	unit loader.Unit
	// folder is the absolute folder that was named; empty for a file.
	folder string
}

// sides reads OLD and NEW.
func (f *answerFlags) sides(ctx context.Context, flags *pflag.FlagSet, stdin io.Reader) ([2]side, error) {
	var sides [2]side
	if err := f.check(flags); err != nil {
		return sides, err
	}
	if flags.NArg() != len(sides) {
		return sides, wrongUse("name two files or folders: OLD and NEW")
	}
	fromStdin := 0
	for _, name := range flags.Args() {
		if name == "-" {
			fromStdin++
		}
	}
	switch {
	case fromStdin == len(sides):
		return sides, wrongUse("only one of OLD and NEW can be standard input")
	case fromStdin == 0 && f.stdinPath != "":
		return sides, wrongUse("--stdin-path names the file that - reads: give - as a path")
	}
	for i, name := range flags.Args() {
		input := f.inputFlags
		if name != "-" {
			input.stdinPath = ""
		}
		in, err := input.read([]string{name}, stdin)
		if err != nil {
			return sides, err
		}
		// What is left out of a comparison would be taken for the same.
		in.options.EveryPolicy = true
		sides[i] = side{name: name, in: in}
		absolute := source.Walk{Dir: in.dir}.Absolute(name)
		if info, err := os.Stat(absolute); err == nil && info.IsDir() && name != "-" {
			sides[i].folder = absolute
		}
	}
	for i := range sides {
		var err error
		if sides[i].unit, err = lint.Load(ctx, sides[i].in.options); err != nil {
			return sides, err
		}
	}
	return sides, nil
}

// A pair is an endpoint before and after; one of them is nil when it was added
// or removed.
type pair struct {
	old, new   *policy.Endpoint
	difference query.Difference
	subject    *query.Subject // of endpoint()
	// unsure tells why the other endpoint may be there after all; mostly empty.
	unsure string
}

// endpoint is the one that the pair is shown as.
func (p *pair) endpoint() *policy.Endpoint {
	if p.new != nil {
		return p.new
	}
	return p.old
}

// when is the condition under which the pair's endpoints are compared; empty when
// it is always.
func (p *pair) when() string {
	if p.old != nil && p.endpoint().When == "" {
		return p.old.When
	}
	return p.endpoint().When
}

// compare pairs the endpoints of two sides and compares each pair, with the
// fault of each that eplint fails on.
func compare(ctx context.Context, sides [2]side) ([]pair, []error) {
	pairs := paired(sides)
	known := [2]askers{newAskers(ctx), newAskers(ctx)}
	asks := make([]*query.Asker, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		of := 1
		if p.new == nil {
			of = 0
		}
		asks[i] = known[of].of(sides[of].in, p.endpoint())
		p.subject = asks[i].Subject(p.endpoint())
		p.difference = query.Difference{Widened: failed(), Narrowed: failed()}
	}
	faults := each(len(pairs), func(i int) {
		p := &pairs[i]
		if p.unsure != "" {
			a := query.Answer{Statement: -1, Value: -1, Because: p.unsure}
			p.difference = query.Difference{Widened: a, Narrowed: a}
			return
		}
		p.difference = query.Diff(asks[i], p.old, p.new)
	})
	return pairs, faults
}

// paired pairs endpoints: those of one name in files of one path below OLD and
// NEW, then those whose name is left over once on each side. Variants of one
// endpoint are paired by when they hold; where one side tells them apart and the
// other does not, each with the only one there is. The order is that of NEW, and
// then of what is left of OLD.
func paired(sides [2]side) []pair {
	old, now := sides[0].unit.Endpoints, sides[1].unit.Endpoints
	if len(old) == 1 && len(now) == 1 && sides[0].folder == "" && sides[1].folder == "" && (isBare(&old[0]) || isBare(&now[0])) {
		// The name of such a file is no name of an endpoint.
		share(&old[0], &now[0])
		return []pair{{old: &old[0], new: &now[0]}}
	}
	partner := make([]*policy.Endpoint, len(now))
	taken := make([]bool, len(old))
	match := func(key func(side, *policy.Endpoint) string, once bool) {
		waiting, count := map[string][]int{}, map[string]int{}
		for i := range old {
			if k := key(sides[0], &old[i]); !taken[i] {
				waiting[k] = append(waiting[k], i)
			}
		}
		for i := range now {
			if partner[i] == nil {
				count[key(sides[1], &now[i])]++
			}
		}
		for i := range now {
			k := key(sides[1], &now[i])
			left := waiting[k]
			if partner[i] != nil || len(left) == 0 || once && (len(left) > 1 || count[k] > 1) {
				continue
			}
			partner[i], taken[left[0]], waiting[k] = &old[left[0]], true, left[1:]
		}
	}
	below := func(s side, e *policy.Endpoint) string { return s.below(e) + "\x00" + e.Name }
	name := func(_ side, e *policy.Endpoint) string { return e.Name }
	match(func(s side, e *policy.Endpoint) string { return below(s, e) + "\x00" + e.When }, false)
	match(func(s side, e *policy.Endpoint) string { return name(s, e) + "\x00" + e.When }, true)
	further := make([][]*policy.Endpoint, len(now))
	for _, key := range []func(side, *policy.Endpoint) string{below, name} {
		wholeOld, wholeNew := whole(sides[0], key), whole(sides[1], key)
		for i := range now {
			j, ok := wholeOld[key(sides[1], &now[i])]
			if ok && now[i].When != "" && partner[i] == nil {
				partner[i], taken[j] = &old[j], true
			}
		}
		for j := range old {
			i, ok := wholeNew[key(sides[0], &old[j])]
			if !ok || old[j].When == "" || taken[j] {
				continue
			}
			taken[j] = true
			if partner[i] == nil {
				partner[i] = &old[j]
			} else {
				further[i] = append(further[i], &old[j])
			}
		}
	}
	var pairs []pair
	for i := range now {
		p := pair{old: partner[i], new: &now[i]}
		if p.old == nil {
			p.unsure = sides[0].unsure()
		} else {
			share(p.old, p.new)
		}
		pairs = append(pairs, p)
		for _, one := range further[i] {
			pairs = append(pairs, pair{old: one, new: &now[i]})
		}
	}
	for i := range old {
		if !taken[i] {
			pairs = append(pairs, pair{old: &old[i], unsure: sides[1].unsure()})
		}
	}
	return pairs
}

// whole are the endpoints of a side without variants, by a key that no other
// endpoint has.
func whole(s side, key func(side, *policy.Endpoint) string) map[string]int {
	list, count := map[string]int{}, map[string]int{}
	for i := range s.unit.Endpoints {
		e := &s.unit.Endpoints[i]
		k := key(s, e)
		count[k]++
		list[k] = i
		if count[k] > 1 || e.When != "" {
			delete(list, k)
		}
	}
	return list
}

// below is the path of an endpoint's file below the folder of its side; empty
// where the side is a file.
func (s side) below(e *policy.Endpoint) string {
	if s.folder == "" {
		return ""
	}
	rel, err := filepath.Rel(s.folder, source.Walk{Dir: s.in.dir}.Absolute(filepath.FromSlash(pathOf(e))))
	if err != nil {
		return pathOf(e)
	}
	return rel
}

// unsure tells why an endpoint that was not found may be there; empty when
// everything could be read.
func (s side) unsure() string {
	if len(s.unit.Findings) == 0 {
		return ""
	}
	return s.name + " cannot be read in full: the endpoint may be in what is missing"
}

// share gives a policy on its own what only its counterpart says: they are of
// one endpoint.
func share(a, b *policy.Endpoint) {
	give := func(to, from *policy.Endpoint) {
		if !isBare(to) {
			return
		}
		if to.Service.Absent() {
			to.Service = from.Service
		}
		if to.Type.Absent() {
			to.Type = from.Type
		}
	}
	give(a, b)
	give(b, a)
}

// write prints pairs for people.
func (f *answerFlags) write(w io.Writer, pairs []pair) error {
	t := f.text(w)
	for i := range pairs {
		p := &pairs[i]
		more := ""
		switch {
		case p.unsure != "":
		case p.old == nil:
			more = ", added"
		case p.new == nil:
			more = ", removed"
		}
		if p.new != nil && p.new.When == "" && p.when() != "" {
			more += ", when " + report.Visible(p.when())
		}
		t.heading(p.endpoint(), p.subject, more)
		d := p.difference
		said := shared(d.Widened, d.Narrowed)
		t.change("widened", d.Widened, styleOf(d.Widened.Verdict, true), reason(nil, d.Widened, said))
		style := report.Plain
		if d.Narrowed.Verdict == query.Unknown {
			style = report.Yellow
		}
		t.change("narrowed", d.Narrowed, style, reason(nil, d.Narrowed, said))
		t.assumed(said)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

// change prints one direction of a difference.
func (t *text) change(label string, a query.Answer, style report.Style, reason string) {
	verdict := a.Verdict.String()
	start := "  " + label + ": " + verdict
	line := report.Wrap(start[2:]+" — "+reason, t.width, 2, 4)
	line = strings.Replace(line, verdict, report.Paint(t.color, style, verdict), 1)
	t.WriteString("  " + line + "\n")
}

func writePairsJSON(w io.Writer, pairs []pair) error {
	type endpoint struct {
		Endpoint string     `json:"endpoint"`
		When     string     `json:"when,omitempty"`
		Path     string     `json:"path"`
		Service  string     `json:"service,omitempty"`
		Widened  answerJSON `json:"widened"`
		Narrowed answerJSON `json:"narrowed"`
	}
	endpoints := []endpoint{}
	for i := range pairs {
		p := &pairs[i]
		e := p.endpoint()
		endpoints = append(endpoints, endpoint{
			Endpoint: report.Visible(e.Name), When: report.Visible(p.when()), Path: report.Visible(pathOf(e)), Service: report.Visible(serviceOf(p.subject)),
			Widened: toAnswerJSON(p.difference.Widened), Narrowed: toAnswerJSON(p.difference.Narrowed),
		})
	}
	return writeJSON(w, struct {
		Schema    int        `json:"schema"`
		Endpoints []endpoint `json:"endpoints"`
	}{1, endpoints})
}
