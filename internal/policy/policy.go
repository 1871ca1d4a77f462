// Package policy holds the policy language: endpoints, the documents attached
// to them, texts of which not everything is known, and Decide, which evaluates
// one request against one document as AWS does. Where documents come from is the
// loader's job; what they let through in general, the query package's.
package policy

import (
	"fmt"
	"strings"

	"github.com/eplint/eplint/internal/source"
)

// A Text is a string of a file as far as it is known: literal pieces and
// holes, in order. The zero Text is absent; an empty string has a Span.
type Text struct {
	Parts []Part
	// Span is the value as written, quotes included.
	Span source.Span
	// Origin is where parts of the value came from when they are not written
	// here: a parameter's default, for one.
	Origin []source.Span
}

// A Part is a literal piece or a hole, whichever is not zero.
type Part struct {
	Literal string
	Hole    Hole
}

// A Hole is a piece of a Text that only the deployment knows.
type Hole struct {
	Kind HoleKind
	// Ref is what the user wrote: AWS::AccountId, Bucket.Arn.
	Ref string
}

// String names the hole for people: in one short line, with both ends of what the
// user wrote.
func (h Hole) String() string {
	const most, tail = 60, 20
	if runes := []rune(h.Ref); len(runes) > most {
		return string(runes[:most-tail-1]) + "…" + string(runes[len(runes)-tail:])
	}
	return h.Ref
}

// HoleKind says what is known of a hole in spite of it.
type HoleKind int

// The kinds of holes. NotHole, the zero kind, marks a literal part.
const (
	NotHole         HoleKind = iota
	Unknown                  // nothing is known: a parameter without default, an import
	OwnAccount               // the id of the account that the file is deployed to
	OwnOrganization          // the id of that account's organization
	Region                   // the region that the file is deployed to
	Partition                // that region's partition
	OwnResource              // a name, id or ARN of a resource of the same files
)

// Literal returns the string and true when every part of the text is known.
func (t Text) Literal() (string, bool) {
	switch len(t.Parts) {
	case 0:
		return "", true
	case 1:
		return t.Parts[0].Literal, t.Parts[0].Hole.Kind == NotHole
	}
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole.Kind != NotHole {
			return "", false
		}
		b.WriteString(p.Literal)
	}
	return b.String(), true
}

// Absent reports whether the text is not there at all, as opposed to empty.
func (t Text) Absent() bool { return t.Span.File == nil && len(t.Parts) == 0 }

// Holes returns the holes of the text, in order; nil when there are none.
func (t Text) Holes() []Hole {
	var holes []Hole
	for _, p := range t.Parts {
		if p.Hole.Kind != NotHole {
			holes = append(holes, p.Hole)
		}
	}
	return holes
}

// String returns the text for people: holes in the form ${Ref}.
func (t Text) String() string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole.Kind == NotHole {
			b.WriteString(p.Literal)
			continue
		}
		b.WriteString("${" + p.Hole.String() + "}")
	}
	return b.String()
}

// An Endpoint is one VPC endpoint and the policy attached to it.
type Endpoint struct {
	// Name is the logical id, resource address, endpoint id or file name.
	Name string
	// When is the condition under which the endpoint is as it says, in words
	// (Environment is "prod" and UseEndpoint is "false"): endpoints of one name
	// and place that differ in it are variants of one. Empty: always.
	When string
	// Service is the full service name (com.amazonaws.eu-west-1.s3), or the
	// catalogue's id where the user said the service. Absent when nobody did.
	Service Text
	// Type is as AWS spells it (Gateway, Interface, …). Absent when not said.
	Type   Text
	Vpc    Text
	Policy Attached
	// Construct is the path of the construct that the AWS CDK made the endpoint of;
	// mostly empty.
	Construct string
	// Ignores are those in the endpoint's own metadata.
	Ignores []Ignore
	// Faults are those in how the endpoint itself is written.
	Faults []Fault
	// Calls are the calls of modules that the endpoint stands in, the outermost
	// first.
	Calls []Call
	// Uses are the resources of the same files that need what AWS services own.
	Uses []Use
	// Unused says that nothing leads to the endpoint: no route table of a gateway,
	// no private names of an interface. Used says that something does. Where neither
	// is known both are false.
	Unused, Used bool
	// Siblings are the endpoints of the same files that lead to the same service
	// from the same network.
	Siblings []*Endpoint
	// Live says that the endpoint was read from an account, so that nobody
	// wrote its policy into a file.
	Live bool
	// Span is the endpoint's own place: its name in the file.
	Span source.Span
}

// An Ignore says which findings about an endpoint are wanted as they are.
type Ignore struct {
	Rules         []string
	Reason, Until string
	Span          source.Span
}

// A Call is what takes the endpoint's file in: the address of a module's call, a
// stack, or, when Attached, an endpoint that the policy of the file is attached to.
type Call struct {
	Name     string
	Attached bool
	Span     source.Span
}

// Variants groups endpoints that stand next to each other and are variants of one:
// of one name and place, each with its When. The groups share the memory of the
// endpoints.
func Variants(endpoints []Endpoint) [][]Endpoint {
	var groups [][]Endpoint
	for start := 0; start < len(endpoints); {
		first := &endpoints[start]
		end := start + 1
		for end < len(endpoints) && first.When != "" && endpoints[end].When != "" &&
			endpoints[end].Name == first.Name && endpoints[end].Span == first.Span {
			end++
		}
		groups = append(groups, endpoints[start:end:end])
		start = end
	}
	return groups
}

// AnyOf joins the conditions under which something holds; of many it names a few.
func AnyOf(whens []string) string {
	const few = 3
	if len(whens) > few+1 {
		return fmt.Sprintf("%s or in %d more ways", strings.Join(whens[:few], " or "), len(whens)-few)
	}
	return strings.Join(whens, " or ")
}

// State says what is known of the policy attached to an endpoint.
type State int

// The states. Default is AWS's full access: the file attaches no policy.
const (
	Default State = iota
	Known
	Undetermined // a policy is there, and it cannot be read
)

// Attached is the policy of an endpoint.
type Attached struct {
	State State
	// Why tells what keeps an Undetermined policy from being read.
	Why string
	// Reported says that a finding already tells it.
	Reported bool
	// Shared says that endpoints of other services have the same document.
	Shared bool
	// Faults are those of the document outside of its statements.
	Faults []Fault
	// Size is how long the policy is as it is sent; zero when that is not known.
	Size Size
	// Span is the policy as written; zero for Default.
	Span source.Span
	// Variants are the documents that may be attached; empty unless Known.
	Variants []Variant
}

// A Variant is one document and the undecided condition under which it holds.
type Variant struct {
	When string // empty: always
	Doc  *Document
}

// A Document is one policy document.
type Document struct {
	Version    Text
	Statements []Statement
	Span       source.Span
}

// A Statement is one statement of a document.
type Statement struct {
	Sid        Text
	Effect     Effect
	EffectSpan source.Span
	Principals Principals
	Actions    Set
	Resources  Set
	Conditions []Condition
	// Unread tells what keeps a part of the statement from being read; empty
	// when all of it was.
	Unread string
	// Faults are those seen while it was read; see Endpoint.Grammar for more.
	Faults []Fault
	Span   source.Span
}

// Effect is what a statement does to the requests that it matches.
type Effect int

// The effects. Undecided, the zero Effect, is one that is not known.
const (
	Undecided Effect = iota
	Allow
	Deny
)

// String returns the effect as the policy language spells it.
func (e Effect) String() string {
	switch e {
	case Allow:
		return "Allow"
	case Deny:
		return "Deny"
	default:
		return "Undecided"
	}
}

// A Set is an element with its negated form: Action and NotAction are one idea.
type Set struct {
	Not    bool
	Values []Text
	// Span is the element's value as written: the list, or the only string.
	// It is zero when the statement has no such element.
	Span source.Span
}

// Principals is the Principal or NotPrincipal element.
type Principals struct {
	Not bool
	// Values are the principals in the order written.
	Values []Principal
	Span   source.Span
}

// A Principal is one principal of a statement.
type Principal struct {
	// Type is AWS, Service, Federated or CanonicalUser; empty for the string
	// "*", which is more than {"AWS": "*"}: it also matches callers that STS
	// federates (IAM User Guide, "AWS JSON policy elements: Principal").
	Type  string
	Value Text
}

// A Condition is one key of one condition operator's block.
type Condition struct {
	Operator, Key Text
	Values        []Text
	// Span is the key's value as written.
	Span source.Span
}
