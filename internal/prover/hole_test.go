package prover_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// textsOf are the places of all texts of a document.
func textsOf(doc *policy.Document) []*policy.Text {
	list := []*policy.Text{&doc.Version}
	for i := range doc.Statements {
		st := &doc.Statements[i]
		for j := range st.Principals.Values {
			if st.Principals.Values[j].Type == "AWS" {
				list = append(list, &st.Principals.Values[j].Value)
			}
		}
		for j := range st.Actions.Values {
			list = append(list, &st.Actions.Values[j])
		}
		for j := range st.Resources.Values {
			list = append(list, &st.Resources.Values[j])
		}
		for j := range st.Conditions {
			c := &st.Conditions[j]
			list = append(list, &c.Operator, &c.Key)
			for k := range c.Values {
				list = append(list, &c.Values[k], &c.Values[k], &c.Values[k])
			}
		}
	}
	return list
}

var someRefs = []string{"H", "H", "I", "J"}

// punch makes a random piece of a text a hole; half of the time all of it.
func punch(r random, t *policy.Text) {
	literal, known := t.Literal()
	if !known {
		return
	}
	hole := policy.Part{Hole: policy.Hole{Kind: policy.Unknown, Ref: pick(r, someRefs)}}
	if r.IntN(2) == 0 {
		t.Parts = []policy.Part{hole}
		return
	}
	start := r.IntN(len(literal) + 1)
	end := start + r.IntN(len(literal)-start+1)
	t.Parts = nil
	for _, p := range []policy.Part{{Literal: literal[:start]}, hole, {Literal: literal[end:]}} {
		if p != (policy.Part{}) {
			t.Parts = append(t.Parts, p)
		}
	}
}

// clone copies a document as deep as its texts.
func clone(doc *policy.Document) *policy.Document {
	out := *doc
	out.Statements = slices.Clone(doc.Statements)
	for i := range out.Statements {
		st := &out.Statements[i]
		st.Principals.Values = slices.Clone(st.Principals.Values)
		st.Actions.Values = slices.Clone(st.Actions.Values)
		st.Resources.Values = slices.Clone(st.Resources.Values)
		st.Conditions = slices.Clone(st.Conditions)
		for j := range st.Conditions {
			st.Conditions[j].Values = slices.Clone(st.Conditions[j].Values)
		}
	}
	return &out
}

// filled is a document with values for its holes.
func filled(doc *policy.Document, values map[string]string) *policy.Document {
	out := clone(doc)
	for _, t := range textsOf(out) {
		var b strings.Builder
		for _, p := range t.Parts {
			b.WriteString(p.Literal + values[p.Hole.Ref])
		}
		t.Parts = []policy.Part{{Literal: b.String()}}
	}
	return out
}

// fillings are values that holes may have: mostly those of the kind that the
// values around them have.
func fillings(r random, kinds []keyKind, plainText bool) map[string]string {
	out := map[string]string{}
	for _, ref := range someRefs {
		list := slices.Concat(someTexts, someTexts, []string{"2012-10-17", "*", "aws:PrincipalAccount", "s3:text", "StringEquals", "${aws:PrincipalAccount}", "a${*}"}, someResources, somePrincipals, someActions)
		if r.IntN(2) == 0 {
			list = pick(r, kinds).values
		}
		out[ref] = pick(r, list)
		for plainText && strings.ContainsAny(out[ref], "*?$") {
			out[ref] = pick(r, list)
			list = append(list, "a")
		}
	}
	return out
}

// TestWhatAHoleStandsForKeepsToTheBounds: a yes that takes holes for nothing
// good holds whatever they stand for, and a no that takes them for anything
// holds too.
func TestWhatAHoleStandsForKeepsToTheBounds(t *testing.T) {
	var count tally
	for seed := *firstSeed; seed < *firstSeed+uint64(*documents/5); seed++ {
		r := rand.New(rand.NewPCG(seed, 12))
		u, taste := universeOf(r, true), tasteOf(seed)
		kinds := someKinds(r, taste)
		docs := []*policy.Document{randomDocument(r, kinds, taste)}
		if r.IntN(4) == 0 {
			docs = append(docs, randomDocument(r, kinds, taste))
			docs[1].Version = docs[0].Version
			docs[0].Statements, docs[1].Statements = docs[0].Statements[:(1+len(docs[0].Statements))/2], docs[1].Statements[:(1+len(docs[1].Statements))/2]
		}
		for _, doc := range docs {
			list := textsOf(doc)
			for range 1 + r.IntN(4) {
				punch(r, pick(r, list))
			}
		}
		reading := pick(r, readings)
		var substituted [][]*policy.Document
		var tables []table
		for range 4 {
			values := fillings(r, kinds, false)
			var whole []*policy.Document
			for _, doc := range docs {
				whole = append(whole, filled(doc, values))
			}
			substituted = append(substituted, whole)
			tables = append(tables, u.enumerate(whole, reading, true))
		}
		count.documents++
		must := prover.NewSolver(u.space, prover.Mode{Reading: reading}, prover.Steps, docs...)
		may := prover.NewSolver(u.space, prover.Mode{Reading: reading, May: true}, prover.Steps, docs...)
		for _, g := range goalsOf(r, docs) {
			fail := func(i int, format string, args ...any) {
				t.Helper()
				var text []string
				for j, doc := range docs {
					text = append(text, written(doc), "filled: ", written(substituted[i][j]))
				}
				t.Fatalf("seed %d: %s\nreading %v, type %v, %s:\n%s", seed, fmt.Sprintf(format, args...), reading, u.setting.Type, goalText{g, docs}, strings.Join(text, ""))
			}
			if result, _ := must.Solve(g); result.Verdict == prover.Yes {
				count.yes++
				if why := u.contains(result.Request, result.World); why != "" {
					fail(0, "the request is not in the space, since %s: %+v", why, result.Request)
				}
				asked := result.Request
				asked.Unknown = u.undecided
				if m := matchesOf(docs, asked, u.setting, reading); !u.asked(m, g, docs, false, result.World.Caller, result.World.Owner) {
					fail(0, "with the holes open the request gives %s: %+v", m, result.Request)
				}
				for i, whole := range substituted {
					if m := matchesOf(whole, asked, u.setting, reading); !u.asked(m, g, docs, false, result.World.Caller, result.World.Owner) {
						fail(i, "filled, the request gives %s: %+v", m, result.Request)
					}
				}
			}
			switch result, _ := may.Solve(g); result.Verdict {
			case prover.Unknown:
				if count.unknown++; taste.mixed && strings.Contains(result.Because, "too many ways") {
					count.mixed++
				}
			case prover.No:
				count.no++
				for i, tab := range tables {
					if request, found := u.find(tab, g, docs, false); found {
						fail(i, "no, but %+v", request)
					}
				}
			}
		}
	}
	t.Log(count)
}
