package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

const (
	endpointType = "aws_vpc_endpoint"
	policyType   = "aws_vpc_endpoint_policy"
)

// A resource is one instance of a Terraform resource.
type resource struct {
	address string // as Terraform writes it, with its index
	kind    string
	values  *syntax.Node // its attributes
	// expressions are its arguments as configured; nil when not known.
	expressions *syntax.Node
	module      string       // the address of its module; empty for the root
	name        string       // kind.name, without module and index
	index       string       // "[0]", `["a"]` or empty
	at          *syntax.Node // what a finding about the resource points at
	// target is the reference by which a policy names its endpoint; empty when
	// the configuration has none.
	target string
}

// plan reads the output of `terraform show -json` for a plan (Terraform
// documentation, "JSON Output Format").
func (l *load) plan(n *syntax.Node) {
	l.terraform(n.Get("planned_values").Get("root_module"), n.Get("configuration").Get("root_module"), false)
}

// state reads the output of `terraform show -json` for a state: what is
// deployed, so that each endpoint's own policy is the one in force.
func (l *load) state(n *syntax.Node) {
	l.terraform(n.Get("values").Get("root_module"), nil, true)
}

func (l *load) terraform(root, configuration *syntax.Node, deployed bool) {
	var resources []resource
	l.module(root, configuration, "", &resources)
	if deployed {
		// What is in force is at the endpoints themselves.
		resources = slices.DeleteFunc(resources, func(r resource) bool { return r.kind == policyType })
	}
	l.paired(resources, func(r *resource, joined []*resource) policy.Endpoint {
		e := l.terraformEndpoint(r, r.values.Get)
		e.Policy = l.plannedPolicy(r, joined, deployed)
		return e
	}, l.plannedValue)
}

// paired adds the endpoints of some resources, each read with the policies that
// are joined to it, and the policies that no endpoint is known for, each as an
// endpoint of its own. While there are such, an endpoint without a policy may be
// theirs.
func (l *load) paired(resources []resource, read func(r *resource, joined []*resource) policy.Endpoint, document func(*resource) policy.Attached) {
	joined, loose := join(resources)
	for i := range resources {
		r := &resources[i]
		if r.kind != endpointType {
			continue
		}
		e := read(r, joined[i])
		if e.Policy.State == policy.Default && len(loose) > 0 {
			e.Policy = undetermined(r.at, "it may be "+loose[0].address+", whose endpoint is not known")
		}
		l.endpoint(e)
	}
	for _, p := range loose {
		l.endpoint(policy.Endpoint{Name: p.address, Policy: document(p), Span: p.at.Span()})
	}
}

// join finds the policies of each endpoint, by the index of the endpoint, and
// the policies that no endpoint is known for.
func join(resources []resource) (joined map[int][]*resource, loose []*resource) {
	byID, byName := map[string]int{}, map[string][]int{}
	for i := range resources {
		if r := &resources[i]; r.kind == endpointType {
			if id, ok := r.values.Get("id").Literal(); ok && id != "" {
				byID[id] = i
			}
			byName[r.module+"\x00"+r.name] = append(byName[r.module+"\x00"+r.name], i)
		}
	}
	joined = map[int][]*resource{}
	for i := range resources {
		p := &resources[i]
		if p.kind != policyType {
			continue
		}
		var target int
		var ok bool
		if id, known := p.values.Get("vpc_endpoint_id").Literal(); known && id != "" && p.target == "" {
			target, ok = byID[id]
		} else {
			name, index := p.target, ""
			if i := strings.IndexByte(name, '['); i >= 0 {
				name, index = name[:i], name[i:]
			}
			target, ok = pick(resources, byName[p.module+"\x00"+name], index, p.index)
		}
		if !ok {
			loose = append(loose, p)
			continue
		}
		joined[target] = append(joined[target], p)
	}
	return joined, loose
}

// target returns the reference to an endpoint, with its index where that is
// written, in the expressions of a policy. Terraform lists the most exact
// reference first.
func target(expressions *syntax.Node) string {
	references := expressions.Get("vpc_endpoint_id").Get("references")
	if references == nil {
		return ""
	}
	for _, item := range references.Items {
		reference, _ := item.Literal()
		if strings.HasPrefix(reference, endpointType+".") {
			return strings.TrimSuffix(reference, ".id")
		}
	}
	return ""
}

// pick chooses among the instances of an endpoint: that of the index in the
// reference, else that of the policy's own index, as count and for_each pair
// them, else the only one.
func pick(resources []resource, candidates []int, reference, own string) (int, bool) {
	for _, want := range []string{reference, own} {
		// each.key and count.index in a reference are the policy's own index.
		if want == "" || strings.HasPrefix(want, "[each.") || strings.HasPrefix(want, "[count.") {
			continue
		}
		for _, i := range candidates {
			if resources[i].index == want {
				return i, true
			}
		}
		if want == reference {
			return 0, false
		}
	}
	if len(candidates) == 1 {
		return candidates[0], true
	}
	return 0, false
}

// module collects the endpoints and policies of a module and of those that it
// calls.
func (l *load) module(n, configuration *syntax.Node, address string, out *[]resource) {
	configured, targets := map[string]*syntax.Node{}, map[string]string{}
	if list := configuration.Get("resources"); list != nil {
		for _, r := range list.Items {
			name, _ := r.Get("address").Literal()
			configured[name] = r.Get("expressions")
			targets[name] = target(configured[name])
		}
	}
	if list := n.Get("resources"); list != nil {
		for _, item := range list.Items {
			mode, _ := item.Get("mode").Literal()
			kind, _ := item.Get("type").Literal()
			if mode == "data" || kind != endpointType && kind != policyType {
				continue
			}
			r := resource{kind: kind, values: item.Get("values"), module: address, at: item}
			if a := item.Get("address"); a != nil {
				r.address, _ = a.Literal()
				r.at = a
			}
			name, _ := item.Get("name").Literal()
			r.name = kind + "." + name
			r.index = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(r.address, address), "."), r.name)
			r.expressions = configured[r.name]
			r.target = targets[r.name]
			*out = append(*out, r)
		}
	}
	children := n.Get("child_modules")
	if children == nil {
		return
	}
	for _, child := range children.Items {
		inner, _ := child.Get("address").Literal()
		call := strings.TrimPrefix(strings.TrimPrefix(inner, address), ".")
		call, _, _ = strings.Cut(strings.TrimPrefix(call, "module."), "[")
		l.module(child, configuration.Get("module_calls").Get(call).Get("module"), inner, out)
	}
}

// terraformEndpoint reads the attributes of an aws_vpc_endpoint but for its
// policy.
func (l *load) terraformEndpoint(r *resource, attribute func(string) *syntax.Node) policy.Endpoint {
	e := policy.Endpoint{
		Name:    r.address,
		Service: attribute("service_name").Text(),
		Type:    attribute("vpc_endpoint_type").Text(),
		Vpc:     attribute("vpc_id").Text(),
		Span:    r.at.Span(),
	}
	if e.Type.Absent() || attribute("vpc_endpoint_type").Kind == syntax.Null {
		e.Type = policy.Text{Parts: []policy.Part{{Literal: "Gateway"}}}
	}
	if e.Service.Absent() && r.expressions.Get("service_name") != nil {
		e.Service = unknown(r.at, "service_name").Text()
	}
	return e
}

// plannedPolicy finds the policy that an endpoint of a plan will have: its
// own, or that of an aws_vpc_endpoint_policy of the same module. Values that
// are known only after apply are left out of a plan, so that the
// configuration must tell whether an absent policy is none.
func (l *load) plannedPolicy(r *resource, joined []*resource, deployed bool) policy.Attached {
	own := r.values.Get("policy")
	if deployed {
		return l.attached(own)
	}
	inline := r.expressions.Get("policy") != nil
	switch {
	case len(joined) > 1 || inline && len(joined) > 0:
		return undetermined(r.at, "it is set twice: see "+joined[0].address)
	case len(joined) == 1:
		return l.plannedValue(joined[0])
	case own != nil && own.Kind != syntax.Null:
		return l.attached(own)
	case inline:
		return undetermined(r.at, "it is known only after apply")
	case r.expressions == nil:
		return undetermined(r.at, "the plan does not hold the configuration that would say whether there is one")
	default:
		return policy.Attached{}
	}
}

// plannedValue is the document of an aws_vpc_endpoint_policy.
func (l *load) plannedValue(p *resource) policy.Attached {
	if value := p.values.Get("policy"); value != nil && value.Kind != syntax.Null {
		return l.attached(value)
	}
	return undetermined(p.at, "it is known only after apply")
}

func undetermined(at *syntax.Node, why string) policy.Attached {
	return policy.Attached{State: policy.Undetermined, Why: why, Span: at.Span()}
}
