package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// A Difference is what one policy lets through that another does not.
type Difference struct {
	// Widened says whether the new policy lets something through that the old one
	// does not, Narrowed the reverse.
	Widened, Narrowed Answer
}

// Diff compares the policies of an endpoint before and after a change. A nil
// endpoint is one that there is not, so that nothing passes. Holes with the same
// name on both sides are one value, and both sides are read under the same
// reading: an answer is no when that holds for each.
func Diff(asker *Asker, before, after *policy.Endpoint) Difference {
	return Difference{
		Widened: asker.passesOnly(after, before, words{
			none: "there is no such endpoint any more", nothing: "nothing passes that did not pass before",
			other: "the old policy", missing: "there was no such endpoint before",
		}),
		Narrowed: asker.passesOnly(before, after, words{
			none: "there was no such endpoint before", nothing: "nothing is stopped that passed before",
			other: "the new policy", missing: "there is no such endpoint any more",
		}),
	}
}

// words are what is said of one direction of a comparison.
type words struct {
	none    string // the endpoint is not there
	nothing string // nothing passes it alone
	other   string // the policy that it is compared with
	missing string // there is nothing to compare it with
}

// passesOnly answers whether something passes one endpoint and not the other.
func (a *Asker) passesOnly(one, other *policy.Endpoint, say words) Answer {
	if one == nil {
		return no("%s", say.none)
	}
	s := a.Subject(one)
	if s.Unrestricted() {
		s = s.Default()
	}
	otherDoc := &policy.Document{}
	if other != nil {
		o := a.Subject(other)
		if o.Unrestricted() {
			o = o.Default()
		}
		if s.document() == nil || o.document() == nil {
			if s.document() == nil && o.document() == nil && one.Policy.Span.Text() != nil && string(one.Policy.Span.Text()) == string(other.Policy.Span.Text()) {
				return no("the policies are the same text")
			}
			return unknown(-1, "a policy cannot be read: %s", strings.TrimSpace(one.Policy.Why+" "+other.Policy.Why))
		}
		if !s.Recognised && o.Recognised {
			s.Service, s.Recognised, s.Region = o.Service, true, o.Region
		}
		if s.Recognised && o.Recognised && s.Service.ID != o.Service.ID {
			otherDoc = &policy.Document{} // what passes one takes no way through the other
		} else {
			otherDoc = o.document()
		}
		if same(s.document(), otherDoc) && policy.TypeOf(one.Type) == policy.TypeOf(other.Type) {
			return no("the statements are the same")
		}
	}
	doc := s.document()
	if doc == nil {
		return unknown(-1, "the policy cannot be read: %s", one.Policy.Why)
	}
	in := s.inquire(doc, otherDoc)
	answer, denied := s.compare(in, in.docs[0], in.docs[1])
	switch {
	case answer.Verdict == No:
		answer.Because = say.nothing
	case answer.Verdict == Yes && other == nil:
		answer.Because += ", and " + say.missing
	case answer.Verdict == Yes && denied >= 0:
		answer.Because += fmt.Sprintf(", and %s of %s denies it", nameOf(&otherDoc.Statements[denied], denied), say.other)
	case answer.Verdict == Yes:
		answer.Because += ", and no statement of " + say.other + " does"
	}
	return answer
}

// same reports whether two documents say the same, statement by statement, as
// they are written.
func same(a, b *policy.Document) bool {
	return canonical(a) == canonical(b)
}

// canonical writes a document down, holes by their names.
func canonical(doc *policy.Document) string {
	var b strings.Builder
	text := func(t policy.Text) {
		for _, p := range t.Parts {
			b.WriteString(p.Literal)
			if p.Hole.Kind != policy.NotHole {
				b.WriteString("\x01" + strconv.Itoa(int(p.Hole.Kind)) + p.Hole.Ref + "\x01")
			}
		}
		b.WriteByte(0)
	}
	set := func(name string, not bool, values []policy.Text) {
		b.WriteString(name)
		if not {
			b.WriteByte('!')
		}
		for _, v := range values {
			text(v)
		}
	}
	text(doc.Version)
	for i := range doc.Statements {
		st := &doc.Statements[i]
		b.WriteString("\n" + st.Effect.String())
		if st.Unread != "" {
			b.Write(st.Span.Text())
			continue
		}
		for _, p := range st.Principals.Values {
			set("P"+p.Type, st.Principals.Not, []policy.Text{p.Value})
		}
		set("A", st.Actions.Not, st.Actions.Values)
		set("R", st.Resources.Not, st.Resources.Values)
		for _, c := range st.Conditions {
			set("C", false, append([]policy.Text{c.Operator, c.Key}, c.Values...))
		}
	}
	return b.String()
}

// compare answers whether a document lets something through that another does
// not: by an Allow that the other has not, or where the other's Deny stands. Of a
// yes it returns the Deny that stands in the other; -1 when none does.
func (s *Subject) compare(in *inquiry, doc, other *policy.Document) (answer Answer, denied int) {
	c := everything()
	goals := func(may bool) (goals []prover.Goal, statements []int) {
		undecided := func(st *policy.Statement) bool { return st.Effect == policy.Undecided }
		denies := refs(doc, func(st *policy.Statement) bool { return st.Effect == policy.Deny || undecided(st) && !may })
		allows := refs(other, func(st *policy.Statement) bool { return st.Effect == policy.Allow || undecided(st) && !may })
		opposite := refs(other, func(st *policy.Statement) bool { return st.Effect == policy.Deny || undecided(st) && may })
		for i := range doc.Statements {
			st := &doc.Statements[i]
			if st.Effect == policy.Deny || undecided(st) && !may {
				continue
			}
			allow := prover.Ref{Doc: doc, Statement: i}
			goals = append(goals, prover.Goal{All: []prover.Ref{allow}, None: slices.Concat(denies, allows), Certain: true})
			statements = append(statements, i)
			for _, deny := range opposite {
				goals = append(goals, prover.Goal{All: []prover.Ref{allow, deny[0]}, None: denies, Certain: true})
				statements = append(statements, i)
			}
		}
		return goals, statements
	}
	must, statements := goals(false)
	if r, goal := solve(in.solver(c, prover.Mode{}, false, false), must); r.Verdict == prover.Yes && r.World.Call.Doubt == "" {
		return s.onlyOne(doc, other, statements[goal], r)
	}
	may, _ := goals(true)
	verdict, because := in.none(c, may, readings()...)
	switch verdict {
	case Yes:
		return Answer{Verdict: No, Statement: -1, Value: -1, Assumptions: s.assumptions(scope{callers: nobodys})}, -1
	case Unknown:
		return unknown(-1, "%s", because), -1
	}
	return s.whyOpen(in, doc, other, may), -1
}

// whyOpen names what keeps a comparison open.
func (s *Subject) whyOpen(in *inquiry, doc, other *policy.Document, may []prover.Goal) Answer {
	r, _ := in.solver(everything(), prover.Mode{May: true}, false, false).Solve(may...)
	if r.Verdict != prover.Yes {
		return unknown(-1, "a point that AWS leaves undocumented decides")
	}
	for _, one := range []*policy.Document{doc, other} {
		d := policy.Decide(one, r.Request, s.setting(r.Request.Action), policy.Plain)
		if d.Outcome == policy.Undecidable {
			st := one.Statements[d.Statement]
			return unknown(-1, "%s is undecided: %s", nameOf(&st, d.Statement), d.Statements[d.Statement].Because)
		}
	}
	return unknown(-1, "values that are not known decide")
}

// onlyOne is the answer that shows a request which one document lets through and
// the other does not.
func (s *Subject) onlyOne(doc, other *policy.Document, statement int, r prover.Result) (answer Answer, denied int) {
	setting := s.setting(r.Request.Action)
	if d := policy.Decide(replayed(s, doc, r.World), r.Request, setting, policy.Plain); d.Outcome != policy.Allowed {
		panic(mismatch{r.Request, d.Outcome})
	}
	d := policy.Decide(replayed(s, other, r.World), r.Request, setting, policy.Plain)
	if d.Passes() != policy.Missed {
		panic(mismatch{r.Request, d.Outcome})
	}
	w := s.spelled(r.Request)
	a := Answer{
		Verdict: Yes, Witness: &w, Noun: r.World.Call.Noun, Statement: statement, Value: -1, Writes: s.writes(w.Action),
		OwnCredentials: r.World.Caller.Own, OwnResource: r.World.Owner.Own,
		Assumptions: s.assumptions(scope{callers: nobodys}),
	}
	a.Because = nameOf(&doc.Statements[statement], statement) + " allows it"
	if d.Outcome == policy.ExplicitlyDenied {
		return a, d.Statement
	}
	return a, -1
}
