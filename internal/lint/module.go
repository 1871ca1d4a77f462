package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/finding"
	"github.com/eplint/eplint/internal/loader"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
	"github.com/eplint/eplint/internal/source"
)

// A module is what other files may take in, a file or the folder of a Terraform
// configuration, and those that it takes in itself; the zero module is none.
type module struct {
	path   string
	called []string
	// endpoints are the places of those of a Terraform configuration, its own and
	// those of the modules that it calls; nil for any other module.
	endpoints map[place]bool
}

// A place is where an endpoint is declared.
type place struct {
	path  string
	start int
}

func moduleOf(unit loader.Unit) module {
	m := module{path: unit.Module, called: unit.Called}
	if len(unit.Files) > 0 && loader.Scan(unit.Files[0].Path, unit.Files[0].Text) == loader.Configuration {
		m.endpoints = map[place]bool{}
		for i := range unit.Endpoints {
			m.endpoints[placeOf(unit.Endpoints[i].Span)] = true
		}
	}
	return m
}

func placeOf(s source.Span) place {
	if s.File == nil {
		return place{}
	}
	return place{s.File.Path, s.Start}
}

// calledByOthers tells which of some modules another one takes in: there they are
// judged with what they are given. Of those that take in one another the first
// stays.
func calledByOthers(modules []module) []bool {
	callers := map[string][]module{}
	for _, m := range modules {
		for _, path := range m.called {
			callers[path] = append(callers[path], m)
		}
	}
	left := make([]bool, len(modules))
	for i, m := range modules {
		left[i] = m.path != "" && slices.ContainsFunc(callers[m.path], func(other module) bool {
			return other.path != m.path && (!slices.Contains(m.called, other.path) || other.path < m.path)
		})
	}
	return left
}

// uncalled are the parts of a run without those of modules that others call. What
// is left of a Terraform module are the endpoints that no call of it makes: an
// example that leaves one out is no reason to leave it unjudged.
func uncalled(parts []part) []part {
	var modules []module
	for _, p := range parts {
		modules = append(modules, p.module)
	}
	left := calledByOthers(modules)
	var out []part
	for i, p := range parts {
		if left[i] {
			p = leaving(p, unmade(modules, left, i))
		}
		out = append(out, p)
	}
	return out
}

// unmade are the endpoints of a Terraform module that is left out which no other
// module makes that is not.
func unmade(modules []module, left []bool, i int) map[place]bool {
	rest := maps.Clone(modules[i].endpoints)
	for j, other := range modules {
		if left[j] {
			continue
		}
		for at := range other.endpoints {
			delete(rest, at)
		}
		// A plan says of all of its sources what they make.
		if other.endpoints == nil && slices.Contains(other.called, modules[i].path) {
			clear(rest)
		}
	}
	return rest
}

// leaving is what of a part is about some endpoints.
func leaving(p part, rest map[place]bool) part {
	out := part{Skipped: p.Skipped, Endpoints: len(rest)}
	if len(rest) == 0 {
		return out
	}
	out.Files, out.Declared, out.NotRead = p.Files, p.Declared, p.NotRead
	for _, f := range p.Findings {
		if rest[placeOf(f.Declared)] {
			out.Findings = append(out.Findings, f)
		}
	}
	return out
}

// The words that begin what is said of a call.
const calledAs, attachedTo = "called here as ", "attached here to "

// configuration returns the files of a group, and what may be read around them
// where they are Terraform's: none of them when they cannot hold an endpoint.
func (r *run) configuration(files []*source.File, p *part) ([]*source.File, source.Beside) {
	var beside source.Beside
	if len(files) == 0 {
		return files, beside
	}
	if r.Beside != nil {
		beside = r.Beside(files[0].Path)
	}
	if loader.Scan(files[0].Path, files[0].Text) != loader.Configuration || r.folders.Matter(files, beside) {
		return files, beside
	}
	for _, f := range files {
		p.Skipped = append(p.Skipped, f.Path)
	}
	return nil, beside
}

// said leaves out what was found in files that the user leaves out, and that were
// read because others refer to them.
func (r *run) said(paths []string, findings []finding.Finding) []finding.Finding {
	if r.Beside == nil {
		return findings
	}
	leftOut := r.Beside(paths[0]).LeftOut
	known := map[string]bool{}
	for _, path := range paths {
		known[path] = false
	}
	return slices.DeleteFunc(findings, func(f finding.Finding) bool {
		if leftOut == nil || f.Span.File == nil {
			return false
		}
		path := f.Span.File.Path
		if _, ok := known[path]; !ok {
			known[path] = leftOut(path)
		}
		return known[path]
	})
}

// callers adds the calls of modules that an endpoint stands in to its findings.
func callers(findings []finding.Finding, calls []policy.Call) {
	for i := range findings {
		for _, c := range calls {
			message := calledAs + c.Name
			if c.Attached {
				message = attachedTo + c.Name
			}
			findings[i].Related = append(findings[i].Related, finding.Related{Span: c.Span, Message: message})
		}
	}
}

// siblings tells endpoints of those that lead to the same service from the same
// network.
func siblings(endpoints []policy.Endpoint, asker *query.Asker) {
	networks := map[string][]int{}
	for i := range endpoints {
		if e := &endpoints[i]; e.Used && e.When == "" {
			network := e.Vpc.String()
			networks[network] = append(networks[network], i)
		}
	}
	for _, list := range networks {
		for _, i := range list {
			for _, j := range list {
				if i != j && asker.Siblings(&endpoints[i], &endpoints[j]) {
					endpoints[i].Siblings = append(endpoints[i].Siblings, &endpoints[j])
				}
			}
		}
	}
}

// constructs names the construct that an endpoint of the AWS CDK comes from: the
// template is not what its author wrote.
func constructs(findings []finding.Finding, path string) {
	for i := range findings {
		if path != "" {
			findings[i].Message += " (construct " + path + ")"
		}
	}
}

// grouped makes one finding of those of missing-endpoint-policy in a file, of a
// severity: most templates have several such endpoints, and one remedy.
func grouped(findings []finding.Finding) []finding.Finding {
	type group struct {
		path     string
		severity finding.Severity
	}
	count, first := map[group]int{}, map[group]int{}
	var out []finding.Finding
	for _, f := range findings {
		if f.Rule != "missing-endpoint-policy" || f.Span.File == nil {
			out = append(out, f)
			continue
		}
		g := group{f.Span.File.Path, f.Severity}
		if count[g]++; count[g] == 1 {
			first[g] = len(out)
			out = append(out, f)
			continue
		}
		one := &out[first[g]]
		one.Related = append(slices.Clip(one.Related), finding.Related{Span: f.Span, Message: f.Endpoint + ": " + f.Message})
		for _, r := range f.Related {
			if !slices.ContainsFunc(one.Related, func(have finding.Related) bool { return have.Message == r.Message && samePlace(have.Span, r.Span) }) {
				one.Related = append(one.Related, r)
			}
		}
	}
	for g, n := range count {
		if n > 1 {
			noun := "endpoints"
			if n == 2 {
				noun = "endpoint"
			}
			out[first[g]].Message += fmt.Sprintf(" (the same for %d more %s of this file)", n-1, noun)
		}
	}
	return out
}

// once leaves one of the findings that say the same of the same place: several
// calls of a module find it, several plans, or a plan and its sources. It has the
// places of all of them. Of endpoints that share a place each has its own.
func once(findings []finding.Finding) []finding.Finding {
	type same struct {
		rule, message, path, endpoint string
		start, end                    int
	}
	var out []finding.Finding
	at := map[same]int{}
	for _, f := range findings {
		inModule := slices.ContainsFunc(f.Related, func(r finding.Related) bool {
			return strings.HasPrefix(r.Message, calledAs) || strings.HasPrefix(r.Message, attachedTo)
		})
		if f.Span.File == nil {
			out = append(out, f)
			continue
		}
		key := same{f.Rule, f.Message, f.Span.File.Path, "", f.Span.Start, f.Span.End}
		if !inModule {
			key.endpoint = f.Endpoint
		}
		i, known := at[key]
		if !known {
			at[key] = len(out)
			out = append(out, f)
			continue
		}
		for _, r := range f.Related {
			if !slices.ContainsFunc(out[i].Related, func(have finding.Related) bool { return have.Message == r.Message && samePlace(have.Span, r.Span) }) {
				out[i].Related = append(slices.Clip(out[i].Related), r)
			}
		}
	}
	return out
}

func samePlace(a, b source.Span) bool {
	return a.Start == b.Start && a.End == b.End && (a.File == nil) == (b.File == nil) && (a.File == nil || a.File.Path == b.File.Path)
}
