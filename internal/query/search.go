package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

const (
	// maxCandidates bounds the requests that are tried for one statement: a
	// statement that lets something through mostly does so for the first.
	maxCandidates = 24
	// maxTries bounds those of an endpoint, each counted with the statements
	// that it is held against. It is a number of steps and not a time, so that
	// the answer is the same on every machine.
	maxTries = 100_000
)

// A candidate is a request that may show a yes.
type candidate struct {
	request *policy.Request
	noun    string
	value   int // the index of the Resource value that it comes from
}

// A principal is who asks.
type principal struct{ arn, account string }

func (s Subject) strangerPrincipal() principal {
	return principal{arn: "arn:" + partition(s.region()) + ":iam::" + s.stranger + ":role/attacker", account: s.stranger}
}

// search looks for a request of a principal that a statement matches, that no
// Deny matches, and that is on a stranger's resource. Each is decided by
// policy.Decide, so that a yes is never more than the evaluator lets through;
// what stands against the first that is not let through is the answer's reason
// otherwise.
//
// With network set, a Deny that only the caller's network keeps open is taken
// not to match: then the question is not where from a request comes.
func (s Subject) search(i int, who principal, network bool, candidates func(yield func(candidate) bool)) Answer {
	statements := s.statements()
	doc := s.grounded()
	names := s.tested()
	answer, tried := Answer{Statement: i, Value: -1}, 0
	for c := range candidates {
		if tried++; tried > maxCandidates {
			break
		}
		if *s.tries += len(statements); *s.tries > maxTries {
			return unknown(i, "the policy has too many statements to try requests on")
		}
		w := *c.request
		w.Principal, w.PrincipalAccount = who.arn, who.account
		r := s.chosen(w, names)
		d := policy.Decide(doc, r, s.setting(w.Action), policy.Plain)
		if d.Outcome == policy.Allowed && d.Statements[i].Matched == policy.Matched || network && onlyNetwork(d, i) {
			w = shown(r, names)
			a := Answer{Verdict: Yes, Witness: &w, Noun: c.noun, Statement: i, Value: c.value, Because: s.nameOf(i) + " allows it"}
			if !s.Recognised {
				a.Assumptions = append(a.Assumptions, "service assumed")
			}
			if fromDefaults(&statements[i]) {
				a.Assumptions = append(a.Assumptions, "with the defaults of the parameters")
			}
			return a
		}
		if answer.Because == "" {
			answer.Because = s.against(i, d)
		}
	}
	switch {
	case tried == 0 && holed(statements[i].Actions.Values):
		return unknown(i, "the actions of %s are not known", s.nameOf(i))
	case tried == 0:
		for range s.allowedActions(&statements[i]) {
			return unknown(i, "%s names its resources, which need not be own", s.nameOf(i))
		}
		return no("none of its actions is one of the service's")
	}
	return answer
}

// grounded is the document with one value for each hole that has any of a kind:
// the region, its partition, an own account, an own organization. A stranger is
// none of the own, whichever they are.
func (s Subject) grounded() *policy.Document {
	if *s.ground != nil {
		return *s.ground
	}
	doc := *s.Endpoint.Policy.Variants[0].Doc
	doc.Statements = slices.Clone(doc.Statements)
	for i := range doc.Statements {
		st := &doc.Statements[i]
		st.Actions.Values = s.groundAll(st.Actions.Values)
		st.Resources.Values = s.groundAll(st.Resources.Values)
		st.Principals.Values = slices.Clone(st.Principals.Values)
		for j := range st.Principals.Values {
			st.Principals.Values[j].Value = s.groundText(st.Principals.Values[j].Value)
		}
		st.Conditions = slices.Clone(st.Conditions)
		for j := range st.Conditions {
			st.Conditions[j].Values = s.groundAll(st.Conditions[j].Values)
		}
	}
	*s.ground = &doc
	return &doc
}

func (s Subject) groundAll(values []policy.Text) []policy.Text {
	out := make([]policy.Text, len(values))
	for i, v := range values {
		out[i] = s.groundText(v)
	}
	return out
}

func (s Subject) groundText(t policy.Text) policy.Text {
	parts := slices.Clone(t.Parts)
	for i, p := range parts {
		switch p.Hole.Kind {
		case policy.Region:
			parts[i] = policy.Part{Literal: s.region()}
		case policy.Partition:
			parts[i] = policy.Part{Literal: partition(s.region())}
		case policy.OwnAccount:
			parts[i] = policy.Part{Literal: s.anOwnAccount()}
		case policy.OwnOrganization:
			parts[i] = policy.Part{Literal: s.anOwnOrganization()}
		}
	}
	t.Parts = parts
	return t
}

// anOwnAccount is the id of an own account: a configured one, or one that
// stands for it.
func (s Subject) anOwnAccount() string {
	if len(s.Perimeter.Accounts) > 0 {
		return s.Perimeter.Accounts[0]
	}
	return documentationAccount
}

func (s Subject) anOwnOrganization() string {
	if len(s.Perimeter.Organizations) > 0 {
		return s.Perimeter.Organizations[0]
	}
	return "o-ownorganization"
}

// chosen completes a witness with what its caller is free to choose, and names
// what of the keys that the policy tests is not known. A stranger's account may
// be in no organization, his resource without tags, his session without MFA.
func (s Subject) chosen(w policy.Request, names map[string]string) policy.Request {
	r := s.derive(w)
	if _, ok := names["aws:securetransport"]; ok {
		r.Context["aws:SecureTransport"] = []string{"true"}
	}
	keys := r.Keys()
	for folded, name := range names {
		if _, known := keys[folded]; !known && !mayBeAbsent(folded) {
			r.Unknown = append(r.Unknown, name)
		}
	}
	return r
}

// shown is a completed witness with those context keys alone that the policy
// tests: what a reader needs, and all that a second look at it needs.
func shown(r policy.Request, names map[string]string) policy.Request {
	var context map[string][]string
	for key, values := range r.Context {
		if _, ok := names[strings.ToLower(key)]; !ok {
			continue
		}
		if context == nil {
			context = map[string][]string{}
		}
		context[key] = values
	}
	r.Context, r.Unknown = context, nil
	return r
}

// mayBeAbsent reports whether some request of every kind goes without a key
// (IAM User Guide, "AWS global condition context keys"). The name is in lower
// case.
func mayBeAbsent(key string) bool {
	for _, prefix := range []string{"aws:principal", "aws:resourceorg", "aws:resourcetag/", "aws:requesttag/", "aws:calledvia", "aws:multifactorauth"} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	switch key {
	case "aws:tagkeys", "aws:sourceip", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:referer", "aws:federatedprovider", "aws:sourceidentity", "aws:username":
		return true
	}
	return false
}

// onlyNetwork reports whether a statement matches a request that is let through
// but for Denies that the caller's network decides.
func onlyNetwork(d policy.Decision, i int) bool {
	if d.Statements[i].Matched != policy.Matched {
		return false
	}
	for _, one := range d.Statements {
		switch {
		case one.Effect == policy.Allow || one.Matched == policy.Missed:
		case one.Effect == policy.Deny && one.Matched == policy.Unsure && one.Because.Element == "Condition" && isNetworkKey(strings.ToLower(one.Because.Key)):
		default:
			return false
		}
	}
	return true
}

func isNetworkKey(key string) bool {
	return slices.Contains([]string{"aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourcevpcarn"}, key)
}

// against says what keeps a request from showing a yes.
func (s Subject) against(i int, d policy.Decision) string {
	st := &s.statements()[i]
	own := d.Statements[i]
	switch {
	case own.Matched == policy.Matched && d.Outcome == policy.ExplicitlyDenied:
		return s.nameOf(d.Statement) + " denies some of what " + s.nameOf(i) + " allows"
	case own.Matched == policy.Matched:
		return s.nameOf(d.Statement) + " may deny what " + s.nameOf(i) + " allows"
	case strings.HasSuffix(own.Because.Element, "Principal"):
		return s.nameOf(i) + " names principals"
	case strings.HasSuffix(own.Because.Element, "Resource"):
		return s.nameOf(i) + " names its resources, which need not be own"
	case len(st.Conditions) > 0:
		return s.undecidedCondition(i)
	}
	return s.nameOf(i) + " is undecided by its " + own.Because.String()
}

// onResources gives requests on a stranger's resources: for each action that
// takes one, and each value of Resource. Actions that a Deny names come last.
func (s Subject) onResources(st *policy.Statement) func(yield func(candidate) bool) {
	return func(yield func(candidate) bool) {
		for _, denied := range []bool{false, true} {
			given := 0
			for action := range s.allowedActions(st) {
				if len(action.ResourceTypes) == 0 || s.denied(action) != denied {
					continue
				}
				for _, c := range s.onAction(st, action) {
					if !yield(c) {
						return
					}
					given++
				}
				if given >= maxCandidates/2 {
					break
				}
			}
		}
	}
}

func (s Subject) onAction(st *policy.Statement, action action) []candidate {
	if st.Resources.Not {
		if w, noun, ok := s.witness(action, "*"); ok {
			return []candidate{{w, noun, -1}}
		}
		return nil
	}
	var list []candidate
	named := true
	for v, value := range st.Resources.Values {
		pattern, ok := s.wildcard(value)
		if !ok {
			continue
		}
		named = false
		if w, noun, ok := s.witness(action, pattern); ok {
			list = append(list, candidate{w, noun, v})
		}
	}
	if named {
		// Nothing takes in a resource that a stranger has for certain: the
		// evaluator says so of any, and why.
		if w, noun, ok := s.witness(action, "*"); ok {
			list = append(list, candidate{w, noun, -1})
		}
	}
	return list
}

// onAccount gives requests of actions that take no resource: they act on the
// caller's account (Service Authorization Reference).
func (s Subject) onAccount(st *policy.Statement) func(yield func(candidate) bool) {
	return func(yield func(candidate) bool) {
		for action := range s.allowedActions(st) {
			if len(action.ResourceTypes) == 0 && !yield(candidate{s.request(action, "*"), "account", -1}) {
				return
			}
		}
	}
}

// denied reports whether a Deny of the policy names an action.
func (s Subject) denied(a action) bool {
	if s.denials.known == nil {
		s.denials.known = map[string]bool{}
		for _, st := range s.statements() {
			if st.Effect == policy.Deny && !st.Actions.Not {
				s.denials.patterns = append(s.denials.patterns, patterns(st.Actions.Values)...)
			}
		}
	}
	denied, ok := s.denials.known[a.folded]
	if !ok {
		denied = a.named(s.denials.patterns)
		s.denials.known[a.folded] = denied
	}
	return denied
}

// denials are the Action patterns of a policy's Denies, and which actions they
// name as far as it was asked.
type denials struct {
	patterns []string
	known    map[string]bool
}

// fromDefaults reports whether a part of a statement is the default of a
// parameter, which a deployment may set otherwise.
func fromDefaults(st *policy.Statement) bool {
	origin := func(values []policy.Text) bool {
		return slices.ContainsFunc(values, func(t policy.Text) bool { return len(t.Origin) > 0 })
	}
	for _, p := range st.Principals.Values {
		if len(p.Value.Origin) > 0 {
			return true
		}
	}
	for _, c := range st.Conditions {
		if origin(c.Values) {
			return true
		}
	}
	return origin(st.Actions.Values) || origin(st.Resources.Values)
}
