package prover_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

var (
	documents = flag.Int("documents", 1000, "how many random documents each property of the prover is tried on")
	firstSeed = flag.Uint64("seed", 1, "the seed of the first random document")
)

// A row is what all statements of some documents do with a request.
type row = string

func matchesOf(docs []*policy.Document, r policy.Request, s policy.Setting, reading policy.Reading) row {
	var b strings.Builder
	for _, doc := range docs {
		for _, one := range policy.Decide(doc, r, s, reading).Statements {
			b.WriteByte("?+-"[one.Matched])
		}
	}
	return b.String()
}

// A table has the rows of all requests of a universe, by caller and owner.
type table map[[2]int]map[row]policy.Request

// apart is a document with the parts of all statements as statements of their
// own, so that it tells values apart that the document tells apart: of those the
// parts about who asks, about the resource, or about one key.
func apart(doc *policy.Document, about string) *policy.Document {
	out := &policy.Document{Version: doc.Version}
	all := policy.Set{Values: texts("*")}
	for _, st := range doc.Statements {
		whole := policy.Statement{Effect: st.Effect, Principals: policy.Principals{Values: []policy.Principal{{Value: text("*")}}}, Actions: all, Resources: all}
		add := func(change func(*policy.Statement)) {
			one := whole
			change(&one)
			out.Statements = append(out.Statements, one)
		}
		switch about {
		case aboutWho:
			add(func(one *policy.Statement) { one.Principals = st.Principals })
		case aboutWhat:
			add(func(one *policy.Statement) { one.Resources = st.Resources })
		}
		for i := range st.Conditions {
			key := strings.ToLower(st.Conditions[i].Key.String())
			if about == key || about == aboutWho && strings.HasPrefix(key, "aws:") {
				add(func(one *policy.Statement) { one.Conditions = st.Conditions[i : i+1] })
			}
		}
	}
	return out
}

const aboutWho, aboutWhat = "who", "what"

// keysIn are the keys that conditions test, in lower case.
func keysIn(docs []*policy.Document) []string {
	seen := map[string]bool{}
	for _, doc := range docs {
		for _, st := range doc.Statements {
			for _, c := range st.Conditions {
				if key, known := c.Key.Literal(); known {
					seen[strings.ToLower(key)] = true
				}
			}
		}
	}
	return sortedKeys(seen)
}

// enumerate tries all requests of a universe. Of the values of one part of a
// request, with the rest the same, it tries one of those that no part of a
// statement tells apart.
//
// A key that nothing is known of has any value if may, the same for all
// statements; otherwise it stays unknown.
func (u *universe) enumerate(docs []*policy.Document, reading policy.Reading, may bool) table {
	out := table{}
	keys := slices.DeleteFunc(keysIn(docs), func(key string) bool { return u.keys[key] == nil })
	memo, partsOf := map[string][]policy.Request{}, map[string][]*policy.Document{}
	// choices are the requests with the values of one part.
	choices := func(about, id string, base policy.Request, all []policy.Request) []policy.Request {
		id = about + id
		parts, known := partsOf[about]
		if !known {
			for _, doc := range docs {
				parts = append(parts, apart(doc, about))
			}
			partsOf[about] = parts
		}
		if slices.ContainsFunc(parts, func(doc *policy.Document) bool { return strings.Contains(written(doc), "${") }) {
			id = fmt.Sprint(id, base.Kind, base.PrincipalAccount, base.PrincipalOrg, base.Action, base.ResourceAccount, base.ResourceOrg)
		}
		list, known := memo[id]
		if !known {
			seen := map[row]bool{}
			for _, r := range all {
				m := matchesOf(parts, r, u.setting, reading)
				if !seen[m] {
					seen[m] = true
					list = append(list, r)
				}
			}
			memo[id] = list
		}
		return list
	}
	for ci := range u.space.Callers {
		for oi := range u.space.Owners {
			c, o := &u.space.Callers[ci], &u.space.Owners[oi]
			if u.space.Pair != nil && !u.space.Pair(c, o) {
				continue
			}
			rows := map[row]policy.Request{}
			for k := range u.space.Calls {
				call := &u.space.Calls[k]
				if call.Signer != nil && !call.Signer(c) || call.CallersOwn && (c.Account != o.Account || c.Org != o.Org || c.Account == "") {
					continue
				}
				base := policy.Request{
					Kind: c.Kind, Principal: u.principals[ci][0], PrincipalAccount: c.Account, PrincipalOrg: c.Org, Action: call.Action,
					Resource: "*", ResourceAccount: o.Account, ResourceOrg: o.Org, Unknown: u.undecided,
					Context: map[string][]string{"aws:sourcevpce": {"vpce-a"}}, // it is in all requests
				}
				var who, what []policy.Request
				for _, p := range u.principals[ci] {
					r := base
					r.Principal = p
					who = append(who, r)
				}
				for _, resource := range u.resources[k][oi] {
					r := base
					r.Resource = resource
					what = append(what, r)
				}
				who, what = choices(aboutWho, strconv.Itoa(ci), base, who), choices(aboutWhat, fmt.Sprint(k, "-", oi), base, what)
				tested := make([][]policy.Request, 0, len(keys))
				add := func(key string, values [][]string) {
					var list []policy.Request
					for _, v := range values {
						r := base
						r.Context = maps.Clone(base.Context)
						r.Context[key] = v
						list = append(list, r)
					}
					tested = append(tested, choices(key, "", base, list))
				}
				for _, key := range keys {
					values := u.keys[key]
					if may && slices.Contains(u.undecided, key) {
						values = [][]string{{"vpc-a"}, {"vpc-b"}, {"x"}, {"a"}, {"b"}, {"vpc-xa"}, {"true"}, {"1"}, {"*"}}
					}
					add(key, values)
				}
				if signedUser(c.Kind) && slices.Contains(keysIn(docs), "aws:userid") {
					add("aws:userid", [][]string{{"Aa"}, {"Ab"}, {"Aab"}, {"Az"}, {"A" + accountA}})
				}
				var product func(r policy.Request, rest [][]policy.Request)
				product = func(r policy.Request, rest [][]policy.Request) {
					if len(rest) == 0 {
						if m := matchesOf(docs, r, u.setting, reading); rows[m].Action == "" {
							rows[m] = r
						}
						return
					}
					for _, one := range rest[0] {
						next := r
						next.Context = maps.Clone(r.Context)
						maps.Copy(next.Context, one.Context)
						product(next, rest[1:])
					}
				}
				for _, p := range who {
					for _, t := range what {
						r := base
						r.Principal, r.Resource = p.Principal, t.Resource
						product(r, tested)
					}
				}
			}
			out[[2]int{ci, oi}] = rows
		}
	}
	return out
}

// find looks for a row that a goal asks for.
func (u *universe) find(tab table, g prover.Goal, docs []*policy.Document, may bool) (policy.Request, bool) {
	for ci := range u.space.Callers {
		for oi := range u.space.Owners {
			rows := tab[[2]int{ci, oi}]
			for _, m := range sortedKeys(rows) {
				if u.asked(m, g, docs, may, &u.space.Callers[ci], &u.space.Owners[oi]) {
					return rows[m], true
				}
			}
		}
	}
	return policy.Request{}, false
}

// asked reports whether a goal asks for a row. What is not known counts for it
// if may, else against.
func (u *universe) asked(m row, g prover.Goal, docs []*policy.Document, may bool, c *prover.Caller, o *prover.Owner) bool {
	at := func(ref prover.Ref) byte {
		i := ref.Statement
		for _, doc := range docs {
			if doc == ref.Doc {
				break
			}
			i += len(doc.Statements)
		}
		return m[i]
	}
	for _, ref := range g.All {
		if b := at(ref); b == '-' || b == '?' && !may {
			return false
		}
	}
	groups := slices.Clone(g.None)
	if g.Exempt != nil {
		groups = append(groups, g.Exempt(c, o)...)
	}
	for _, group := range groups {
		missed := slices.ContainsFunc(group, func(ref prover.Ref) bool { b := at(ref); return b == '-' || b == '?' && may })
		if !missed {
			return false
		}
	}
	return true
}

// refsOf are all statements of some documents.
func refsOf(docs []*policy.Document) (all []prover.Ref) {
	for _, doc := range docs {
		for i := range doc.Statements {
			all = append(all, prover.Ref{Doc: doc, Statement: i})
		}
	}
	return all
}

// goalsOf are goals about some documents: of each kind that questions are made
// of.
func goalsOf(r random, docs []*policy.Document) (goals []prover.Goal) {
	refs := refsOf(docs)
	ofEffect := func(e policy.Effect) []prover.Ref {
		return slices.DeleteFunc(slices.Clone(refs), func(ref prover.Ref) bool { return ref.Doc.Statements[ref.Statement].Effect != e })
	}
	allows, denies := ofEffect(policy.Allow), ofEffect(policy.Deny)
	singles := func(list []prover.Ref, but ...prover.Ref) (out [][]prover.Ref) {
		for _, ref := range list {
			if !slices.Contains(but, ref) {
				out = append(out, []prover.Ref{ref})
			}
		}
		return out
	}
	group := func(most int) (out []prover.Ref) {
		for range 1 + r.IntN(most) {
			out = append(out, pick(r, refs))
		}
		return out
	}
	for _, a := range allows {
		goals = append(goals,
			prover.Goal{All: []prover.Ref{a}, None: singles(denies)},
			prover.Goal{All: []prover.Ref{a}, None: singles(refs, a)},
			prover.Goal{All: []prover.Ref{a}, None: append(singles(denies), group(2)), Exempt: func(c *prover.Caller, o *prover.Owner) [][]prover.Ref {
				if c.Own && o.Own {
					return nil
				}
				return [][]prover.Ref{{refs[0]}, {refs[0], refs[len(refs)-1]}}
			}})
		for _, d := range denies {
			goals = append(goals, prover.Goal{All: []prover.Ref{d, a}, None: singles(denies, d)})
		}
	}
	return append(goals,
		prover.Goal{All: group(2), None: [][]prover.Ref{group(2), group(2)}},
		prover.Goal{All: group(3), None: singles(group(3))},
		prover.Goal{None: [][]prover.Ref{group(3), group(2), group(1)}})
}

func (g goalText) String() string {
	name := func(ref prover.Ref) string {
		return fmt.Sprintf("%d.%d", slices.Index(g.docs, ref.Doc), ref.Statement)
	}
	list := func(refs []prover.Ref) string {
		var out []string
		for _, ref := range refs {
			out = append(out, name(ref))
		}
		return strings.Join(out, "&")
	}
	groups := make([]string, len(g.None))
	for i, group := range g.None {
		groups[i] = " " + list(group)
	}
	s := "all " + list(g.All) + " none" + strings.Join(groups, "")
	if g.Exempt != nil {
		s += " but exempt"
	}
	return s
}

type goalText struct {
	prover.Goal
	docs []*policy.Document
}

var readings = []policy.Reading{policy.Plain, policy.Wide, policy.Narrow}

// A tally counts answers.
type tally struct {
	documents, yes, no, unknown, mixed, beyond int
}

func (c tally) String() string {
	return fmt.Sprintf("%d documents: %d yes, %d no, %d unknown (%d allowed for mixed kinds of values), %d yes by a request that is not enumerated", c.documents, c.yes, c.no, c.unknown, c.mixed, c.beyond)
}

// tastes in turn.
func tasteOf(seed uint64) taste {
	return taste{conditions: 1 + int(seed%3), variables: seed%4 == 0, mixed: seed%10 == 9, fewKeys: seed%5 > 0}
}

// TestVerdictsAreThoseOfEnumeration: on small documents in small spaces every
// verdict is the one that trying all requests with the evaluator gives, and
// the request of a yes is in the space and does what the goal asks for.
func TestVerdictsAreThoseOfEnumeration(t *testing.T) {
	var count tally
	for seed := *firstSeed; seed < *firstSeed+uint64(*documents); seed++ {
		r := rand.New(rand.NewPCG(seed, 11))
		u, taste := universeOf(r, seed%2 == 0), tasteOf(seed)
		kinds := someKinds(r, taste)
		docs := []*policy.Document{randomDocument(r, kinds, taste)}
		if r.IntN(4) == 0 {
			docs = append(docs, randomDocument(r, kinds, taste))
			docs[0].Statements, docs[1].Statements = docs[0].Statements[:(1+len(docs[0].Statements))/2], docs[1].Statements[:(1+len(docs[1].Statements))/2]
		}
		u.check(t, r, docs, taste, pick(r, readings), &count)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Log(count)
	if count.yes < *documents || count.no < *documents {
		t.Error("too few answers of a kind")
	}
	if count.beyond > count.yes/30 {
		t.Error("what is enumerated is too little")
	}
}

// check compares all goals about some documents, in both modes.
func (u *universe) check(t *testing.T, r random, docs []*policy.Document, taste taste, reading policy.Reading, count *tally) {
	t.Helper()
	goals := goalsOf(r, docs)
	count.documents++
	for _, may := range []bool{false, true} {
		solver := prover.NewSolver(u.space, prover.Mode{Reading: reading, May: may}, prover.Steps, docs...)
		tab := u.enumerate(docs, reading, may)
		for _, g := range goals {
			result, _ := solver.Solve(g)
			request, found := u.find(tab, g, docs, may)
			fail := func(format string, args ...any) {
				t.Helper()
				var text []string
				for _, doc := range docs {
					text = append(text, written(doc))
				}
				t.Errorf("%s\nreading %v, may %v, type %v, %s:\n%s", fmt.Sprintf(format, args...), reading, may, u.setting.Type, goalText{g, docs}, strings.Join(text, ""))
			}
			switch result.Verdict {
			case prover.Unknown:
				if count.unknown++; taste.mixed && strings.Contains(result.Because, "too many ways") {
					count.mixed++
					continue
				}
				fail("unknown: %s", result.Because)
			case prover.No:
				if count.no++; found {
					fail("no, but %+v", request)
				}
			case prover.Yes:
				if count.yes++; !found {
					count.beyond++
				}
				if why := u.contains(result.Request, result.World); why != "" {
					fail("the request is not in the space, since %s: %+v", why, result.Request)
				}
				asked := result.Request
				asked.Unknown = u.undecided
				if m := matchesOf(docs, asked, u.setting, reading); !u.asked(m, g, docs, may, result.World.Caller, result.World.Owner) {
					fail("the request gives %s: %+v", m, result.Request)
				}
			}
			if t.Failed() {
				return
			}
		}
	}
}
