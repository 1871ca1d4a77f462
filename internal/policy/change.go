package policy

import "github.com/eplint/eplint/internal/source"

// A Change is what a Terraform plan does to an endpoint, or to a policy that is a
// resource of its own. Whoever judges it knows the policy that is in force and the
// one that will be: of a policy that is dropped AWS keeps the old one where the
// resource stays, and attaches its default where an aws_vpc_endpoint_policy is
// destroyed.
type Change struct {
	// Address is the address of the resource.
	Address string
	// Endpoint is the address of the endpoint that it is about: the resource
	// itself, or the endpoint of the policy. Empty when the plan does not tell.
	Endpoint string
	// Attached says that the resource is a policy on its own.
	Attached bool
	// Set says that the configuration has an argument for the policy: without one
	// After is what the provider keeps. It is false for what is destroyed.
	Set    bool
	Action Action
	// Before is the policy before the apply, and After the one after it; nil where
	// there is no resource then.
	Before, After *Attached
	// Span is the resource's own place.
	Span source.Span
}

// Action is what happens to a resource.
type Action int

// The actions. Kept, the zero Action, changes nothing; Forgotten leaves the
// resource to others.
const (
	Kept Action = iota
	Created
	Updated
	Replaced
	Destroyed
	Forgotten
)
