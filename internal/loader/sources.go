package loader

import (
	"path"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/plan"
	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/loader/terraform"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// maxAbove bounds how far above a plan its sources are looked for, and maxBelow in how
// many folders below it.
const (
	maxAbove = 32
	maxBelow = 64
)

// sources are the endpoints of the configuration that a plan was made of; nil where
// it does not lie beside the plan.
type sources struct {
	plan      *source.File
	called    []string            // the folders of the configuration
	endpoints [][]policy.Endpoint // the variants of each
	byName    map[string][]policy.Endpoint
}

// sources finds the configuration of a plan: that of the folder of the plan, or of
// one above it, which has all endpoints that the plan has, else the only such one
// below it among the folders that are read together. A folder of which a part
// cannot be read is none.
func (l *load) sources(r plan.Result, endpoints []policy.Endpoint) *sources {
	beside := l.options.Beside
	if r.Variables == nil && len(r.Changes) == 0 || len(endpoints) == 0 || beside.List == nil || beside.Read == nil {
		return nil
	}
	s := l.sourcesAbove(r, endpoints)
	if s == nil {
		s = l.sourcesBelow(r, endpoints)
	}
	if s == nil {
		return nil
	}
	l.unit.Called = append(l.unit.Called, s.called...)
	for name := range l.options.Variables {
		if r.Variables.Get(name) != nil {
			l.unit.Declared = append(l.unit.Declared, name)
		}
	}
	slices.Sort(l.unit.Declared)
	return s
}

func (l *load) sourcesAbove(r plan.Result, endpoints []policy.Endpoint) *sources {
	dir := path.Dir(l.file.Path)
	for range maxAbove {
		// What may not be read ends the way up.
		if _, err := l.options.Beside.List(dir); err != nil {
			return nil
		}
		if s := l.sourcesIn(dir, r, endpoints); s != nil {
			return s
		}
		up := path.Join(dir, "..")
		if up == dir {
			return nil
		}
		dir = up
	}
	return nil
}

func (l *load) sourcesBelow(r plan.Result, endpoints []policy.Endpoint) *sources {
	if l.options.Folders == nil {
		return nil
	}
	own := path.Dir(l.file.Path)
	var found *sources
	tried := 0
	for _, dir := range l.options.Folders.Of {
		below := strings.HasPrefix(dir, own+"/") || own == "." && !path.IsAbs(dir) && dir != ".." && !strings.HasPrefix(dir, "../")
		if !below || dir == own {
			continue
		}
		if tried++; tried > maxBelow {
			return nil
		}
		s := l.sourcesIn(dir, r, endpoints)
		switch {
		case s == nil:
		case found != nil:
			return nil // the plan does not tell which
		default:
			found = s
		}
	}
	return found
}

// sourcesIn are the sources in a folder; nil when they are not those of the plan.
func (l *load) sourcesIn(dir string, r plan.Result, endpoints []policy.Endpoint) *sources {
	o := terraform.Options{Read: l.options.Beside.Read, List: l.options.Beside.List, Planned: r.Values(), Scan: l.options.Folders.scanned()}
	if o.Scan == nil {
		o.Scan = &terraform.Scan{}
	}
	if !o.Scan.Leads(nil, dir, o) {
		return nil
	}
	inner := &load{options: l.options, given: map[string]*syntax.Node{}}
	inner.evaluated(terraform.Evaluate(nil, dir, o))
	if len(inner.unit.Findings) > 0 {
		return nil
	}
	s := &sources{plan: l.file, called: append([]string{dir}, inner.unit.Called...), byName: map[string][]policy.Endpoint{}}
	s.endpoints = policy.Variants(inner.unit.Endpoints)
	for _, variants := range s.endpoints {
		s.byName[variants[0].Name] = variants
	}
	for i, e := range endpoints {
		if !r.Endpoints[i].Loose && s.of(e.Name) == nil {
			return nil
		}
	}
	return s
}

// of are the variants of an endpoint by its address. Where the sources do not tell
// the instances of a block apart, theirs has no index.
func (s *sources) of(address string) []policy.Endpoint {
	if found := s.byName[address]; found != nil {
		return found
	}
	want := plan.Words(address)
	for _, variants := range s.endpoints {
		rest := plan.Words(variants[0].Name)
		for _, w := range want {
			switch {
			case len(rest) > 0 && rest[0] == w:
				rest = rest[1:]
			case !strings.HasPrefix(w, "["):
				rest = nil
			}
			if rest == nil {
				break
			}
		}
		if rest != nil && len(rest) == 0 {
			return variants
		}
	}
	return nil
}

// located is an endpoint of the plan with the places of the sources. What only the
// sources know is theirs, so that there may be variants of it.
func (s *sources) located(p plan.Endpoint, e policy.Endpoint) []policy.Endpoint {
	if s == nil {
		return []policy.Endpoint{e}
	}
	variants := s.of(e.Name)
	if variants == nil {
		return []policy.Endpoint{e}
	}
	var fit []policy.Endpoint
	for _, v := range variants {
		v.Policy = s.attachedBy(p.From, v.Policy)
		if v.Service.Absent() || e.Service.Absent() || agrees(e.Service, v.Service) {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return []policy.Endpoint{s.merged(e, &variants[0], nil)}
	}
	if e.Policy.State != policy.Undetermined {
		best := slices.MaxFunc(fit, func(a, b policy.Endpoint) int { return likeness(e.Policy, a.Policy) - likeness(e.Policy, b.Policy) })
		return []policy.Endpoint{s.merged(e, &best, &best.Policy)}
	}
	var out []policy.Endpoint
	for i := range fit {
		one := s.merged(e, &fit[i], &fit[i].Policy)
		if len(fit) > 1 {
			one.When = fit[i].When
		}
		out = append(out, one)
	}
	return out
}

// attachedBy is the policy of the resource that sets it, where the sources do not
// know that it does.
func (s *sources) attachedBy(from string, own policy.Attached) policy.Attached {
	if from != "" && own.State == policy.Undetermined && !own.Reported {
		if other := s.byName[from]; len(other) == 1 {
			return other[0].Policy
		}
	}
	return own
}

// merged is an endpoint of the plan at the places of the sources, whose policy it
// has where the plan knows none; nil for a policy that is another's.
func (s *sources) merged(e policy.Endpoint, v *policy.Endpoint, written *policy.Attached) policy.Endpoint {
	at := places{plan: s.plan, whole: v.Span}
	e.Span, e.Calls, e.Faults = v.Span, v.Calls, v.Faults
	e.Service = at.settled(e.Service, v.Service)
	e.Type = at.settled(e.Type, v.Type)
	e.Vpc = at.settled(e.Vpc, v.Vpc)
	if written == nil {
		written = &policy.Attached{}
	} else if e.Policy.State == policy.Undetermined || written.Reported || written.State == policy.Default && isDefault(e.Policy) {
		e.Policy = *written
	}
	at.whole = at.of(written.Span)
	e.Policy = at.attached(e.Policy, *written)
	return e
}
