package plan

import (
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// A resource is one instance of an endpoint or of a policy of one.
type resource struct {
	address string // as Terraform writes it, with its index
	kind    string
	name    string // kind.name, without module and index
	index   string // "[0]", `["a"]` or empty
	module  *module
	values  *syntax.Node // its attributes
	change  *syntax.Node // what the plan does to it; nil when not known
	config  *syntax.Node // the resource as configured; nil when not known
	at      *syntax.Node // what a finding about the resource points at
}

// argument is an argument as configured; nil when the configuration has none.
func (r *resource) argument(name string) *syntax.Node {
	return r.config.Get("expressions").Get(name)
}

func (r *resource) place() place {
	return place{module: r.module, key: r.index, each: r.config.Get("for_each_expression")}
}

// planned collects the endpoints and policies of a module and of those that it
// calls.
func (r *reader) planned(n *syntax.Node, m *module, out *[]resource) {
	if list := n.Get("resources"); list != nil {
		for _, item := range list.Items {
			mode, _ := item.Get("mode").Literal()
			kind, _ := item.Get("type").Literal()
			if mode == "data" || kind != endpointType && kind != policyType {
				continue
			}
			one := r.resource(item, kind, item.Get("values"), m)
			if one.change == nil {
				name := within(m.address, one.name)
				r.instances[name] = append(r.instances[name], one.address)
			}
			*out = append(*out, one)
		}
	}
	children := n.Get("child_modules")
	if children == nil {
		return
	}
	for _, child := range children.Items {
		address, _ := child.Get("address").Literal()
		r.planned(child, r.moduleAt(address), out)
	}
}

// changed are the endpoints and policies of a plan of which only the changes are
// there.
func (r *reader) changed() []resource {
	var list []resource
	for _, item := range r.list {
		mode, _ := item.Get("mode").Literal()
		kind, _ := item.Get("type").Literal()
		after := item.Get("change").Get("after")
		if mode == "data" || kind != endpointType && kind != policyType || after == nil || after.Kind == syntax.Null {
			continue
		}
		address, _ := item.Get("module_address").Literal()
		list = append(list, r.resource(item, kind, after, r.moduleAt(address)))
	}
	return list
}

func (r *reader) resource(item *syntax.Node, kind string, values *syntax.Node, m *module) resource {
	out := resource{kind: kind, values: values, module: m, at: item}
	if a := item.Get("address"); a != nil {
		out.address, _ = a.Literal()
		out.at = a
	}
	name, _ := item.Get("name").Literal()
	out.name = kind + "." + name
	out.index = strings.TrimPrefix(out.address, within(m.address, out.name))
	out.change = r.changes[out.address]
	out.config = m.resource(out.name)
	return out
}

// paired are the endpoints of some resources, each with the policies that are
// joined to it, and the policies that no endpoint is known for, each as an endpoint
// of its own. While there are such, an endpoint without a policy may be theirs.
func (r *reader) paired(list []resource) []Endpoint {
	joined, loose := r.join(list)
	var out []Endpoint
	for i := range list {
		one := &list[i]
		if one.kind != endpointType {
			continue
		}
		e := Endpoint{
			Address: one.address, At: one.at,
			Service: r.attribute(one, "service_name"),
			Type:    r.attribute(one, "vpc_endpoint_type"),
			Vpc:     r.attribute(one, "vpc_id"),
			Region:  given(one.values.Get("region")),
		}
		r.attach(&e, one, joined[i])
		if e.Policy == nil && e.Why == "" && len(loose) > 0 {
			e.Why = "it may be " + loose[0].address + ", whose endpoint is not known"
		}
		out = append(out, e)
	}
	for _, p := range loose {
		e := Endpoint{Address: p.address, Loose: true, At: p.at}
		e.Policy, e.Why = r.document(p)
		out = append(out, e)
	}
	return out
}

// attribute is an attribute of a resource: its value, or a hole that names what it
// depends on where only an apply tells it.
func (r *reader) attribute(one *resource, name string) *syntax.Node {
	if n := given(one.values.Get(name)); n != nil {
		return n
	}
	expression := one.argument(name)
	if expression == nil || one.change != nil && !truth(one.change.Get("change").Get("after_unknown").Get(name)) || one.values.Get(name) != nil {
		return nil
	}
	r.begin()
	return r.hole(one.place(), expression, name, one.at.Place)
}

// attach finds the policy that an endpoint will have: its own, or that of an
// aws_vpc_endpoint_policy. Values that are known only after apply are left out of a
// plan, so that the configuration must tell whether an absent policy is none.
func (r *reader) attach(e *Endpoint, one *resource, joined []*resource) {
	inline := one.argument("policy")
	twice := len(joined) > 0 && inline != nil && one.sets()
	if twice {
		e.Settings = append(e.Settings, Setting{one.address, one.at})
	}
	for _, p := range joined {
		e.Settings = append(e.Settings, Setting{p.address, p.at})
	}
	switch {
	case len(e.Settings) > 1:
		e.Why = "it is set twice: see " + joined[0].address
	case len(joined) == 1:
		e.From = joined[0].address
		e.Policy, e.Why = r.document(joined[0])
	case given(one.values.Get("policy")) != nil:
		e.Policy = one.values.Get("policy")
		e.Kept = one.config != nil && inline == nil
	case inline != nil:
		e.Policy, e.Why = r.document(one)
	case one.config == nil:
		e.Why = "the plan does not hold the configuration that would say whether there is one"
	}
	if len(e.Settings) < 2 {
		e.Settings = nil
	}
}

// sets reports whether an endpoint that has an argument for its policy is certain
// to set it: what the plan says of an endpoint that is there already may be what
// AWS has, where the argument is null.
func (r *resource) sets() bool {
	if given(r.argument("policy").Get("constant_value")) != nil {
		return true
	}
	after := given(r.values.Get("policy"))
	if after == nil {
		return false
	}
	before := r.change.Get("change").Get("before")
	if r.change == nil || before == nil || before.Kind == syntax.Null {
		return true
	}
	old, _ := before.Get("policy").Literal()
	now, _ := after.Literal()
	return old != now
}

// join finds the policies of each endpoint, by the index of the endpoint, and the
// policies that no endpoint is known for.
func (r *reader) join(list []resource) (joined map[int][]*resource, loose []*resource) {
	byID, byAddress := map[string]int{}, map[string]int{}
	for i := range list {
		if one := &list[i]; one.kind == endpointType {
			if id, ok := one.values.Get("id").Literal(); ok && id != "" {
				byID[id] = i
			}
			byAddress[one.address] = i
		}
	}
	joined = map[int][]*resource{}
	for i := range list {
		p := &list[i]
		if p.kind != policyType {
			continue
		}
		target, ok := r.target(p, byID, byAddress)
		if !ok {
			loose = append(loose, p)
			continue
		}
		joined[target] = append(joined[target], p)
	}
	return joined, loose
}

// target finds the endpoint of a policy: by its id, else by the reference that the
// configuration has.
func (r *reader) target(p *resource, byID, byAddress map[string]int) (int, bool) {
	if id, ok := p.values.Get("vpc_endpoint_id").Literal(); ok && id != "" {
		if i, ok := byID[id]; ok {
			return i, true
		}
	}
	r.begin()
	for _, o := range r.follow(p.place(), p.argument("vpc_endpoint_id"), true) {
		if o.kind != endpointType || len(o.addresses) != 1 {
			continue
		}
		if i, ok := byAddress[o.addresses[0]]; ok {
			return i, true
		}
	}
	return 0, false
}
