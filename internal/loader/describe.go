package loader

import "github.com/eplint/eplint/internal/policy"

// described reads the VpcEndpoints list of `aws ec2 describe-vpc-endpoints`
// (EC2 API Reference, VpcEndpoint): endpoints as they are in the account, each
// with its policy as JSON text.
func (l *load) described(list *node) {
	for _, n := range list.items {
		if n.kind != object {
			continue
		}
		id := n.get("VpcEndpointId")
		name, _ := id.literal()
		span := n.span()
		if name != "" {
			span = id.span()
		} else {
			name = l.file.Path
		}
		l.endpoint(policy.Endpoint{
			Name:    name,
			Service: n.get("ServiceName").text(),
			Type:    n.get("VpcEndpointType").text(),
			Vpc:     n.get("VpcId").text(),
			Policy:  l.attached(n.get("PolicyDocument")),
			Live:    true,
			Span:    span,
		})
	}
}
