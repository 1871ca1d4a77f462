package policy

import "github.com/eplint/eplint/internal/source"

// A Fault is a place in an endpoint or its policy that is not written as the
// policy language has it, or that readers take differently.
type Fault struct {
	Kind FaultKind
	// Level is how grave it is. The zero Level is Error.
	Level Level
	// Name is what is at fault as written, or the name of what is missing; Near
	// the right one that may have been meant, empty when there is none. Of
	// PolicySetTwice Name is the resource.
	Name, Near string
	// Because says for people what is wrong, in words that follow the name.
	// It may be empty where the kind says all.
	Because string
	// Undecides says that nobody knows what the statement says, since it is
	// written so: its questions are open, and this fault tells why.
	Undecides bool
	// Misses says that the statement never matches, since it is written so.
	Misses bool
	// Span is the place, and First where a DuplicateKey was given, or the policy
	// was set, before. A fault found by Grammar has the JSON Pointers At and Earlier instead.
	Span, First source.Span
	At, Earlier string
}

// Level is how grave a fault is.
type Level int

// The levels.
const (
	Error Level = iota
	Warning
	Note
)

// String returns the level as findings have it.
func (l Level) String() string { return [...]string{"error", "warning", "note"}[l] }

// FaultKind is what is wrong.
type FaultKind int

// The kinds of faults.
const (
	DuplicateKey          FaultKind = iota + 1 // an object gives the name again
	UnknownElement                             // the policy language, or the resource, has no such name
	MissingElement                             // an element is not there, or is empty
	ConflictingElements                        // an element and its negation
	InvalidEffect                              // neither Allow nor Deny
	InvalidPrincipal                           // no principal of a resource policy
	NotPrincipal                               // NotPrincipal, which does other than it seems
	InvalidAction                              // no name of an action
	InvalidARN                                 // no ARN
	InvalidOperator                            // no condition operator, or one on a key that it is not for
	InvalidConditionKey                        // no name of a condition key
	InvalidConditionValue                      // a value that the operator cannot compare
	WildcardWithoutLike                        // a wildcard that is taken for a character
	InvalidVariable                            // no policy variable, or one where none is replaced
	PolicyVersion                              // no version of the policy language, or one without variables
	InvalidSid                                 // a character that a Sid may not hold
	DuplicateSid                               // a Sid that another statement has
	PolicyTooLarge                             // beyond AWS's quota, or close to it
	IdentifierWildcard                         // a wildcard or a number for an id of the system
	ShortWildcardAnchor                        // too little text beside a wildcard
	MixedARNAccount                            // part of an account id and a wildcard
	PolicySetTwice                             // another resource sets the endpoint's policy too
)

var faultKinds = [...]string{
	DuplicateKey:          "duplicate-key",
	UnknownElement:        "unknown-element",
	MissingElement:        "missing-element",
	ConflictingElements:   "conflicting-elements",
	InvalidEffect:         "invalid-effect",
	InvalidPrincipal:      "invalid-principal",
	NotPrincipal:          "not-principal",
	InvalidAction:         "invalid-action",
	InvalidARN:            "invalid-arn",
	InvalidOperator:       "invalid-operator",
	InvalidConditionKey:   "invalid-condition-key",
	InvalidConditionValue: "invalid-condition-value",
	WildcardWithoutLike:   "wildcard-without-like",
	InvalidVariable:       "invalid-variable",
	PolicyVersion:         "policy-version",
	InvalidSid:            "invalid-sid",
	DuplicateSid:          "duplicate-sid",
	PolicyTooLarge:        "policy-too-large",
	IdentifierWildcard:    "identifier-wildcard",
	ShortWildcardAnchor:   "short-wildcard-anchor",
	MixedARNAccount:       "mixed-arn-account",
	PolicySetTwice:        "policy-set-twice",
}

// String returns the name of the rule that reports the kind.
func (k FaultKind) String() string { return faultKinds[k] }

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
