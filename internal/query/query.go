// Package query answers the questions about an endpoint: whose credentials can
// reach whose resources through it. It knows the policy, the catalogue and the
// perimeter; how an answer becomes a finding is the rules' job.
//
// An answer is yes or no only where the function that gives it states why, and
// unknown otherwise. A request that the policy lets through may still be
// refused elsewhere: an endpoint policy is a ceiling, not a grant (AWS
// PrivateLink Guide, "Control access to VPC endpoints using endpoint
// policies").
package query

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/policy"
)

// Verdict is an answer without its reason. The zero Verdict is Unknown.
type Verdict int

// The verdicts.
const (
	Unknown Verdict = iota
	Yes
	No
)

// String returns yes, no or unknown.
func (v Verdict) String() string {
	switch v {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "unknown"
	}
}

// MarshalText makes verdicts strings in JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// An Answer is a verdict with what it rests on.
type Answer struct {
	Verdict Verdict
	// Witness is a request that shows a yes; nil otherwise.
	Witness *policy.Request
	// Noun names the kind of the witness's resource: bucket, table.
	Noun string
	// Statement is the statement that lets the witness through, or that
	// keeps the answer unknown; -1 when it is none.
	Statement int
	// Value is the index of the Resource value that does; -1 when it is none.
	Value int
	// Because is the reason, for people.
	Because string
	// Assumptions are what a yes or no takes for granted.
	Assumptions []string
}

func unknown(statement int, format string, args ...any) Answer {
	return Answer{Statement: statement, Value: -1, Because: fmt.Sprintf(format, args...)}
}

func no(format string, args ...any) Answer {
	return Answer{Verdict: No, Statement: -1, Value: -1, Because: fmt.Sprintf(format, args...)}
}

// An Asker asks the questions of many endpoints under one perimeter. It is safe
// for concurrent use, and keeps what it works out about services.
type Asker struct {
	perimeter config.Perimeter
	actions   sync.Map // IAM prefix → []action
}

// NewAsker returns an asker for a perimeter.
func NewAsker(perimeter config.Perimeter) *Asker { return &Asker{perimeter: perimeter} }

// A Subject is an endpoint with what is known about its service.
type Subject struct {
	Endpoint  *policy.Endpoint
	Perimeter config.Perimeter
	// Service is the catalogue's entry. It is meaningful when Recognised.
	Service    catalogue.Service
	Recognised bool
	// Region is the region in the service's name; empty when it has none or
	// it is not known.
	Region string

	asker    *Asker
	stranger string // the account of strangers in witnesses
	tries    *int   // see maxTries
	denials  *denials
	ground   **policy.Document  // see grounded; nil until asked
	keys     *map[string]string // the keys that the policy tests; nil until asked
}

// Subject looks up the endpoint's service.
func (a *Asker) Subject(e *policy.Endpoint) Subject {
	s := Subject{Endpoint: e, Perimeter: a.perimeter, asker: a, stranger: stranger(e, a.perimeter), tries: new(int), denials: &denials{}, ground: new(*policy.Document), keys: new(map[string]string)}
	name, ok := serviceName(e.Service)
	if !ok || name == "" {
		return s
	}
	if match, ok := catalogue.ByName(name); ok {
		s.Service, s.Recognised = match.Service, true
		if match.Region != catalogue.UnresolvedRegion {
			s.Region = match.Region
		}
		return s
	}
	s.Service, s.Recognised = catalogue.ByID(name)
	return s
}

// serviceName writes a service's name with {region} for the region of the
// deployment. It reports false when more than the region is not known.
func serviceName(t policy.Text) (string, bool) {
	var b strings.Builder
	for _, p := range t.Parts {
		switch p.Hole.Kind {
		case policy.NotHole:
			b.WriteString(p.Literal)
		case policy.Region:
			b.WriteString("{region}")
		default:
			return "", false
		}
	}
	return b.String(), true
}

// StrangerToStranger answers whether a stranger's credentials can act on a
// stranger's resource: the exfiltration path.
//
// It is yes when the evaluator lets such a request through. It is no when every
// Allow has a part that no request from a stranger to a stranger can meet (see
// closed), since a Deny only takes away. Everything else is unknown here.
func (s Subject) StrangerToStranger() Answer {
	switch s.Endpoint.Policy.State {
	case policy.Default:
		// The default document is one Allow of everything to everybody.
		return s.everything()
	case policy.Undetermined:
		return unknown(-1, "the policy cannot be read: %s", s.Endpoint.Policy.Why)
	}
	statements := s.statements()
	var open, undecided *Answer
	unread := false
	for i := range statements {
		st := &statements[i]
		var a Answer
		switch {
		case st.Unread != "":
			// It may be a Deny of everything, so that it also takes back a yes.
			unread = true
			a = unknown(i, "%s cannot be read: %s", s.nameOf(i), st.Unread)
		case st.Effect != policy.Allow:
			continue
		default:
			a = s.statementOpen(i)
		}
		switch {
		case a.Verdict == Yes && open == nil:
			open = &a
		case a.Verdict == Unknown && (undecided == nil || st.Unread != "" && statements[undecided.Statement].Unread == ""):
			undecided = &a
		}
	}
	switch {
	case open != nil && !unread:
		return *open
	case undecided != nil:
		return *undecided
	default:
		answer := no("every Allow requires an own account or organization, or allows nothing to a stranger")
		if s.Perimeter.Empty() {
			answer.Assumptions = append(answer.Assumptions, "named accounts are ours")
		}
		return answer
	}
}

// tested are the keys that the document's conditions and variables look at.
func (s Subject) tested() map[string]string {
	if *s.keys == nil {
		*s.keys = tested(s.Endpoint.Policy.Variants[0].Doc)
	}
	return *s.keys
}

// statements are those of the document; the policy must be Known.
func (s Subject) statements() []policy.Statement {
	return s.Endpoint.Policy.Variants[0].Doc.Statements
}

// nameOf names a statement for people: by its Sid, else by its number from 1.
func (s Subject) nameOf(i int) string {
	if sid := s.statements()[i].Sid.String(); sid != "" {
		return fmt.Sprintf("statement %q", sid)
	}
	return fmt.Sprintf("statement number %d", i+1)
}

// undecidedCondition says which condition of a statement keeps an answer
// unknown: one with a value that is not known, else the first.
func (s Subject) undecidedCondition(i int) string {
	conditions := s.statements()[i].Conditions
	c := &conditions[0]
	for j := range conditions {
		if holed(conditions[j].Values) {
			c = &conditions[j]
			break
		}
	}
	key := c.Key.String()
	for _, v := range c.Values {
		if holes := v.Holes(); len(holes) > 0 {
			return fmt.Sprintf("%s compares %s with ${%s}, which is not known", s.nameOf(i), key, holes[0].Ref)
		}
	}
	lower := strings.ToLower(key)
	for _, v := range c.Values {
		if value, ok := v.Literal(); ok && requires(c) && (isOrganizationKey(lower) && !s.ownOrganization(v) || isAccountKey(lower) && !s.ownAccount(v)) && !strings.ContainsAny(value, "*?$") {
			return fmt.Sprintf("%s requires %s to be %s, which is not said to be own", s.nameOf(i), key, value)
		}
	}
	return fmt.Sprintf("%s has a condition %s on %s", s.nameOf(i), c.Operator.String(), key)
}

// everything is the answer for AWS's default policy.
func (s Subject) everything() Answer {
	answer := Answer{Verdict: Yes, Noun: "account", Statement: -1, Value: -1, Because: "no policy is attached, and AWS's default allows everything"}
	for a := range s.served() {
		if w, noun, ok := s.witness(a, "*"); ok {
			answer.Witness, answer.Noun = w, noun
			return answer
		}
		if answer.Witness == nil {
			answer.Witness = s.request(a, "*")
		}
	}
	if answer.Witness == nil {
		return unknown(-1, "the service has no action that eplint knows")
	}
	return answer
}

func (s Subject) statementOpen(i int) Answer {
	st := &s.statements()[i]
	if reason := s.closed(st); reason != "" {
		return no("%s", reason)
	}
	a := s.search(i, s.strangerPrincipal(), false, s.onResources(st))
	if a.Verdict == Yes {
		return a
	}
	if account := s.search(i, s.strangerPrincipal(), false, s.onAccount(st)); account.Verdict == Yes || a.Verdict == No {
		return account
	}
	return a
}

// closed tells why no request from a stranger to a stranger's resource can
// match an Allow; empty when it cannot tell. One unmet part is enough: the
// parts of a statement are joined by AND (IAM User Guide, "Policies and
// permissions").
func (s Subject) closed(st *policy.Statement) string {
	for i := range st.Conditions {
		c := &st.Conditions[i]
		if !requires(c) {
			continue
		}
		switch key := strings.ToLower(c.Key.String()); {
		case key == "aws:principalisawsservice":
			if all(c.Values, isTrue) {
				return "it is for AWS service principals"
			}
		case isAccountKey(key):
			if all(c.Values, s.ownAccount) {
				return "it requires an own account"
			}
		case isOrganizationKey(key):
			if all(c.Values, s.ownOrganization) {
				return "it requires an own organization"
			}
		case isPathKey(key):
			if all(c.Values, s.ownPath) {
				return "it requires a part of an own organization"
			}
		case key == "aws:principalarn":
			if all(c.Values, s.ownPrincipalARN) {
				return "it requires a principal of an own account"
			}
		}
	}
	if !st.Principals.Not && len(st.Principals.Values) > 0 && allPrincipals(st.Principals.Values, s.ownPrincipal) {
		return "it names own principals alone"
	}
	if !st.Resources.Not && len(st.Resources.Values) > 0 && all(st.Resources.Values, s.ownResource) {
		return "it names own resources alone"
	}
	return ""
}

// WildcardResource answers, for one Allow, whether its Resource takes in
// resources of the service whoever owns them, and nothing narrows that to known
// owners.
//
// It is yes when the evaluator lets a request on a stranger's resource through
// by this Allow: one of a stranger, or of an own principal that the Allow names
// or requires; the latter only where the service lets one account reach
// another's resource at all. It is no when a condition requires a value of an
// owner or organization key or an AWS service principal. Where from a request
// comes narrows no owners, so that a Deny by network alone does not count.
func (s Subject) WildcardResource(i int) Answer {
	st := &s.statements()[i]
	switch {
	case st.Effect != policy.Allow:
		return no("it is not an Allow")
	case st.Unread != "":
		return unknown(i, "%s cannot be read: %s", s.nameOf(i), st.Unread)
	}
	for c := range st.Conditions {
		if narrowsOwner(&st.Conditions[c]) {
			return no("a condition on %s narrows it", st.Conditions[c].Key.String())
		}
	}
	if st.Resources.Not || !slices.ContainsFunc(st.Resources.Values, func(t policy.Text) bool {
		_, ok := s.wildcard(t)
		return ok
	}) {
		return unknown(i, "%s names its resources, which need not be own", s.nameOf(i))
	}
	if !s.takesResource(st) {
		return no("its actions take no resource")
	}
	a := s.search(i, s.strangerPrincipal(), true, s.onResources(st))
	if a.Verdict != Unknown {
		return a
	}
	own, ok := s.ownPrincipalOf(st)
	switch {
	case !ok:
		return a
	case s.Recognised && !s.Service.CrossAccount:
		return no("no cross-account path: own credentials only ever act on the own account here")
	}
	if mine := s.search(i, own, true, s.onResources(st)); mine.Verdict == Yes {
		return mine
	}
	return a
}

// takesResource reports whether one of a statement's actions takes a resource.
func (s Subject) takesResource(st *policy.Statement) bool {
	for a := range s.allowedActions(st) {
		if len(a.ResourceTypes) > 0 {
			return true
		}
	}
	return false
}

// ownPrincipalOf names an own principal that a statement names or requires.
func (s Subject) ownPrincipalOf(st *policy.Statement) (principal, bool) {
	var who principal
	for _, p := range st.Principals.Values {
		if !st.Principals.Not && s.ownPrincipal(p) && who.account == "" {
			who.arn, who.account = s.principalName(p)
		}
	}
	for i := range st.Conditions {
		c := &st.Conditions[i]
		if who.account == "" && requires(c) && strings.EqualFold(c.Key.String(), "aws:PrincipalAccount") && all(c.Values, s.ownAccount) {
			if who.account, _ = c.Values[0].Literal(); onlyHole(c.Values[0]) == policy.OwnAccount {
				who.account = s.anOwnAccount()
			}
			who.arn = "arn:" + partition(s.region()) + ":iam::" + who.account + ":role/app"
		}
	}
	return who, who.account != ""
}

// principalName returns the ARN and the account of an AWS principal; empty
// strings when they are not known. The id of an own account may be any.
func (s Subject) principalName(p policy.Principal) (arn, account string) {
	value, ok := p.Value.Literal()
	switch {
	case p.Type != "AWS":
		return "", ""
	case onlyHole(p.Value) == policy.OwnAccount:
		value = s.anOwnAccount()
	case !ok:
		return "", ""
	}
	if fields := strings.SplitN(value, ":", 6); len(fields) == 6 {
		return value, fields[4]
	}
	return "arn:" + partition(s.region()) + ":iam::" + value + ":role/app", value
}
