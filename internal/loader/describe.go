package loader

import (
	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// described reads the VpcEndpoints list of `aws ec2 describe-vpc-endpoints`
// (EC2 API Reference, VpcEndpoint): endpoints as they are in the account, each
// with its policy as JSON text.
func (l *load) described(list *syntax.Node) {
	for _, n := range list.Items {
		if n.Kind != syntax.Object {
			continue
		}
		id := n.Get("VpcEndpointId")
		name, _ := id.Literal()
		span := n.Span()
		if name != "" {
			span = id.Span()
		} else {
			name = l.file.Path
		}
		l.endpoint(policy.Endpoint{
			Name:    name,
			Service: n.Get("ServiceName").Text(),
			Type:    n.Get("VpcEndpointType").Text(),
			Vpc:     n.Get("VpcId").Text(),
			Policy:  l.attached(n.Get("PolicyDocument")),
			Live:    true,
			Span:    span,
		})
	}
}
