package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// maxCourses bounds the ways to deploy an endpoint that are told apart, and
// allCourses those of all endpoints together.
const (
	maxCourses = 16
	allCourses = 1_000
	// fewCourses are always left, so that what its count leaves open is there.
	fewCourses = 4
)

// endpoints reads the endpoints of the root module and of all that it calls, and
// the policies that no endpoint is known for.
func (e *evaluator) endpoints(root *instance) {
	var all, policies []*site
	e.sites(root, func(s *site) {
		if s.d.kind == policyType {
			policies = append(policies, s)
			return
		}
		all = append(all, s)
	})
	targets := e.targets(all, policies)
	courses := 0
	for _, s := range all {
		var joined []*site
		for i, p := range policies {
			if targets[i].endpoints[s.address()] {
				joined = append(joined, p)
			}
		}
		loose := slices.IndexFunc(targets, func(t target) bool { return t.unknown })
		one := e.located(s)
		e.read(&one, s, max(min(maxCourses, allCourses-courses), fewCourses), func() Leaf {
			leaf := e.attributes(s)
			e.attach(&leaf, s, joined)
			if leaf.Policy == nil && leaf.Why == "" && loose >= 0 {
				leaf.Why = "it may be " + policies[loose].address() + ", whose endpoint is not known"
			}
			return leaf
		})
		courses += len(one.Leaves)
		e.result.Endpoints = append(e.result.Endpoints, one)
	}
	for i, p := range policies {
		if len(targets[i].endpoints) > 0 {
			continue
		}
		one := e.located(p)
		one.Loose = true
		e.read(&one, p, max(min(maxCourses, allCourses-courses), fewCourses), func() Leaf {
			leaf := Leaf{}
			e.document(&leaf, p)
			return leaf
		})
		courses += len(one.Leaves)
		e.result.Endpoints = append(e.result.Endpoints, one)
	}
}

func (e *evaluator) located(s *site) Endpoint {
	one := Endpoint{Address: s.address(), Span: s.d.at}
	for i := s.in; i.parent != nil; i = i.parent {
		one.Calls = append(one.Calls, Call{Address: i.address, Span: i.call.at})
		if i.model != nil {
			// The module is not there to be pointed at.
			one.Span, one.Calls = e.modelled(s), nil
		}
	}
	slices.Reverse(one.Calls)
	return one
}

// read reads an endpoint on every course. Where the defaults of variables leave
// it out on all, they are set aside.
func (e *evaluator) read(one *Endpoint, s *site, limit int, leaf func() Leaf) {
	opened := s.opened
	for range maxOpened {
		var defaults []source.Span
		var leaves []Leaf
		present := false
		e.within(opened, func() {
			e.explore(limit, func() {
				ok, from := e.exists(s)
				l := Leaf{Absent: true}
				if ok {
					l, present = leaf(), true
				}
				defaults = origins(defaults, from)
				l.Choices = slices.Clone(e.course.choices)
				leaves = append(leaves, l)
			})
		})
		one.Leaves = leaves
		if present {
			return
		}
		more := e.open(s.in.root(), opened, defaults)
		if more == nil {
			return
		}
		opened = more
	}
}

// attributes reads an endpoint but for its policy.
func (e *evaluator) attributes(s *site) Leaf {
	in := s.scope()
	get := func(name string) *syntax.Node {
		x, ok := s.d.body.argument(name)
		if !ok {
			return nil
		}
		n := e.value(x, in)
		if n.Kind == syntax.Null {
			return nil
		}
		return e.placed(n, s)
	}
	leaf := Leaf{Service: get("service_name"), Type: get("vpc_endpoint_type"), Region: get("region")}
	// Of the network no more need be known than that two are the same, so that it
	// is no reason for variants.
	leaf.Vpc = e.quietly(func() *syntax.Node { return get("vpc_id") })
	return leaf
}

// attach finds the policy of an endpoint: its own, or that of an
// aws_vpc_endpoint_policy.
func (e *evaluator) attach(leaf *Leaf, s *site, joined []*site) {
	present := slices.DeleteFunc(slices.Clone(joined), func(p *site) bool { ok, _ := e.exists(p); return !ok })
	own := Leaf{}
	e.document(&own, s)
	switch {
	case len(present) > 1 || len(present) == 1 && own.Policy != nil && own.Policy.Kind != syntax.Hole && !s.ignores("policy"):
		leaf.Why = "it is set twice: see " + present[0].address()
		leaf.Policy = own.Policy
		if own.Policy != nil && own.Policy.Kind != syntax.Hole && !s.ignores("policy") {
			present = append([]*site{s}, present...)
		}
		for _, p := range present {
			leaf.Settings = append(leaf.Settings, Setting{p.address(), p.d.at})
		}
	case len(present) == 1 && own.Policy != nil && !s.ignores("policy"):
		// What is not known may be no policy at all.
		leaf.Policy = own.Policy
		leaf.Why = "it comes from " + own.Policy.Hole.String() + ", and from " + present[0].address() + " where that is nothing"
	case len(present) == 1:
		e.document(leaf, present[0])
	default:
		leaf.Policy = own.Policy
	}
}

// ignores reports whether a resource leaves an argument to others once it is made
// (Terraform documentation, "lifecycle").
func (s *site) ignores(argument string) bool {
	for _, one := range s.d.body.blocks("lifecycle") {
		x, ok := one.body.argument("ignore_changes")
		if !ok {
			continue
		}
		names := []string{x.keyword()}
		switch tuple, _ := x.hcl.(*hclsyntax.TupleConsExpr); {
		case x.json != nil:
			for _, item := range x.json.Items {
				text, _ := item.Literal()
				names = append(names, text)
			}
		case tuple != nil:
			for _, item := range tuple.Exprs {
				names = append(names, expression{hcl: item, text: x.text}.keyword())
			}
		}
		if slices.Contains(names, argument) || slices.Contains(names, "all") {
			return true
		}
	}
	return false
}

// document reads the policy of a resource.
func (e *evaluator) document(leaf *Leaf, s *site) {
	x, ok := s.d.body.argument("policy")
	if !ok {
		return
	}
	n := e.value(x, s.scope())
	if n.Kind == syntax.Null {
		// A default of null says no more than that a value need not be given.
		name := e.defaulted(s.in.root(), n.Origin)
		if name == "" {
			return
		}
		n = unknown(name, n.Place)
	}
	leaf.Policy = e.placed(n, s)
}

// A target is which endpoints a policy may be attached to.
type target struct {
	endpoints map[string]bool
	unknown   bool // one of the configuration's, and nothing tells which
}

// targets finds the endpoints of the policies.
func (e *evaluator) targets(endpoints, policies []*site) []target {
	ids := map[string]bool{}
	for _, s := range endpoints {
		ids[s.address()] = true
	}
	out := make([]target, len(policies))
	for i, p := range policies {
		out[i].endpoints = map[string]bool{}
		e.within(p.opened, func() {
			e.explore(maxCourses, func() {
				if ok, _ := e.exists(p); !ok {
					return
				}
				x, ok := p.d.body.argument("vpc_endpoint_id")
				if !ok {
					out[i].unknown = true
					return
				}
				n := e.value(x, p.scope())
				if text, ok := n.Literal(); ok && text != "" {
					return // an endpoint that is not of this configuration
				}
				for address := range ids {
					if isHole(n) && n.Hole.Kind == policy.OwnResource && n.Hole.Ref == bounded(address+".id") {
						out[i].endpoints[address] = true
						return
					}
				}
				out[i].unknown = true
			})
		})
	}
	return out
}

// defaulted names a variable of the root whose default is at one of some places;
// empty when there is none.
func (e *evaluator) defaulted(root *instance, defaults []source.Span) string {
	best := ""
	for name, d := range root.module.variables {
		if x, ok := d.body.argument("default"); ok && slices.Contains(defaults, x.span()) && (best == "" || name < best) {
			best = name
		}
	}
	if best == "" {
		return ""
	}
	return "var." + best
}
