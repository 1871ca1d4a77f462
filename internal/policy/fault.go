package policy

import "github.com/eplint/eplint/internal/source"

// A Fault is a name in an endpoint or its policy that does not say what it seems
// to: readers differ in what they make of it.
type Fault struct {
	Kind FaultKind
	// Name is the name as written, Near the one that may have been meant; empty
	// when there is none. Of PolicySetTwice Name is the resource.
	Name, Near string
	// Span is the name; First is where a DuplicateKey was given, or the policy was
	// set, before.
	Span, First source.Span
}

// FaultKind is what is wrong with a name.
type FaultKind int

// The kinds of faults.
const (
	DuplicateKey   FaultKind = iota + 1 // an object gives the name again
	UnknownElement                      // the policy language, or the resource, has no such name
	PolicySetTwice                      // another resource sets the endpoint's policy too
)

// String returns the name of the rule that reports the kind.
func (k FaultKind) String() string {
	switch k {
	case DuplicateKey:
		return "duplicate-key"
	case PolicySetTwice:
		return "policy-set-twice"
	default:
		return "unknown-element"
	}
}

// placeOf finds a part of a list of faults: N, or N/first.
func placeOf(faults []Fault, words []string) (source.Span, bool) {
	if len(words) == 0 {
		return source.Span{}, false
	}
	i, ok := index(words[0], len(faults))
	switch {
	case ok && len(words) == 1:
		return faults[i].Span, true
	case ok && len(words) == 2 && words[1] == "first" && faults[i].First.File != nil:
		return faults[i].First, true
	}
	return source.Span{}, false
}
