package loader

import (
	"path"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// isLandingZone recognises the network-config.yaml of AWS's Landing Zone
// Accelerator.
func isLandingZone(n *syntax.Node) bool {
	return n.Get("endpointPolicies") != nil && (n.Get("vpcs") != nil || n.Get("vpcTemplates") != nil)
}

// landingZone reads the endpoints of a network-config.yaml (Landing Zone
// Accelerator on AWS, "NetworkConfig", "EndpointPolicyConfig"): each VPC lists its
// gateway and interface endpoints, and names their policies, which are files.
func (l *load) landingZone(n *syntax.Node) {
	documents := map[string]*syntax.Node{}
	for _, p := range items(n.Get("endpointPolicies")) {
		if name, ok := p.Get("name").Literal(); ok {
			documents[name] = p.Get("document")
		}
	}
	for _, list := range []string{"vpcs", "vpcTemplates"} {
		for _, vpc := range items(n.Get(list)) {
			for _, kind := range []struct{ property, name string }{{"gatewayEndpoints", "Gateway"}, {"interfaceEndpoints", "Interface"}} {
				group := vpc.Get(kind.property)
				for _, e := range items(group.Get("endpoints")) {
					l.acceleratorEndpoint(vpc, group, e, kind.name, documents)
				}
			}
		}
	}
}

func (l *load) acceleratorEndpoint(vpc, group, n *syntax.Node, kind string, documents map[string]*syntax.Node) {
	service := n.Get("service")
	if service == nil {
		return
	}
	id, name := replaced(service).Text(), replaced(vpc.Get("name")).Text()
	e := policy.Endpoint{
		Name:    name.String() + "/" + id.String(),
		Service: replaced(n.Get("serviceName")).Text(),
		Type:    policy.Text{Parts: []policy.Part{{Literal: kind}}},
		Vpc:     name,
		Span:    service.Span(),
	}
	if e.Service.Absent() {
		e.Service = policy.Text{Span: service.Span(), Parts: []policy.Part{{Literal: "com.amazonaws."}}}
		region := replaced(vpc.Get("region")).Text()
		if region.Absent() {
			region.Parts = []policy.Part{{Hole: policy.Hole{Kind: policy.Region, Ref: "region"}}}
		}
		e.Service.Parts = joined(e.Service.Parts, region.Parts, []policy.Part{{Literal: "."}}, id.Parts)
	}
	choice := n.Get("policy")
	if choice == nil {
		choice = group.Get("defaultPolicy")
	}
	if apply, _ := n.Get("applyPolicy").Literal(); choice != nil && apply != "false" {
		e.Policy = l.acceleratorPolicy(choice, documents)
		e.Calls = []policy.Call{{Name: e.Name, Span: service.Span(), Attached: true}}
	}
	l.endpoint(e)
}

// acceleratorPolicy is the policy of a name, which a file of the configuration
// holds.
func (l *load) acceleratorPolicy(choice *syntax.Node, documents map[string]*syntax.Node) policy.Attached {
	name := replaced(choice).Text()
	document, ok := documents[name.String()]
	if !ok {
		return undetermined(choice, "the configuration has no endpoint policy "+name.String())
	}
	location, ok := document.Literal()
	if !ok || l.options.Beside.Read == nil {
		return undetermined(choice, "its file is not known")
	}
	file, values := l.beside(path.Join(path.Dir(l.file.Path), location))
	if len(values) != 1 {
		return undetermined(choice, "its file "+location+" cannot be read")
	}
	outer := l.file
	l.file = file
	defer func() { l.file = outer }()
	return l.attached(replaced(values[0]))
}

// items are the items of a list; nil of anything else.
func items(n *syntax.Node) []*syntax.Node {
	if n == nil || n.Kind != syntax.Array {
		return nil
	}
	return n.Items
}

// joined puts texts together; literal parts that meet become one.
func joined(texts ...[]policy.Part) []policy.Part {
	var out []policy.Part
	for _, parts := range texts {
		for _, p := range parts {
			if last := len(out) - 1; last >= 0 && p.Hole.Kind == policy.NotHole && out[last].Hole.Kind == policy.NotHole {
				out[last].Literal += p.Literal
				continue
			}
			out = append(out, p)
		}
	}
	return out
}

// replaced is a value with a hole for each thing that the accelerator replaces
// when it deploys: {{ name }} of replacements-config.yaml, and ${NAME} in a policy.
func replaced(n *syntax.Node) *syntax.Node { return mapped(n, replacedString) }

func replacedString(n *syntax.Node) *syntax.Node {
	return punched(n, func(r syntax.Run, at int) (int, policy.Hole) { return replacement(r.Text[at:]) })
}

// replacement is what a text begins with that is replaced; its length is zero
// when there is none. Names of policy variables are not in capitals.
func replacement(text string) (length int, hole policy.Hole) {
	if rest, ok := strings.CutPrefix(text, "{{"); ok {
		if end := strings.Index(rest, "}}"); end >= 0 {
			return end + 4, policy.Hole{Kind: policy.Unknown, Ref: syntax.Name(strings.TrimSpace(rest[:end]))}
		}
		return 0, hole
	}
	rest, ok := strings.CutPrefix(text, "${")
	end := strings.IndexByte(rest, '}')
	if !ok || end < 1 || strings.ToUpper(rest[:end]) != rest[:end] || strings.ContainsAny(rest[:end], "*?$") {
		return 0, hole
	}
	kind := policy.Unknown
	switch rest[:end] {
	case "ORG_ID":
		kind = policy.OwnOrganization
	case "PARTITION":
		kind = policy.Partition
	case "ACCOUNT_ID":
		kind = policy.OwnAccount
	case "REGION":
		kind = policy.Region
	}
	return end + 3, policy.Hole{Kind: kind, Ref: syntax.Name(rest[:end])}
}
