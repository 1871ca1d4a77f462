package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// everything is the scope of what is asked about statements: whoever asks, on
// whatever resource, from whichever network.
func everything() scope { return scope{network: true} }

// A StatementAnswer is what a statement does in its document. Each answer is yes
// only when it is proved under every reading, whatever is not known.
type StatementAnswer struct {
	// NeverMatches: no request that the endpoint carries matches the statement.
	NeverMatches Answer
	Death        Death // what makes it so
	// FullyDenied: the Denies take back all that an Allow lets through.
	FullyDenied Answer
	// Redundant: the document without the statement lets the same through.
	Redundant Answer
	// AbsentKeyOpens, of an Allow: a stranger gets through by it because a
	// condition holds for a key that a request does not carry.
	AbsentKeyOpens ConditionAnswer
	// VacuousNetwork: a condition on this very endpoint, or on its VPC, is all
	// that narrows an Allow, or keeps a Deny from ever matching.
	VacuousNetwork ConditionAnswer
	// NegatedAllow: an Allow only says what it does not allow, and strangers get
	// through by it.
	NegatedAllow ConditionAnswer
	// CallersOwnGuard: all conditions of an Allow are met by who wants to meet
	// them, and strangers get through by it.
	CallersOwnGuard ConditionAnswer
	// Unnamed are those whom an Allow lets in by name and the perimeter does not
	// have.
	Unnamed []Unnamed
}

// A Death is the part of a statement that no request meets.
type Death struct {
	// Part is Condition, Action, Resource or Principal, also of their negated
	// forms; pair for the actions with the resources; empty for another reason.
	Part string
	// Condition is the index of the condition; -1 when it is none.
	Condition int
}

// A ConditionAnswer is an answer about a condition of a statement.
type ConditionAnswer struct {
	Answer
	// Condition is the index of the condition; -1 when it is none.
	Condition int
}

// Statements answers for each statement of the document, in order. It is nil
// where no document is attached, or none can be read.
func (s *Subject) Statements() []StatementAnswer {
	if s.Endpoint.Policy.State != policy.Known {
		return nil
	}
	if why := s.hopeless(); why != "" {
		out := make([]StatementAnswer, len(s.statements()))
		for i := range out {
			a := unknown(i, "%s", why)
			out[i] = unproved(a)
		}
		return out
	}
	in := s.ask()
	doc := in.docs[0]
	out := make([]StatementAnswer, len(doc.Statements))
	gone := make([]bool, len(doc.Statements)) // found to be redundant, from the end
	for i := range doc.Statements {
		if in.exhausted {
			a := unknown(i, "%s", intricate)
			out[i] = unproved(a)
			gone[i] = true
			continue
		}
		out[i].NeverMatches, out[i].Death = s.neverMatches(i)
		out[i].FullyDenied = no("it is a Deny")
		out[i].AbsentKeyOpens = ConditionAnswer{no("no condition holds for an absent key"), -1}
		out[i].NegatedAllow = ConditionAnswer{no("it is a Deny"), -1}
		out[i].CallersOwnGuard = out[i].NegatedAllow
		out[i].VacuousNetwork = s.vacuousNetwork(i, out[i].NeverMatches.Verdict == Yes)
		if doc.Statements[i].Effect == policy.Allow {
			out[i].FullyDenied = s.fullyDenied(i, out[i].NeverMatches)
			out[i].AbsentKeyOpens = s.absentKeyOpens(i)
			out[i].NegatedAllow = s.negatedAllow(i)
			out[i].CallersOwnGuard = s.callersOwnGuard(i)
			out[i].Unnamed = s.unnamed(i)
		}
		gone[i] = out[i].NeverMatches.Verdict == Yes
	}
	for i := len(doc.Statements) - 1; i >= 0; i-- {
		if in.exhausted {
			out[i].Redundant = unknown(i, "%s", intricate)
			continue
		}
		out[i].Redundant = no("it does something that no other statement does")
		// What the Denies take back is said already, and is what they are there for.
		if !gone[i] && out[i].FullyDenied.Verdict != Yes {
			out[i].Redundant = s.redundant(i, gone)
			gone[i] = out[i].Redundant.Verdict == Yes
		}
	}
	return out
}

// unproved is a statement of which nothing is proved.
func unproved(a Answer) StatementAnswer {
	c := ConditionAnswer{a, -1}
	return StatementAnswer{
		NeverMatches: a, FullyDenied: a, Redundant: a, AbsentKeyOpens: c, VacuousNetwork: c, NegatedAllow: c, CallersOwnGuard: c,
	}
}

// hopeless is why there is no use in proving more about the policy; empty when
// there is.
func (s *Subject) hopeless() string {
	switch {
	case s.mute():
		return muteness
	case s.ask().exhausted:
		return intricate
	default:
		return ""
	}
}

// none reports whether no request fulfils any of some goals, whatever is not
// known, under each of some readings. Because says what keeps the answer open.
func (in *inquiry) none(c scope, goals []prover.Goal, readings ...policy.Reading) (Verdict, string) {
	every := !in.subject.Recognised
	if in.documented {
		readings = readings[:1]
	}
	for _, reading := range readings {
		r, _ := solveAll(in.solver(c, prover.Mode{Reading: reading, May: true}, false, every), goals)
		switch r.Verdict {
		case Yes:
			return No, ""
		case Unknown:
			in.exhausted = true
			return Unknown, r.Because
		}
		if every && in.partial != "" {
			return Unknown, in.partial
		}
	}
	return Yes, ""
}

// some reports whether a request fulfils one of some goals for certain.
func (in *inquiry) some(c scope, goals []prover.Goal) bool {
	r, _ := in.solver(c, prover.Mode{}, false, false).Solve(goals...)
	return r.Verdict == Yes
}

// proved is the answer to whether there is no request for some goals.
func (s *Subject) proved(in *inquiry, goals []prover.Goal, readings []policy.Reading, yes string) Answer {
	if in.some(everything(), goals) {
		return no("there is a request that shows it")
	}
	verdict, because := in.none(everything(), goals, readings...)
	switch verdict {
	case Yes:
		return Answer{Verdict: Yes, Statement: -1, Value: -1, Because: yes, Assumptions: s.assumptions(scope{callers: nobodys})}
	case No:
		return unknown(-1, "what is not known decides")
	default:
		return unknown(-1, "%s", because)
	}
}

func readings() []policy.Reading {
	return []policy.Reading{policy.Plain, policy.Wide, policy.Narrow}
}

func (s *Subject) neverMatches(i int) (Answer, Death) {
	in := s.ask()
	doc := in.docs[0]
	a := s.proved(in, []prover.Goal{{All: []prover.Ref{{Doc: doc, Statement: i}}}}, readings(), "")
	a.Statement = i
	death := Death{Condition: -1}
	if a.Verdict == Yes {
		death, a.Because = s.whyNever(i)
	}
	return a, death
}

// whyNever finds the part of a statement that no request meets: by itself, or
// together with the others.
func (s *Subject) whyNever(i int) (Death, string) {
	doc := s.ask().docs[0]
	st := doc.Statements[i]
	alone := func(change func(*policy.Statement)) bool {
		probe := defaultDocument()
		probe.Version = doc.Version
		one := &probe.Statements[0]
		one.Effect = st.Effect
		change(one)
		in := s.inquire(probe)
		verdict, _ := in.none(everything(), []prover.Goal{{All: []prover.Ref{{Doc: in.docs[0]}}}}, readings()...)
		return verdict == Yes
	}
	name := func(not bool, element string) string {
		if not {
			return "Not" + element
		}
		return element
	}
	for c := range st.Conditions {
		condition := st.Conditions[c]
		if !alone(func(one *policy.Statement) { one.Conditions = []policy.Condition{condition} }) {
			continue
		}
		key := condition.Key.String()
		d := s.ask().domains[1][0].key(strings.ToLower(key), prover.World{})
		if d.Absent && d.Values == nil && d.Patterns == nil && !strings.HasPrefix(strings.ToLower(key), "aws:principal") {
			return Death{"Condition", c}, "no request through an endpoint carries " + key
		}
		return Death{"Condition", c}, "no value of " + key + " meets its " + condition.Operator.String()
	}
	switch {
	case alone(func(one *policy.Statement) { one.Actions = st.Actions }):
		return Death{"Action", -1}, "the endpoint carries none of its actions"
	case alone(func(one *policy.Statement) { one.Resources = st.Resources }):
		return Death{"Resource", -1}, "the endpoint carries no request for such a " + name(st.Resources.Not, "Resource")
	case alone(func(one *policy.Statement) { one.Actions, one.Resources = st.Actions, st.Resources }):
		return Death{"pair", -1}, "none of its actions takes such a " + name(st.Resources.Not, "Resource")
	case alone(func(one *policy.Statement) { one.Principals = st.Principals }):
		return Death{"Principal", -1}, "no caller is such a " + name(st.Principals.Not, "Principal")
	case alone(func(one *policy.Statement) { one.Conditions = st.Conditions }):
		return Death{"", -1}, "its conditions contradict each other"
	default:
		return Death{"", -1}, "its parts contradict each other"
	}
}

func (s *Subject) fullyDenied(i int, never Answer) Answer {
	in := s.ask()
	doc := in.docs[0]
	denies := refs(doc, func(st *policy.Statement) bool { return st.Effect == policy.Deny })
	if never.Verdict != No || len(denies) == 0 {
		return no("no Deny takes it back")
	}
	goals := []prover.Goal{{All: []prover.Ref{{Doc: doc, Statement: i}}, None: denies}}
	a := s.proved(in, goals, []policy.Reading{policy.Wide}, "the Denies take back all that it allows")
	a.Statement = i
	return a
}

// redundant compares the document with itself without one statement, and
// without those that are gone already.
func (s *Subject) redundant(i int, gone []bool) Answer {
	in := s.ask()
	doc := in.docs[0]
	self := prover.Ref{Doc: doc, Statement: i}
	kept := func(effect policy.Effect) [][]prover.Ref {
		var out [][]prover.Ref
		for j := range doc.Statements {
			if st := &doc.Statements[j]; j != i && !gone[j] && st.Effect == effect {
				out = append(out, []prover.Ref{{Doc: doc, Statement: j}})
			}
		}
		return out
	}
	if slices.ContainsFunc(doc.Statements, func(st policy.Statement) bool { return st.Effect == policy.Undecided }) {
		return unknown(i, "the effect of a statement is not known")
	}
	var goals []prover.Goal
	if doc.Statements[i].Effect == policy.Allow {
		others := kept(policy.Allow)
		if len(others) == 0 {
			return no("no other statement allows anything")
		}
		goals = []prover.Goal{{All: []prover.Ref{self}, None: append(kept(policy.Deny), others...)}}
	} else {
		denies := kept(policy.Deny)
		for _, allow := range kept(policy.Allow) {
			goals = append(goals, prover.Goal{All: []prover.Ref{self, allow[0]}, None: denies})
		}
		if len(goals) == 0 {
			return no("nothing is allowed that could be denied")
		}
	}
	a := s.proved(in, goals, readings(), "the other statements do the same without it")
	a.Statement = i
	return a
}

// AllowsNothing answers whether no request at all gets through.
func (s *Subject) AllowsNothing() Answer {
	switch s.Endpoint.Policy.State {
	case policy.Default:
		return no("no policy is attached, and AWS's default allows everything")
	case policy.Undetermined:
		return unknown(-1, "the policy cannot be read: %s", s.Endpoint.Policy.Why)
	}
	if why := s.hopeless(); why != "" {
		return unknown(-1, "%s", why)
	}
	in := s.ask()
	sure, _ := in.goals(everything(), in.docs[0], false, false, nil)
	if len(sure) > 0 && in.some(everything(), sure) {
		return no("something gets through")
	}
	goals, _ := in.goals(everything(), in.docs[0], true, false, nil)
	if len(goals) == 0 {
		return Answer{Verdict: Yes, Statement: -1, Value: -1, Because: "it has no Allow"}
	}
	verdict, because := in.none(everything(), goals, policy.Wide)
	switch verdict {
	case Yes:
		return Answer{Verdict: Yes, Statement: -1, Value: -1, Because: s.whyNothing()}
	case No:
		return unknown(-1, "what is not known decides")
	default:
		return unknown(-1, "%s", because)
	}
}

// whyNothing says why no Allow lets anything through: that of the first.
func (s *Subject) whyNothing() string {
	for i, st := range s.statements() {
		if st.Effect != policy.Allow {
			continue
		}
		if a, _ := s.neverMatches(i); a.Verdict == Yes {
			return s.nameOf(i) + " never matches, since " + a.Because
		}
		return "the Denies take back what " + s.nameOf(i) + " allows"
	}
	return "it has no Allow"
}

// FullAccess answers whether the policy lets through all that AWS's default
// policy does, however it is spelled.
func (s *Subject) FullAccess() Answer {
	switch s.Endpoint.Policy.State {
	case policy.Default:
		return Answer{Verdict: Yes, Statement: -1, Value: -1, Because: "no policy is attached"}
	case policy.Undetermined:
		return unknown(-1, "the policy cannot be read: %s", s.Endpoint.Policy.Why)
	}
	if why := s.hopeless(); why != "" {
		return unknown(-1, "%s", why)
	}
	in := s.ask()
	d, _ := s.compare(in, in.full, in.docs[0])
	switch d.Verdict {
	case No:
		return Answer{Verdict: Yes, Statement: -1, Value: -1, Because: "it lets through all that AWS's default policy does"}
	case Yes:
		return no("something does not get through")
	}
	return d
}

// absentKeyOpens looks for a condition that a stranger passes only without its
// key: the statement lets him through, and no longer once every request carries
// the key.
func (s *Subject) absentKeyOpens(i int) ConditionAnswer {
	st := &s.ask().docs[0].Statements[i]
	for c := range st.Conditions {
		condition := &st.Conditions[c]
		if !s.holdsAbsent(st, condition) {
			continue
		}
		for _, q := range []Question{StrangerToStranger, StrangerToOwn, OwnToStranger} {
			if q != StrangerToStranger && s.separate() {
				continue
			}
			a := s.reach(scopeOf(q), func(j int) bool { return j == i })
			if a.Verdict != Yes {
				continue
			}
			if s.carries(condition, scopeOf(q)) && s.closedByPresence(i, condition, scopeOf(q)) {
				return ConditionAnswer{a, c}
			}
		}
	}
	return ConditionAnswer{no("no stranger gets through for want of a key"), -1}
}

// holdsAbsent reports whether a condition holds for an absent key, and not just
// because it asks for that.
func (s *Subject) holdsAbsent(st *policy.Statement, c *policy.Condition) bool {
	operator, known := c.Operator.Literal()
	key, known2 := c.Key.Literal()
	if !known || !known2 || strings.EqualFold(operator, "Null") {
		return false
	}
	part := policy.Scope{Keys: map[string][]string{}, Setting: policy.Setting{}}
	d := s.ask().domains[0][0].key(strings.ToLower(key), prover.World{})
	return part.Condition(s.ask().docs[0], st, c) == policy.Matched && (d.Absent || d.Undecided)
}

// present is a document that takes the requests alone which carry a key.
func present(key policy.Text) *policy.Document {
	probe := defaultDocument()
	probe.Statements[0].Conditions = []policy.Condition{{Operator: texts([]string{"Null"})[0], Key: key, Values: texts([]string{"false"})}}
	return probe
}

// carries reports whether a caller or owner of a scope can have the key of a
// condition at all, and all of the condition's values are known.
func (s *Subject) carries(c *policy.Condition, in scope) bool {
	if slices.ContainsFunc(c.Values, func(t policy.Text) bool { return len(t.Holes()) > 0 }) {
		return false
	}
	key := strings.ToLower(c.Key.String())
	if !prover.Ground(key) && !strings.HasSuffix(key, "orgpaths") {
		return true // a key that no request carries opens just the same
	}
	inquiry := s.inquire(s.document(), present(c.Key))
	return inquiry.some(in, []prover.Goal{{All: []prover.Ref{{Doc: inquiry.docs[1]}}, Callers: in.asks, Owners: in.owned}})
}

// closedByPresence reports whether nothing of a scope gets through by a statement
// once every request carries a key.
func (s *Subject) closedByPresence(i int, c *policy.Condition, in scope) bool {
	inquiry := s.inquire(s.document(), present(c.Key))
	goals, _ := inquiry.goals(in, inquiry.docs[0], true, true, func(j int) bool { return j == i })
	for g := range goals {
		goals[g].All = append(goals[g].All, prover.Ref{Doc: inquiry.docs[1]})
	}
	verdict, _ := inquiry.none(in, goals, policy.Wide)
	return verdict == Yes
}

// vacuousNetwork looks for a condition on the endpoint's own network: the key has
// one value for all that comes through the endpoint (AWS PrivateLink Guide,
// "Control access to VPC endpoints using endpoint policies").
func (s *Subject) vacuousNetwork(i int, dead bool) ConditionAnswer {
	doc := s.ask().docs[0]
	st := &doc.Statements[i]
	none := ConditionAnswer{no("no condition is about the endpoint's own network"), -1}
	found := -1
	for c := range st.Conditions {
		condition := &st.Conditions[c]
		key, _ := condition.Key.Literal()
		key = strings.ToLower(key)
		if key != "aws:sourcevpc" && key != "aws:sourcevpce" {
			if st.Effect == policy.Allow {
				return none // it is not all that narrows
			}
			continue
		}
		d := s.ask().domains[0][0].key(key, prover.World{})
		if len(d.Values) != 1 {
			continue
		}
		part := policy.Scope{Keys: map[string][]string{key: d.Values}}
		own := slices.ContainsFunc(condition.Values, func(t policy.Text) bool {
			value, known := t.Literal()
			return known && value == d.Values[0]
		})
		holds := part.Condition(doc, st, condition)
		if own && (st.Effect == policy.Allow && holds == policy.Matched || st.Effect == policy.Deny && holds == policy.Missed) {
			found = c
		}
	}
	switch {
	case found < 0:
		return none
	case st.Effect == policy.Deny && !dead:
		return none
	case st.Effect == policy.Deny:
		return ConditionAnswer{Answer{Verdict: Yes, Statement: i, Value: -1, Because: "the Deny never matches"}, found}
	}
	a := s.reach(scopeOf(StrangerToStranger), func(j int) bool { return j == i })
	if a.Verdict != Yes {
		return none
	}
	return ConditionAnswer{a, found}
}
