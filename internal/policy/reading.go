package policy

import (
	"slices"
	"strconv"
	"strings"
)

// A Reading settles the points that AWS leaves undocumented, all of them one
// way.
type Reading int

// The readings. Plain, the zero Reading, is what AWS's words say where they say
// something, and the common practice where not. Wide settles each point so that
// more passes: an Allow matches more and a Deny less. Narrow is its reverse.
const (
	Plain Reading = iota
	Wide
	Narrow
)

// String returns the reading's name.
func (r Reading) String() string {
	switch r {
	case Wide:
		return "wide"
	case Narrow:
		return "narrow"
	default:
		return "plain"
	}
}

// An Assumption is one point that AWS leaves undocumented.
type Assumption int

// The assumptions that evaluation rests on. Three more are not about evaluation
// and have no constant: which global keys a service supplies (A8) and who owns
// a bucket name (A10) are for whoever makes the Request to say. How each of
// these is read is told at the method of lens that settles it.
const (
	A1  Assumption = 1 + iota // * that closes a segment in the middle of a Resource
	A2                        // a plain operator on a multivalued key
	A3                        // how deep NotPrincipal must name a principal
	A4                        // a variable without value in NotResource
	A5                        // ForAnyValue with IfExists on an absent key
	A6                        // the limits of endpoint policies: enforced, or ignored
	A7                        // {"AWS": "*"} and AWS service principals
	A9                        // operator names in other letters
	A11                       // variables under Bool
	A12                       // users and roles named on a gateway endpoint
	A13                       // a federated-user session and the ARN of its user
	A14                       // a short pattern under an ARN operator
	A15                       // wildcards in the service prefix of an action
)

// String returns the assumption's name: A1.
func (a Assumption) String() string {
	n := int(a)
	switch {
	case a >= A11:
		n += 11 - int(A11)
	case a == A9:
		n = 9
	}
	return "A" + strconv.Itoa(n)
}

// Sentence returns what is not known, in words.
func (a Assumption) Sentence() string {
	switch a {
	case A1:
		return "whether a * that closes a segment in the middle of a Resource takes in further segments"
	case A2:
		return "what an operator without ForAllValues or ForAnyValue does on a key with several values"
	case A3:
		return "whether NotPrincipal with only a part of account, role or user exempts a principal"
	case A4:
		return "what NotResource does with a variable that has no value"
	case A5:
		return "whether ForAnyValue with IfExists matches an absent key"
	case A6:
		return "whether a value beyond the limits of endpoint policies ever matches"
	case A7:
		return `whether {"AWS": "*"} matches AWS service principals`
	case A9:
		return "whether an operator's name in other letters is recognised"
	case A11:
		return "whether variables are replaced under Bool"
	case A12:
		return "whether the ARN of a user or role matches on a gateway endpoint"
	case A13:
		return "whether the ARN of a user matches the sessions that GetFederationToken gave it"
	case A14:
		return "whether a pattern of fewer than six parts matches under an ARN operator"
	case A15:
		return "whether an action with a wildcard in its service prefix matches"
	default:
		return ""
	}
}

// A lean says to which side a point is settled for one statement.
type lean int

const (
	asWritten lean = iota // the plain reading
	more                  // the part at hand matches more requests
	less                  // it matches fewer
)

// A lens settles the points for one part of one statement. There is one method
// for each, and nothing else of the evaluator looks at the reading.
type lens struct {
	reading Reading
	only    Assumption // the one point that the reading is for; zero for all
	effect  Effect
	turned  bool // inside a negated part
}

// turn is the lens for the inside of a negated part: where the statement is to
// match more, what is negated must match less.
func (l lens) turn(negated bool) lens {
	l.turned = l.turned != negated
	return l
}

func (l lens) lean(a Assumption) lean {
	if l.reading == Plain || (l.only != 0 && l.only != a) {
		return asWritten
	}
	if (l.effect == Deny) != (l.reading == Narrow) != l.turned {
		return less
	}
	return more
}

// crossesInTheMiddle is A1. "If the * wildcard is the last character of a
// resource ARN segment, it can expand to match beyond the colon boundaries"
// (IAM User Guide, "IAM JSON policy elements: Resource"). Plain takes the words
// for every segment. Otherwise only a * that ends the whole pattern crosses, as
// simulators have it.
func (l lens) crossesInTheMiddle() bool { return l.lean(A1) != less }

// takesSomeValue is A2. "Multivalued context keys require a condition set
// operator" (IAM User Guide, "Single-valued vs. multivalued context keys") does
// not say what happens without one. Plain never matches a key that is there.
// Otherwise one value that meets the operator is enough.
func (l lens) takesSomeValue() bool { return l.lean(A2) == more }

// wantsEveryLevel is A3. "AWS might validate the account first, then the role,
// and then the assumed-role user" (IAM User Guide, "AWS JSON policy elements:
// NotPrincipal"). Plain exempts a principal that any entry means. Otherwise its
// account and its role or user must both be listed. It is asked with the lens
// of the list, which is negated.
func (l lens) wantsEveryLevel() bool { return l.lean(A3) == less }

// skipsNullNotResource is A4. "The resource that includes a policy variable with
// no value will not match any resource" (IAM User Guide, "IAM policy elements:
// Variables and tags", of NotResource too). Plain takes the words: then
// NotResource matches every resource. Otherwise the statement matches nothing.
func (l lens) skipsNullNotResource() bool { return l.lean(A4) == less }

// anyExists is A5. ForAnyValue "for no matching key returns false", IfExists "if
// the key is not present, evaluate the condition element as true" (IAM User
// Guide, "Single-valued vs. multivalued context keys" and "IAM JSON policy
// elements: Condition operators"). Plain is false, as simulators have it.
func (l lens) anyExists() bool { return l.lean(A5) == more }

// limits is A6: "Considerations" of the AWS PrivateLink Guide, "Control access
// to VPC endpoints using endpoint policies", says what an endpoint policy may
// not hold, and not what happens if it does. Plain evaluates it like any other.
func (l lens) limits() lean { return l.lean(A6) }

// countsServices is A7. {"AWS": "*"} is all principals that AWS authenticates,
// and whether services are of them AWS does not say (IAM User Guide, "AWS JSON
// policy elements: Principal"). Plain matches, as simulators have it.
func (l lens) countsServices() bool { return l.lean(A7) != less }

// foldsOperators is A9. Operator names are documented in one spelling. Plain
// ignores case, as simulators do. Otherwise another spelling never matches.
func (l lens) foldsOperators() bool { return l.lean(A9) != less }

// replacesUnderBool is A11. "You can use a policy variable with the Boolean
// condition operator" (IAM User Guide, "IAM JSON policy elements: Condition
// operators"), and "you can't use a policy variable with … Boolean" ("IAM policy
// elements: Variables and tags"). Plain replaces.
func (l lens) replacesUnderBool() bool { return l.lean(A11) != less }

// namesOnGateway is A12. "For gateway endpoints, the Principal element must be
// *", and an account means its root user (AWS PrivateLink Guide, "Control access
// to VPC endpoints using endpoint policies"). What the ARN of a user or role
// does, once saved, is unclear. Plain matches nothing.
func (l lens) namesOnGateway() bool { return l.lean(A12) == more }

// countsFederatedUsers is A13. A session from GetFederationToken has an ARN of
// its own (IAM User Guide, "AWS JSON policy elements: Principal"). Plain matches
// that alone. Otherwise the ARN of a user of the same account and name matches
// too, as simulators have it.
func (l lens) countsFederatedUsers() bool { return l.lean(A13) == more }

// readsShortARNs is A14. "Each of the six colon-delimited components of the ARN
// is checked separately" (IAM User Guide, "IAM JSON policy elements: Condition
// operators"). Plain never matches a pattern of fewer. Otherwise its last * takes
// in the rest.
func (l lens) readsShortARNs() bool { return l.lean(A14) == more }

// globsPrefixes is A15. Wildcards are shown in the names of actions alone (IAM
// User Guide, "IAM JSON policy elements: Action"). Plain matches the whole text
// as one pattern. Otherwise a wildcard before the colon, or in a text without
// one that is not *, matches nothing.
func (l lens) globsPrefixes() bool { return l.lean(A15) != less }

// Undocumented reports whether the readings may differ on the document, for one
// request at least. Several says which keys, in lower case, have several values
// besides the global ones.
func (d *Document) Undocumented(several func(key string) bool) bool {
	return slices.ContainsFunc(d.Statements, func(st Statement) bool {
		return st.Principals.Not ||
			slices.ContainsFunc(st.Principals.Values, undocumentedPrincipal) ||
			slices.ContainsFunc(st.Actions.Values, undocumentedAction) ||
			slices.ContainsFunc(st.Resources.Values, func(t Text) bool { return undocumentedResource(t, st.Resources.Not) }) ||
			slices.ContainsFunc(st.Conditions, func(c Condition) bool { return undocumentedCondition(c, several) })
	})
}

// undocumentedPrincipal is about A7, A12 and A13.
func undocumentedPrincipal(p Principal) bool {
	text, known := p.Value.Literal()
	return p.Type != "" && p.Type != "Service" && (!known || namedAccount(text) == "")
}

// undocumentedAction is about A15.
func undocumentedAction(t Text) bool {
	text, known := t.Literal()
	prefix, _, _ := strings.Cut(text, ":")
	return !known || text != "*" && strings.ContainsAny(prefix, "*?")
}

// undocumentedResource is about A1, A4 and the account of A6.
func undocumentedResource(t Text, not bool) bool {
	text, known := t.Literal()
	if !known {
		return true
	}
	at := afterFifthColon(text)
	return strings.Contains(text[:at], "*:") || mixesAccount(text) || not && strings.Contains(text, "${")
}

// undocumentedCondition is about A2, A5, A6, A9, A11 and A14.
func undocumentedCondition(c Condition, several func(key string) bool) bool {
	written, known := c.Operator.Literal()
	key, known2 := c.Key.Literal()
	o, ok := operationOf(written)
	if !known || !known2 || !ok || !o.canonical {
		return true
	}
	key = strings.ToLower(key)
	if o.null {
		return false
	}
	if o.quantifier == single && (isMultivalued(key) || several(key)) || o.quantifier == forAny && o.ifExists {
		return true
	}
	return slices.ContainsFunc(c.Values, func(t Text) bool {
		text, _ := t.Literal()
		return breaksLimit(o.operator, key, t) != Missed ||
			o.operator.name == "Bool" && strings.Contains(text, "${") ||
			o.operator.arn && strings.Count(text, ":") < 5
	})
}
