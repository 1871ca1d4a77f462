package prover_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// someDocument is a random document, with holes every other time.
func someDocument(r random, seed uint64) (*universe, *policy.Document) {
	u, taste := universeOf(r, true), tasteOf(seed)
	doc := randomDocument(r, someKinds(r, taste), taste)
	if seed%2 == 0 {
		list := textsOf(doc)
		for range 1 + r.IntN(3) {
			punch(r, pick(r, list))
		}
	}
	return u, doc
}

// shuffled is a document in another order: the statements, and the values of
// each element. It also says where each statement went.
func shuffled(r random, doc *policy.Document) (out *policy.Document, at []int) {
	out = clone(doc)
	at = r.Perm(len(doc.Statements))
	texts := func(list []policy.Text) {
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	from := clone(doc).Statements
	for i, to := range at {
		st := from[i]
		p, c := st.Principals.Values, st.Conditions
		r.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		r.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
		texts(st.Actions.Values)
		texts(st.Resources.Values)
		for _, one := range c {
			texts(one.Values)
		}
		out.Statements[to] = st
	}
	return out, at
}

func TestOrderChangesNoVerdict(t *testing.T) {
	for seed := *firstSeed; seed < *firstSeed+uint64(*documents); seed++ {
		r := rand.New(rand.NewPCG(seed, 13))
		u, doc := someDocument(r, seed)
		other, at := shuffled(r, doc)
		moved := func(groups [][]prover.Ref) (out [][]prover.Ref) {
			for _, group := range groups {
				var g []prover.Ref
				for _, ref := range group {
					g = append(g, prover.Ref{Doc: other, Statement: at[ref.Statement]})
				}
				out = append(out, g)
			}
			return out
		}
		mode := prover.Mode{Reading: pick(r, readings), May: r.IntN(2) == 0}
		one, two := prover.NewSolver(u.space, mode, prover.Steps, doc), prover.NewSolver(u.space, mode, prover.Steps, other)
		for _, g := range goalsOf(r, []*policy.Document{doc}) {
			h := prover.Goal{None: moved(g.None)}
			r.Shuffle(len(h.None), func(i, j int) { h.None[i], h.None[j] = h.None[j], h.None[i] })
			if g.All != nil {
				h.All = moved([][]prover.Ref{g.All})[0]
			}
			if g.Exempt != nil {
				h.Exempt = func(c *prover.Caller, o *prover.Owner) [][]prover.Ref { return moved(g.Exempt(c, o)) }
			}
			a, _ := one.Solve(g)
			b, _ := two.Solve(h)
			if a.Verdict != b.Verdict && a.Because+b.Because == "" {
				t.Fatalf("seed %d: %v %q, in another order %v %q\n%+v, %s:\n%s%s", seed, a.Verdict, a.Because, b.Verdict, b.Because, mode, goalText{g, []*policy.Document{doc}}, written(doc), written(other))
			}
		}
	}
}

// TestWhatMustNotMatchOnlyTakesAway: with one more statement that must not
// match, no is no still.
func TestWhatMustNotMatchOnlyTakesAway(t *testing.T) {
	for seed := *firstSeed; seed < *firstSeed+uint64(*documents); seed++ {
		r := rand.New(rand.NewPCG(seed, 14))
		u, doc := someDocument(r, seed)
		mode := prover.Mode{Reading: pick(r, readings), May: r.IntN(2) == 0}
		solver := prover.NewSolver(u.space, mode, prover.Steps, doc)
		for _, g := range goalsOf(r, []*policy.Document{doc}) {
			before, _ := solver.Solve(g)
			g.None = append(g.None, []prover.Ref{pick(r, refsOf([]*policy.Document{doc}))})
			after, _ := solver.Solve(g)
			if before.Verdict == prover.No && after.Verdict == prover.Yes {
				t.Fatalf("seed %d: no, with one more yes\n%+v, %s:\n%s", seed, mode, goalText{g, []*policy.Document{doc}}, written(doc))
			}
		}
	}
}

// TestNoStatementMatchesBesideItself: what a statement matches it does not miss,
// nor does a copy of it, whatever its holes stand for.
func TestNoStatementMatchesBesideItself(t *testing.T) {
	for seed := *firstSeed; seed < *firstSeed+uint64(*documents); seed++ {
		r := rand.New(rand.NewPCG(seed, 15))
		u, doc := someDocument(r, seed)
		copied := clone(doc)
		mode := prover.Mode{Reading: pick(r, readings), May: r.IntN(2) == 0}
		if seed%2 == 0 && mode.May {
			mode.Reading = policy.Plain // whether a hole breaks a limit is not linked
		}
		solver := prover.NewSolver(u.space, mode, prover.Steps, doc, copied)
		for i, st := range doc.Statements {
			// Whose canonical id it is, and what Null is given, is not linked.
			if slices.ContainsFunc(st.Conditions, func(c policy.Condition) bool { return c.Operator.String() == "Null" && c.Values[0].Holes() != nil }) {
				continue
			}
			if slices.ContainsFunc(st.Principals.Values, func(p policy.Principal) bool { return p.Type == "CanonicalUser" }) {
				continue
			}
			for _, other := range []*policy.Document{doc, copied} {
				g := prover.Goal{All: []prover.Ref{{Doc: doc, Statement: i}}, None: [][]prover.Ref{{{Doc: other, Statement: i}}}}
				if result, _ := solver.Solve(g); result.Verdict != prover.No && result.Because == "" {
					t.Fatalf("seed %d: %v, %+v\n%+v, %s:\n%s", seed, result.Verdict, result.Request, mode, goalText{g, []*policy.Document{doc, copied}}, written(doc))
				}
			}
		}
	}
}
