package loader

import (
	"slices"
	"strings"

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
	values  *node // its attributes
	// expressions are its arguments as configured; nil when not known.
	expressions *node
	module      string // the address of its module; empty for the root
	name        string // kind.name, without module and index
	index       string // "[0]", `["a"]` or empty
	at          *node  // what a finding about the resource points at
}

// plan reads the output of `terraform show -json` for a plan (Terraform
// documentation, "JSON Output Format").
func (l *load) plan(n *node) {
	l.terraform(n.get("planned_values").get("root_module"), n.get("configuration").get("root_module"), false)
}

// state reads the output of `terraform show -json` for a state: what is
// deployed, so that each endpoint's own policy is the one in force.
func (l *load) state(n *node) {
	l.terraform(n.get("values").get("root_module"), nil, true)
}

func (l *load) terraform(root, configuration *node, deployed bool) {
	var resources []resource
	l.module(root, configuration, "", &resources)
	for i := range resources {
		if r := &resources[i]; r.kind == endpointType {
			e := l.terraformEndpoint(r, r.values.get)
			e.Policy = l.plannedPolicy(r, resources, deployed)
			l.endpoint(e)
		}
	}
}

// module collects the endpoints and policies of a module and of those that it
// calls.
func (l *load) module(n, configuration *node, address string, out *[]resource) {
	configured := map[string]*node{}
	if list := configuration.get("resources"); list != nil {
		for _, r := range list.items {
			name, _ := r.get("address").literal()
			configured[name] = r.get("expressions")
		}
	}
	if list := n.get("resources"); list != nil {
		for _, item := range list.items {
			mode, _ := item.get("mode").literal()
			kind, _ := item.get("type").literal()
			if mode == "data" || kind != endpointType && kind != policyType {
				continue
			}
			r := resource{kind: kind, values: item.get("values"), module: address, at: item}
			if a := item.get("address"); a != nil {
				r.address, _ = a.literal()
				r.at = a
			}
			name, _ := item.get("name").literal()
			r.name = kind + "." + name
			r.index = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(r.address, address), "."), r.name)
			r.expressions = configured[r.name]
			*out = append(*out, r)
		}
	}
	children := n.get("child_modules")
	if children == nil {
		return
	}
	for _, child := range children.items {
		inner, _ := child.get("address").literal()
		call := strings.TrimPrefix(strings.TrimPrefix(inner, address), ".")
		call, _, _ = strings.Cut(strings.TrimPrefix(call, "module."), "[")
		l.module(child, configuration.get("module_calls").get(call).get("module"), inner, out)
	}
}

// terraformEndpoint reads the attributes of an aws_vpc_endpoint but for its
// policy.
func (l *load) terraformEndpoint(r *resource, attribute func(string) *node) policy.Endpoint {
	e := policy.Endpoint{
		Name:    r.address,
		Service: attribute("service_name").text(),
		Type:    attribute("vpc_endpoint_type").text(),
		Vpc:     attribute("vpc_id").text(),
		Span:    r.at.span(),
	}
	if e.Type.Absent() || attribute("vpc_endpoint_type").kind == null {
		e.Type = policy.Text{Parts: []policy.Part{{Literal: "Gateway"}}}
	}
	if e.Service.Absent() && r.expressions.get("service_name") != nil {
		e.Service = unknown(r.at, "service_name").text()
	}
	return e
}

// plannedPolicy finds the policy that an endpoint of a plan will have: its
// own, or that of an aws_vpc_endpoint_policy of the same module. Values that
// are known only after apply are left out of a plan, so that the
// configuration must tell whether an absent policy is none.
func (l *load) plannedPolicy(r *resource, all []resource, deployed bool) policy.Attached {
	own := r.values.get("policy")
	if deployed {
		return l.attached(own)
	}
	var joined []*resource
	for i := range all {
		if p := &all[i]; p.kind == policyType && p.module == r.module && joins(p, r) {
			joined = append(joined, p)
		}
	}
	inline := r.expressions.get("policy") != nil
	switch {
	case len(joined) > 1 || inline && len(joined) > 0:
		return undetermined(r.at, "it is set twice: see "+joined[0].address)
	case len(joined) == 1:
		p := joined[0]
		if value := p.values.get("policy"); value != nil && value.kind != null {
			return l.attached(value)
		}
		return undetermined(p.at, "it is known only after apply")
	case own != nil && own.kind != null:
		return l.attached(own)
	case inline:
		return undetermined(r.at, "it is known only after apply")
	case r.expressions == nil:
		return undetermined(r.at, "the plan does not hold the configuration that would say whether there is one")
	default:
		return policy.Attached{}
	}
}

func undetermined(at *node, why string) policy.Attached {
	return policy.Attached{State: policy.Undetermined, Why: why, Span: at.span()}
}

// joins reports whether a policy resource is for an endpoint: by id where the
// plan knows it, else by the reference in the configuration, and then with the
// same index, as count and for_each pair them.
func joins(p, endpoint *resource) bool {
	if id, ok := p.values.get("vpc_endpoint_id").literal(); ok && id != "" {
		own, _ := endpoint.values.get("id").literal()
		return id == own
	}
	references := p.expressions.get("vpc_endpoint_id").get("references")
	if references == nil {
		return false
	}
	for _, item := range references.items {
		reference, _ := item.literal()
		reference = strings.TrimSuffix(reference, ".id")
		if reference == endpoint.name {
			return p.index == endpoint.index || p.index == ""
		}
		if reference == endpoint.name+endpoint.index {
			return true
		}
	}
	return false
}

// configuration reads the .tf.json files of one module (Terraform
// documentation, "JSON Configuration Syntax").
func (l *load) configuration(files []*node) {
	var resources []resource
	for _, file := range files {
		eachBlock(file.get("resource"), func(kinds *node) {
			for _, kind := range []string{endpointType, policyType} {
				eachBlock(kinds.get(kind), func(names *node) {
					for _, f := range names.fields {
						eachBlock(f.value, func(body *node) {
							name := kind + "." + f.key.value
							resources = append(resources, resource{address: name, name: name, kind: kind, values: body, expressions: body, at: f.key})
						})
					}
				})
			}
		})
	}
	for i := range resources {
		r := &resources[i]
		if r.kind != endpointType {
			continue
		}
		e := l.terraformEndpoint(r, func(name string) *node { return interpolate(r.values.get(name)) })
		e.Policy = l.configuredPolicy(r, resources)
		l.endpoint(e)
	}
}

// eachBlock calls f for each object of a value: Terraform takes a list of
// blocks wherever it takes one.
func eachBlock(n *node, f func(*node)) {
	if n == nil {
		return
	}
	switch n.kind {
	case object:
		f(n)
	case array:
		for _, item := range n.items {
			if item.kind == object {
				f(item)
			}
		}
	}
}

func (l *load) configuredPolicy(r *resource, all []resource) policy.Attached {
	own := r.values.get("policy")
	inline := own != nil && own.kind != null
	var joined []*resource
	for i := range all {
		p := &all[i]
		if p.kind != policyType {
			continue
		}
		id, _ := p.values.get("vpc_endpoint_id").literal()
		if refersTo(id, r.name) {
			joined = append(joined, p)
		}
	}
	switch {
	case len(joined) > 1 || inline && len(joined) > 0:
		return undetermined(r.at, "it is set twice: see "+joined[0].address)
	case len(joined) == 1:
		return l.attached(interpolate(joined[0].values.get("policy")))
	case inline:
		return l.attached(interpolate(own))
	default:
		return policy.Attached{}
	}
}

// refersTo reports whether a template is a reference to the id of a resource:
// ${aws_vpc_endpoint.s3.id}, with or without an index.
func refersTo(text, name string) bool {
	text, ok := strings.CutPrefix(strings.TrimSpace(text), "${")
	if !ok {
		return false
	}
	text = strings.TrimSpace(strings.TrimSuffix(text, "}"))
	rest, ok := strings.CutPrefix(text, name)
	return ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "["))
}

// interpolate resolves the templates of a string of JSON configuration: $${ is
// the text ${, and an expression is a hole of the kind that its reference has.
func interpolate(n *node) *node {
	if n == nil || n.kind != str || !strings.ContainsAny(n.value, "$%") {
		return n
	}
	text := n.value
	if strings.Contains(strings.ReplaceAll(text, "%%{", ""), "%{") {
		return unknown(n, "a template directive")
	}
	trace := n.place.trace()
	out := &node{kind: str, place: n.place, parts: []part{}}
	start := 0
	add := func(end int) {
		if start < end {
			out.parts = append(out.parts, part{text: text[start:end], trace: trace.Slice(start, end)})
		}
	}
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "$${"), strings.HasPrefix(text[i:], "%%{"):
			add(i)
			start = i + 1
			i += 3
		case strings.HasPrefix(text[i:], "${"):
			add(i)
			end := i + expressionLength(text[i:])
			out.parts = append(out.parts, part{hole: reference(text[i:end])})
			start, i = end, end
		default:
			i++
		}
	}
	add(len(text))
	if len(out.parts) == 1 && out.parts[0].hole.Kind != policy.NotHole {
		return &node{kind: hole, hole: out.parts[0].hole, place: n.place}
	}
	return out
}

// expressionLength is the length of the ${…} that text begins with, braces and
// strings inside it included.
func expressionLength(text string) int {
	depth := 0
	quoted := false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// reference returns the hole of a ${…} expression: of a kind of its own where
// it names the account, organization, region or partition of the deployment,
// or a bucket of the configuration.
func reference(expression string) policy.Hole {
	ref := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(expression, "${"), "}"))
	return policy.Hole{Kind: referenceKind(strings.Split(ref, ".")), Ref: ref}
}

func referenceKind(words []string) policy.HoleKind {
	last := words[len(words)-1]
	if len(words) == 3 && words[0] == "aws_s3_bucket" && slices.Contains([]string{"id", "arn", "bucket"}, last) {
		return policy.OwnResource
	}
	if len(words) != 4 || words[0] != "data" {
		return policy.Unknown
	}
	switch words[1] + "." + last {
	case "aws_caller_identity.account_id":
		return policy.OwnAccount
	case "aws_organizations_organization.id":
		return policy.OwnOrganization
	case "aws_region.name", "aws_region.region", "aws_region.id":
		return policy.Region
	case "aws_partition.partition", "aws_partition.id":
		return policy.Partition
	}
	return policy.Unknown
}
