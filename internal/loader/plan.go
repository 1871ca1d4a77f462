package loader

import (
	"github.com/eplint/eplint/internal/loader/plan"
	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// terraform reads what a plan or a state holds. Where the sources of a plan lie
// beside it, its endpoints stand there.
func (l *load) terraform(r plan.Result) {
	var endpoints []policy.Endpoint
	for _, e := range r.Endpoints {
		endpoints = append(endpoints, l.plannedEndpoint(e))
	}
	sources := l.sources(r, endpoints)
	for i, e := range endpoints {
		for _, one := range sources.located(r.Endpoints[i], e) {
			one.Policy = l.bounded(one.Policy)
			l.endpoint(one)
		}
	}
	for _, c := range r.Changes {
		l.unit.Changes = append(l.unit.Changes, l.change(c))
	}
}

func (l *load) plannedEndpoint(e plan.Endpoint) policy.Endpoint {
	out := policy.Endpoint{Name: e.Address, Service: e.Service.Text(), Type: e.Type.Text(), Vpc: e.Vpc.Text(), Span: e.At.Span()}
	out.Service.Parts = inRegion(out.Service.Parts, e.Region)
	if !e.Loose && out.Type.Absent() {
		out.Type = policy.Text{Parts: []policy.Part{{Literal: "Gateway"}}}
	}
	out.Policy = l.known(e.Policy, e.Why, e.At)
	if e.Kept && isDefault(out.Policy) {
		out.Policy = policy.Attached{}
	}
	for i, s := range e.Settings {
		if i > 0 {
			out.Faults = append(out.Faults, setTwice(s.Address, s.At.Span(), e.Settings[0].At.Span()))
			out.Policy.Reported = true
		}
	}
	return out
}

// isDefault reports whether a policy is the one that AWS attaches where nobody
// attaches another (AWS PrivateLink Guide, "Default endpoint policy").
func isDefault(a policy.Attached) bool {
	if a.State != policy.Known || len(a.Variants[0].Doc.Statements) != 1 {
		return false
	}
	s := &a.Variants[0].Doc.Statements[0]
	all := func(values []policy.Text) bool { return len(values) == 1 && values[0].String() == "*" }
	return s.Unread == "" && s.Effect == policy.Allow && len(s.Conditions) == 0 && len(s.Principals.Values) == 1 && !s.Principals.Not && !s.Actions.Not && !s.Resources.Not &&
		s.Principals.Values[0].Type == "" && all(principalTexts(s.Principals)) && all(s.Actions.Values) && all(s.Resources.Values)
}

// known is a policy, or what keeps it from being known.
func (l *load) known(n *syntax.Node, why string, at *syntax.Node) policy.Attached {
	if why != "" {
		return undetermined(at, why)
	}
	return l.read(n)
}

func undetermined(at *syntax.Node, why string) policy.Attached {
	return policy.Attached{State: policy.Undetermined, Why: why, Span: at.Span()}
}

func (l *load) change(c plan.Change) policy.Change {
	out := policy.Change{
		Address: c.Address, Endpoint: c.Endpoint, Attached: c.Attached, Set: c.Set, Action: c.Action, Span: c.At.Span(),
	}
	// What was there before is nobody's text to be mended.
	if c.Before != nil {
		a, _ := attached(c.Before)
		out.Before = &a
	}
	if c.After != nil {
		a, _ := attached(c.After)
		if c.Why != "" {
			a = undetermined(c.At, c.Why)
		}
		out.After = &a
	}
	return out
}
