package policy

import (
	"slices"
	"strconv"
	"strings"
)

// EndpointType is the type of an endpoint, as far as evaluation asks for it.
type EndpointType int

// The types. Of an endpoint of AnyType nothing is known: what depends on the
// type is undecided.
const (
	AnyType EndpointType = iota
	Interface
	Gateway
)

// TypeOf reads the type of an endpoint as AWS spells it, in any case. It is
// AnyType for every other type, and where the type is not known.
func TypeOf(t Text) EndpointType {
	switch name, known := t.Literal(); {
	case known && strings.EqualFold(name, "Interface"):
		return Interface
	case known && strings.EqualFold(name, "Gateway"):
		return Gateway
	default:
		return AnyType
	}
}

// A Setting is what evaluation must know besides the document and the request.
// The zero Setting knows nothing.
type Setting struct {
	// Type is the type of the endpoint: a gateway endpoint reads principals in
	// its own way.
	Type EndpointType
	// Multivalued names keys with several values, in lower case, besides the
	// global ones: those of type ArrayOf… in the Service Authorization
	// Reference. A key with more than one value in the request is one anyway.
	Multivalued map[string]bool
}

// Outcome is what a document does with a request.
type Outcome int

// The outcomes. Undecidable, the zero Outcome, is one that a hole, an unread
// part or an unknown key decides.
const (
	Undecidable Outcome = iota
	Allowed
	ImplicitlyDenied // no Allow matches
	ExplicitlyDenied // a Deny matches
)

// String returns the outcome in words.
func (o Outcome) String() string {
	switch o {
	case Allowed:
		return "allowed"
	case ImplicitlyDenied:
		return "implicitly denied"
	case ExplicitlyDenied:
		return "explicitly denied"
	default:
		return "undecidable"
	}
}

// A Decision is an outcome with what led to it.
type Decision struct {
	Outcome Outcome
	// Statement is the index of the statement that decides, the first of
	// several; for Undecidable the one that keeps it open. It is -1 when none
	// does: implicitly denied, or allowed by AWS's default policy.
	Statement int
	// Statements has one result for each statement of the document, in order.
	Statements []StatementResult
}

// A StatementResult says whether a statement matched the request.
type StatementResult struct {
	Effect  Effect
	Matched Match
	// Because is the first part that did not match, or that is undecided; zero
	// for a statement that matched.
	Because Reason
}

// A Reason names the part of a statement that keeps it from matching.
type Reason struct {
	// Element is Principal, NotPrincipal, Action, NotAction, Resource,
	// NotResource, Condition, Version, or Statement for one that was not read.
	Element string
	// Operator and Key are those of a Condition, as written.
	Operator, Key string
	// Why says more, in words; often empty.
	Why string
}

// String returns the reason in words: condition StringEquals on aws:SourceVpc,
// since the request has no such key. It is empty for the zero Reason.
func (r Reason) String() string {
	s := r.Element
	if r.Element == "Condition" {
		s = "condition " + r.Operator + " on " + r.Key
	}
	if r.Why != "" {
		s += ", since " + r.Why
	}
	return s
}

// Passes says whether the document lets the request through. It may be missed
// where the outcome is undecidable: then it is denied one way or the other.
func (d Decision) Passes() Match {
	switch d.Outcome {
	case Allowed:
		return Matched
	case ImplicitlyDenied, ExplicitlyDenied:
		return Missed
	}
	return passes(d.Statements)
}

func passes(statements []StatementResult) Match {
	allow, deny := Missed, Missed
	for _, s := range statements {
		if s.Effect != Deny {
			allow = allow.or(s.maybe())
		}
		if s.Effect != Allow {
			deny = deny.or(s.maybe())
		}
	}
	return allow.and(deny.not())
}

// maybe is the match of a statement, unsure of one whose effect is not known.
func (s StatementResult) maybe() Match {
	if s.Effect == Undecided && s.Matched == Matched {
		return Unsure
	}
	return s.Matched
}

// Decide decides one request against one document, as AWS does: "by default,
// all requests are implicitly denied; … an explicit deny in any policy overrides
// any allows" (IAM User Guide, "Policy evaluation logic"). A nil document is
// AWS's default policy: full access.
//
// What it does not know it does not guess: where a hole, an unread statement, an
// operator that AWS does not have or a key of Request.Unknown makes the
// difference, the outcome is Undecidable. Holes are taken one by one: that two
// of them are the same value is not used.
func Decide(doc *Document, r Request, s Setting, reading Reading) Decision {
	return decide(doc, r, s, lens{reading: reading})
}

// Matters returns the assumptions that the plain decision rests on: those whose
// other settling, alone, gives another outcome. It is nil when none does; the
// wide or the narrow reading may then still decide otherwise, by several at
// once.
func Matters(doc *Document, r Request, s Setting) []Assumption {
	plain := Decide(doc, r, s, Plain).Outcome
	var list []Assumption
	for a := A1; a <= A15; a++ {
		wide := decide(doc, r, s, lens{reading: Wide, only: a}).Outcome
		narrow := decide(doc, r, s, lens{reading: Narrow, only: a}).Outcome
		if wide != plain || narrow != plain {
			list = append(list, a)
		}
	}
	return list
}

func decide(doc *Document, r Request, s Setting, l lens) Decision {
	if doc == nil {
		return Decision{Outcome: Allowed, Statement: -1}
	}
	e := evaluation{request: r, caller: r.caller(), keys: r.Keys(), setting: s}
	d := Decision{Statement: -1}
	for i := range doc.Statements {
		d.Statements = append(d.Statements, e.statement(doc, &doc.Statements[i], l))
	}
	// A Deny that matches decides, whatever is not known; then what is not
	// known, where it may; then an Allow.
	d.Outcome = ImplicitlyDenied
	first := func(o Outcome, is func(StatementResult) bool) bool {
		i := slices.IndexFunc(d.Statements, is)
		if i >= 0 {
			d.Outcome, d.Statement = o, i
		}
		return i >= 0
	}
	denies := func(s StatementResult) bool { return s.Effect == Deny && s.Matched == Matched }
	mayDeny := func(s StatementResult) bool { return s.Effect != Allow && s.maybe() == Unsure }
	allows := func(s StatementResult) bool { return s.Effect == Allow && s.Matched == Matched }
	mayAllow := func(s StatementResult) bool { return s.Effect != Deny && s.maybe() == Unsure }
	_ = first(ExplicitlyDenied, denies) || first(Undecidable, mayDeny) || first(Allowed, allows) || first(Undecidable, mayAllow)
	return d
}

// An evaluation is one request, taken apart, and what is known about it.
type evaluation struct {
	request   Request
	caller    caller
	keys      map[string][]string
	setting   Setting
	variables bool // the document's version has policy variables
	// settle decides matches with a value of which something is not known; nil
	// when nobody does.
	settle func(value Text, request string) Match
}

// settled is a match with a value of the policy, settled where it may be.
func (e *evaluation) settled(m Match, value Text, request string) Match {
	if m == Unsure && e.settle != nil {
		return e.settle(value, request)
	}
	return m
}

// unknown reports whether nothing is known of a key, its name in lower case.
func (e *evaluation) unknown(key string) bool {
	return len(e.keys[key]) == 0 && slices.ContainsFunc(e.request.Unknown, func(name string) bool {
		return strings.EqualFold(name, key)
	})
}

func (e *evaluation) multivalued(key string) bool {
	return isMultivalued(key) || e.setting.Multivalued[key] || len(e.keys[key]) > 1
}

// statement decides whether a statement matches. "If you don't include the
// Version element and set it to [2012-10-17], variables … are treated as literal
// strings" (IAM User Guide, "IAM policy elements: Variables and tags").
func (e evaluation) statement(doc *Document, st *Statement, l lens) StatementResult {
	version, known := doc.Version.Literal()
	e.variables = !known || version == "2012-10-17"
	result := e.match(st, l)
	if known {
		return result
	}
	e.variables = false
	if other := e.match(st, l); other.Matched != result.Matched {
		result.Matched = Unsure
		result.Because = Reason{Element: "Version", Why: "it comes from " + refs(doc.Version)}
	}
	return result
}

// match decides whether every part of a statement matches: they are joined by
// AND.
func (e *evaluation) match(st *Statement, l lens) StatementResult {
	l.effect = st.Effect
	result := StatementResult{Effect: st.Effect, Matched: Matched}
	if st.Unread != "" {
		// A part that is missing may be the one that would match, or not.
		return StatementResult{Effect: st.Effect, Because: Reason{Element: "Statement", Why: st.Unread}}
	}
	// The first part that misses counts, or else the first that is unsure.
	part := func(m Match, because Reason) {
		if result.Matched == Missed || m == Matched || m == result.Matched {
			return
		}
		result.Matched, result.Because = m, because
	}
	element := func(m Match, not bool, name string, values ...Text) {
		because := Reason{Element: name}
		if not {
			because.Element = "Not" + name
		}
		if from := refs(values...); m == Unsure && from != "" {
			because.Why = "a value comes from " + from
		}
		part(m, because)
	}
	var principals []Text
	for _, p := range st.Principals.Values {
		principals = append(principals, p.Value)
	}
	element(e.matchPrincipals(st.Principals, l), st.Principals.Not, "Principal", principals...)
	element(e.matchActions(st.Actions, l), st.Actions.Not, "Action", st.Actions.Values...)
	element(e.matchResources(st.Resources, l), st.Resources.Not, "Resource", st.Resources.Values...)
	for _, c := range st.Conditions {
		m, why := e.matchCondition(c, l)
		part(m, Reason{"Condition", c.Operator.String(), c.Key.String(), why})
	}
	return result
}

// refs names the holes of some texts, for people.
func refs(texts ...Text) string {
	var names []string
	for _, t := range texts {
		for _, h := range t.Holes() {
			if !slices.Contains(names, h.String()) {
				names = append(names, h.String())
			}
		}
	}
	return strings.Join(names, ", ")
}

// quoted writes the values of a key for people.
func quoted(values []string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = strconv.Quote(v)
	}
	return strings.Join(list, ", ")
}
