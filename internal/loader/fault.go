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

// sameKeys are the condition keys of an operator that are given again in other
// letter case, which condition keys ignore.
func sameKeys(n *syntax.Node) []policy.Fault {
	var list []policy.Fault
	for i, f := range n.Fields {
		for _, before := range n.Fields[:i] {
			if f.Key.Parts == nil && before.Key.Value != f.Key.Value && strings.EqualFold(before.Key.Value, f.Key.Value) {
				list = append(list, policy.Fault{
					Kind: policy.DuplicateKey, Name: f.Key.Value, Because: "in other letter case, which condition keys ignore", Misses: true,
					Span: f.Key.Span(), First: before.Key.Span(),
				})
				break
			}
		}
	}
	return list
}

// withoutStatements is the fault of a document that has no statements, where that
// is certain.
func withoutStatements(n *syntax.Node) (policy.Fault, bool) {
	f := policy.Fault{Kind: policy.MissingElement, Name: "Statement", Span: n.Span()}
	statements := n.Get("Statement")
	switch {
	case holdsUnknownKey(n):
		return f, false
	case statements == nil:
		f.Because = "is missing: AWS takes no policy without it"
		return f, true
	}
	f.Span = statements.Span()
	switch statements.Kind {
	case syntax.Array:
		f.Because = "is empty: no request gets through"
		return f, len(statements.Items) == 0
	case syntax.Object, syntax.Hole:
		return f, false
	default:
		f.Because = wrongKind(statements, "a list of statements")
		return f, true
	}
}

// holdsUnknownKey reports whether a key of an object is not known, so that it may
// be any.
func holdsUnknownKey(n *syntax.Node) bool {
	return slices.ContainsFunc(n.Fields, func(f syntax.Field) bool { return f.Key.Parts != nil || f.Key.Kind == syntax.Hole })
}

// means reports whether a misspelt element of some faults may mean the name.
func means(faults []policy.Fault, name string) bool {
	return slices.ContainsFunc(faults, func(f policy.Fault) bool { return f.Kind == policy.UnknownElement && f.Near == name })
}

// wrongKind says that a value is of another kind than AWS takes.
func wrongKind(n *syntax.Node, want string) string {
	return "is " + n.Kind.String() + ", where AWS takes " + want
}

// kindOf is the fault of a value of an element that is no text.
func kindOf(element string) policy.FaultKind {
	switch strings.TrimPrefix(element, "Not") {
	case "Action":
		return policy.InvalidAction
	case "Resource":
		return policy.InvalidARN
	case "Principal":
		return policy.InvalidPrincipal
	default:
		return policy.InvalidConditionValue
	}
}

// setTwice says that a resource sets the policy of an endpoint which another sets
// before.
func setTwice(address string, at, first source.Span) policy.Fault {
	return policy.Fault{Kind: policy.PolicySetTwice, Name: address, Span: at, First: first}
}
