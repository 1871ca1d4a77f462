// Package plan reads what `terraform show -json` writes, of plans and of states,
// and the file of a state itself: the endpoints with their policies, what a plan
// knows of the values that only an apply tells, and what it does to each. OpenTofu
// writes the same. What a policy is it leaves to the loader.
package plan

import (
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

const (
	endpointType = "aws_vpc_endpoint"
	policyType   = "aws_vpc_endpoint_policy"
	documentType = "data.aws_iam_policy_document"
)

// A Result is what a plan or a state holds.
type Result struct {
	Endpoints []Endpoint
	Changes   []Change
	// Variables are the values that the variables of the root module have in a
	// plan, as the plan writes them; nil when it does not.
	Variables *syntax.Node
}

// An Endpoint is a VPC endpoint, or a policy that is attached to an endpoint which
// nothing tells.
type Endpoint struct {
	Address string
	// Loose says that it is a policy without an endpoint.
	Loose bool
	// At is the resource's place: its address.
	At *syntax.Node
	// The values are nil where there are none.
	Service, Type, Vpc, Region *syntax.Node
	// Policy is the policy that is attached; nil for none.
	Policy *syntax.Node
	// Why says what keeps the policy from being known; empty when nothing does.
	Why string
	// From is the address of the aws_vpc_endpoint_policy that the policy is of;
	// empty when it is the endpoint's own.
	From string
	// Kept says that the configuration has no argument for the policy, so that it is
	// the one that AWS has.
	Kept bool
	// Settings are what sets the policy where more than one resource does: the
	// endpoint itself first, when it is one of them.
	Settings []Setting
}

// A Setting is a resource that sets the policy of an endpoint.
type Setting struct {
	Address string
	At      *syntax.Node
}

// A Change is what a plan does to an endpoint or to a policy of one.
type Change struct {
	Address string
	// Endpoint is the address of the endpoint; empty when the plan does not tell.
	Endpoint string
	Action   policy.Action
	// Before and After are the policy; nil ones are none.
	Before, After *syntax.Node
	// Why says what keeps After from being known; empty when nothing does.
	Why string
	// Attached says that the resource is a policy on its own, Set that the
	// configuration has an argument for the policy.
	Attached, Set bool
	At            *syntax.Node
}

// Values are the variables of the root module with the values that they have in the
// plan.
func (r Result) Values() []syntax.Field {
	var list []syntax.Field
	if r.Variables != nil {
		for _, f := range r.Variables.Fields {
			if value := f.Value.Get("value"); value != nil {
				list = append(list, syntax.Field{Key: f.Key, Value: value})
			}
		}
	}
	return list
}

// IsPlan reports whether a value is a plan.
func IsPlan(n *syntax.Node) bool {
	return n.Get("planned_values") != nil || n.Get("resource_changes") != nil && (n.Get("configuration") != nil || n.Get("format_version") != nil)
}

// IsState reports whether a value is a state as `terraform show -json` writes it.
func IsState(n *syntax.Node) bool { return n.Get("terraform_version") != nil && n.Get("values") != nil }

// IsStateFile reports whether a value is the file of a state, in the only form
// that Terraform has written since its version 0.12.
func IsStateFile(n *syntax.Node) bool {
	version, _ := n.Get("version").Literal()
	list := n.Get("resources")
	return version == "4" && n.Get("terraform_version") != nil && list != nil && list.Kind == syntax.Array
}

// Read reads a plan (Terraform documentation, "JSON Output Format").
func Read(n *syntax.Node) Result {
	r := newReader(n)
	var list []resource
	if root := n.Get("planned_values"); root != nil {
		r.planned(root.Get("root_module"), r.root, &list)
	} else {
		list = r.changed()
	}
	result := Result{Variables: n.Get("variables")}
	result.Endpoints = r.paired(list)
	result.Changes = r.history(list)
	return result
}

// ReadState reads a state: what is deployed, so that each endpoint's own policy is
// the one in force.
func ReadState(n *syntax.Node) Result {
	r := newReader(nil)
	var list []resource
	r.planned(n.Get("values").Get("root_module"), r.root, &list)
	return deployed(list)
}

// ReadStateFile reads the file of a state.
func ReadStateFile(n *syntax.Node) Result {
	var list []resource
	for _, one := range n.Get("resources").Items {
		mode, _ := one.Get("mode").Literal()
		kind, _ := one.Get("type").Literal()
		name, _ := one.Get("name").Literal()
		instances := one.Get("instances")
		if mode == "data" || kind != endpointType || instances == nil {
			continue
		}
		module, _ := one.Get("module").Literal()
		for _, instance := range instances.Items {
			r := resource{kind: kind, values: instance.Get("attributes"), at: one.Get("name")}
			r.address = within(module, kind+"."+name+index(instance.Get("index_key")))
			if r.at == nil {
				r.at = one
			}
			list = append(list, r)
		}
	}
	return deployed(list)
}

// deployed are the endpoints of a state.
func deployed(list []resource) Result {
	var result Result
	for _, r := range list {
		if r.kind != endpointType {
			continue
		}
		result.Endpoints = append(result.Endpoints, Endpoint{
			Address: r.address, At: r.at,
			Service: given(r.values.Get("service_name")),
			Type:    given(r.values.Get("vpc_endpoint_type")),
			Vpc:     given(r.values.Get("vpc_id")),
			Region:  given(r.values.Get("region")),
			Policy:  given(r.values.Get("policy")),
		})
	}
	return result
}

// given is a value unless it is null.
func given(n *syntax.Node) *syntax.Node {
	if n == nil || n.Kind == syntax.Null {
		return nil
	}
	return n
}

// within is the address of what a module holds.
func within(module, name string) string {
	if module == "" {
		return name
	}
	return module + "." + name
}

// index is the key of an instance as it stands in an address; empty without one.
func index(key *syntax.Node) string {
	text, ok := key.Literal()
	switch {
	case !ok:
		return ""
	case key.Kind == syntax.String:
		return `["` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"]`
	default:
		return "[" + text + "]"
	}
}

// at is a string at a place.
func at(text string, place syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.String, Value: text, Place: syntax.At(place.Span())}
}

// truth reports whether a value is true, or holds one that is.
func truth(n *syntax.Node) bool {
	if n == nil {
		return false
	}
	switch n.Kind {
	case syntax.Boolean:
		return n.Value == "true"
	case syntax.Array:
		for _, item := range n.Items {
			if truth(item) {
				return true
			}
		}
	case syntax.Object:
		for _, f := range n.Fields {
			if truth(f.Value) {
				return true
			}
		}
	}
	return false
}
