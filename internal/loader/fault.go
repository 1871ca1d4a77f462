package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// elements are the names that a statement may have (IAM User Guide, "Grammar of
// the IAM JSON policy language").
var elements = []string{
	"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}

// endpointProperties are those of AWS::EC2::VPCEndpoint (CloudFormation Template
// Reference).
var endpointProperties = []string{
	"DnsOptions", "IpAddressType", "PolicyDocument", "PrivateDnsEnabled", "ResourceConfigurationArn", "RouteTableIds", "SecurityGroupIds",
	"ServiceName", "ServiceNetworkArn", "ServiceRegion", "SubnetIds", "Tags", "VpcEndpointType", "VpcId",
}

// duplicates are the names that an object gives again.
func duplicates(n *syntax.Node) []policy.Fault {
	var list []policy.Fault
	seen := make(map[string]*syntax.Node, len(n.Fields))
	for _, f := range n.Fields {
		if f.Key.Parts != nil {
			continue
		}
		first, again := seen[f.Key.Value]
		if !again {
			seen[f.Key.Value] = f.Key
			continue
		}
		list = append(list, policy.Fault{Kind: policy.DuplicateKey, Name: f.Key.Value, Span: f.Key.Span(), First: first.Span()})
	}
	return list
}

// unknownElements are the names of an object that are none of some.
func unknownElements(n *syntax.Node, names ...string) []policy.Fault {
	var list []policy.Fault
	for _, f := range n.Fields {
		if f.Key.Parts == nil && !slices.Contains(names, f.Key.Value) {
			list = append(list, unknownElement(f.Key, names...))
		}
	}
	return list
}

// misspelled are the names of an object that are none of some and may mean one.
func misspelled(n *syntax.Node, names ...string) []policy.Fault {
	list := unknownElements(n, names...)
	return slices.DeleteFunc(list, func(f policy.Fault) bool { return f.Near == "" })
}

// unknownElement is a name that is none of some. It may mean one of them in other
// letter case, or in the plural.
func unknownElement(key *syntax.Node, names ...string) policy.Fault {
	f := policy.Fault{Kind: policy.UnknownElement, Name: key.String(), Span: key.Span()}
	for _, name := range names {
		if strings.EqualFold(name, f.Name) || strings.EqualFold(name+"s", f.Name) {
			f.Near = name
		}
	}
	return f
}

// setTwice says that a resource sets the policy of an endpoint which another sets
// before.
func setTwice(address string, at, first source.Span) policy.Fault {
	return policy.Fault{Kind: policy.PolicySetTwice, Name: address, Span: at, First: first}
}
