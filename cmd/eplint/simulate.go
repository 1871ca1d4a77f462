package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/eplint/eplint/internal/lint"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/report"
)

// simulateFlags are the flags of simulate.
type simulateFlags struct {
	inputFlags
	action, resource, principal string
	principalOrg                string
	resourceAccount             string
	resourceOrg                 string
	pairs, absent               []string
	endpoint, format            string
}

func (f *simulateFlags) set() *pflag.FlagSet {
	flags := pflag.NewFlagSet("simulate", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.SortFlags = false
	flags.StringVar(&f.action, "action", "", "the `ACTION`: s3:GetObject")
	flags.StringVar(&f.resource, "resource", "", "the `ARN` of the resource, or * for an action that takes none")
	flags.StringVar(&f.principal, "principal", "", "`WHO` asks: an ARN, anonymous, or service:NAME")
	flags.StringVar(&f.principalOrg, "principal-org", "", "`ID` of the principal's organization")
	flags.StringVar(&f.resourceAccount, "resource-account", "", "`ID` of the account that owns the resource, where its ARN does not say it")
	flags.StringVar(&f.resourceOrg, "resource-org", "", "`ID` of that account's organization")
	flags.StringArrayVar(&f.pairs, "context", nil, "a context key: `KEY=VALUE`; nothing after = is the empty value, a repeated key has several (repeatable)")
	flags.StringArrayVar(&f.absent, "absent", nil, "the request does not carry the context `KEY` (repeatable)")
	flags.StringVar(&f.endpoint, "endpoint", "", "the `NAME` of the endpoint, where the file holds several")
	flags.StringVar(&f.format, "format", "text", "text or json")
	f.add(flags)
	return flags
}

// runSimulate decides one request. The exit code is 0 for allowed, 1 for denied
// and unknown.
func runSimulate(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var f simulateFlags
	flags := f.set()
	if err := flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(stdout, "usage: eplint simulate FILE --action A --resource ARN --principal WHO [flags]\n\nWould this one request pass? Which statement decides?\n\n%s", flags.FlagUsagesWrapped(100))
		return exitClean
	} else if err != nil {
		return misused(stderr, "simulate", err)
	}
	request, err := f.request(flags)
	if err != nil {
		return misused(stderr, "simulate", err)
	}
	in, err := f.read(flags.Args(), stdin)
	if err != nil {
		return misused(stderr, "simulate", err)
	}
	in.options.EveryPolicy = true
	ctx, stop := f.within(ctx)
	defer stop()
	unit, err := lint.Load(ctx, in.options)
	if err != nil {
		return f.unfinished(ctx, stderr, "simulate")
	}
	e, err := oneEndpoint(unit, flags.Arg(0), f.endpoint, stderr)
	if err != nil {
		return misused(stderr, "simulate", err)
	}
	remarkParameters(stderr, in.options, unit.Declared)
	result := query.NewAsker(in.perimeter(e)).Subject(e).Simulate(request, f.absent)
	if f.format == "json" {
		err = writeSimulationJSON(stdout, result)
	} else {
		err = writeSimulation(stdout, result)
	}
	if err != nil && !isClosedPipe(err) {
		return fail(stderr, "simulate", err)
	}
	if result.Outcome == policy.Allowed {
		return exitClean
	}
	return exitFindings
}

// request reads the request from the flags.
func (f *simulateFlags) request(flags *pflag.FlagSet) (policy.Request, error) {
	r := policy.Request{
		PrincipalOrg:    f.principalOrg,
		Action:          f.action,
		Resource:        f.resource,
		ResourceAccount: f.resourceAccount,
		ResourceOrg:     f.resourceOrg,
		Context:         map[string][]string{},
	}
	if err := notEmpty(flags); err != nil {
		return r, err
	}
	if flags.NArg() != 1 {
		return r, wrongUse("name one file")
	}
	for _, need := range []struct{ flag, value string }{{"action", f.action}, {"resource", f.resource}, {"principal", f.principal}} {
		if need.value == "" {
			return r, wrongUse("--%s is needed", need.flag)
		}
	}
	if service, name, ok := strings.Cut(f.action, ":"); !ok || service == "" || name == "" || strings.ContainsAny(f.action, "*? ") {
		return r, wrongUse("--action %q is no action: give one such as s3:GetObject", f.action)
	}
	if f.resource != "*" && (strings.Count(f.resource, ":") < 5 || !strings.HasPrefix(f.resource, "arn:")) {
		return r, wrongUse("--resource %q is no ARN: give one, or * for an action that takes no resource", f.resource)
	}
	var err error
	if r.Principal, err = principal(f.principal); err != nil {
		return r, err
	}
	if f.format != "text" && f.format != "json" {
		return r, wrongUse("--format %q is not text or json", f.format)
	}
	for _, pair := range f.pairs {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return r, wrongUse("--context %q is no KEY=VALUE", pair)
		}
		for known := range r.Context {
			if strings.EqualFold(known, key) {
				key = known
			}
		}
		r.Context[key] = append(r.Context[key], value)
	}
	for _, key := range f.absent {
		for known := range r.Context {
			if strings.EqualFold(known, key) {
				return r, wrongUse("%s is given both by --context and by --absent", key)
			}
		}
		r.Context[key] = nil
	}
	return r, nil
}

// principal reads --principal.
func principal(text string) (string, error) {
	if text == "anonymous" {
		return "", nil
	}
	if name, ok := strings.CutPrefix(text, "service:"); ok {
		if !strings.Contains(name, ".") {
			return "", wrongUse("--principal %q names no service: give one such as service:logs.amazonaws.com", text)
		}
		return name, nil
	}
	if strings.HasPrefix(text, "arn:") && strings.Count(text, ":") >= 5 {
		return text, nil
	}
	return "", wrongUse("--principal %q is no principal: give an ARN, anonymous, or service:NAME", text)
}

func decisionName(o policy.Outcome) string {
	if o == policy.Undecidable {
		return "unknown"
	}
	return strings.ReplaceAll(o.String(), " ", "-")
}

// writeSimulation prints the decision for people: the answer first, then what
// each statement did, then what was derived.
func writeSimulation(w io.Writer, s query.Simulation) error {
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(report.Visible(fmt.Sprintf(format, args...)) + "\n")
	}
	line("%s: %s", decisionName(s.Outcome), s.Because)
	for _, n := range s.Notes {
		line("note: %s", n)
	}
	for _, a := range s.Assumptions {
		line("note: another decision follows from another reading of %s: %s", a, a.Sentence())
	}
	for i, one := range s.Statements {
		name := fmt.Sprintf("statement number %d", i+1)
		if sid := s.Sids[i]; sid != "" {
			name += fmt.Sprintf(" %q", sid)
		}
		switch one.Matched {
		case policy.Matched:
			line("  %s (%s) matches", name, one.Effect)
		case policy.Missed:
			line("  %s (%s) does not match by its %s", name, one.Effect, one.Because)
		default:
			line("  %s (%s) is undecided by its %s", name, one.Effect, one.Because)
		}
	}
	if len(s.Context) > 0 {
		line("the request carries")
	}
	for _, key := range slices.Sorted(maps.Keys(s.Context)) {
		line("  %s = %s", key, strings.Join(s.Context[key], ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeSimulationJSON(w io.Writer, s query.Simulation) error {
	type statement struct {
		Sid     string `json:"sid,omitempty"`
		Effect  string `json:"effect"`
		Matched *bool  `json:"matched"` // null when it is not known
		Because string `json:"because,omitempty"`
	}
	out := struct {
		Schema      int                 `json:"schema"`
		Decision    string              `json:"decision"`
		Because     string              `json:"because"`
		Statement   string              `json:"statement,omitempty"`
		Statements  []statement         `json:"statements"`
		Context     map[string][]string `json:"context"`
		Assumptions []string            `json:"assumptions,omitempty"`
		Notes       []string            `json:"notes,omitempty"`
	}{Schema: 1, Decision: decisionName(s.Outcome), Because: s.Because, Statements: []statement{}, Context: s.Context, Notes: s.Notes}
	if len(s.Statements) > 0 && s.Statement >= 0 {
		out.Statement = fmt.Sprintf("/policy/Statement/%d", s.Statement)
	}
	for i, one := range s.Statements {
		st := statement{Sid: s.Sids[i], Effect: one.Effect.String(), Because: one.Because.String()}
		if one.Matched != policy.Unsure {
			matched := one.Matched == policy.Matched
			st.Matched = &matched
		}
		out.Statements = append(out.Statements, st)
	}
	for _, a := range s.Assumptions {
		out.Assumptions = append(out.Assumptions, a.String()+": "+a.Sentence())
	}
	return writeJSON(w, out)
}
