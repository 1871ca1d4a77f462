package prover_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// maxPolicy is how many characters an endpoint policy may have.
const maxPolicy = 20480

// A hard is a document that is made to be hard.
type hard struct {
	name string
	// several are the keys with sets of values.
	several []string
	doc     *policy.Document
	// want is what is asked for: is there a request that the Allows let through?
	// Unknown where only the search can tell.
	want prover.Verdict
	// long documents are longer than AWS takes.
	long bool
}

func statement(effect policy.Effect, conditions ...policy.Condition) policy.Statement {
	all := policy.Set{Values: texts("*")}
	return policy.Statement{Effect: effect, Principals: policy.Principals{Values: []policy.Principal{{Value: text("*")}}}, Actions: all, Resources: all, Conditions: conditions}
}

func on(resources ...string) policy.Set { return policy.Set{Values: texts(resources...)} }

func condition(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: text(operator), Key: text(key), Values: texts(values...)}
}

// hards are the documents.
func hards() []hard {
	var out []hard
	add := func(name string, want prover.Verdict, statements ...policy.Statement) *hard {
		out = append(out, hard{name: name, doc: &policy.Document{Version: text("2012-10-17"), Statements: statements}, want: want})
		return &out[len(out)-1]
	}
	allow, deny := policy.Allow, policy.Deny
	like := func(key string, values ...string) policy.Condition { return condition("StringLike", key, values...) }
	unlike := func(key string, values ...string) policy.Condition { return condition("StringNotLike", key, values...) }

	r := rand.New(rand.NewPCG(1, 1))
	tag := func(i int) string { return fmt.Sprintf("k:%d", i) }
	null := func(i int, absent bool) policy.Condition {
		return condition("Null", tag(i), map[bool]string{true: "true", false: "false"}[absent])
	}
	for _, size := range []struct{ keys, clauses int }{{15, 63}, {25, 106}, {40, 170}} {
		for _, planted := range []bool{true, false} {
			statements := []policy.Statement{statement(allow)}
			absent := map[int]bool{}
			for i := range size.keys {
				absent[i] = r.IntN(2) == 0
			}
			for len(statements) <= size.clauses {
				three := r.Perm(size.keys)[:3]
				holds := planted
				var c []policy.Condition
				for _, i := range three {
					is := r.IntN(2) == 0
					holds = holds && absent[i] == is
					c = append(c, null(i, is))
				}
				if !holds || !planted {
					statements = append(statements, statement(deny, c...))
				}
			}
			want, name := prover.Unknown, "free"
			if planted {
				want, name = prover.Yes, "planted"
			}
			add(fmt.Sprintf("sat/%d-keys/%s", size.keys, name), want, statements...)
		}
	}
	{ // An Allow for each clause would be short; all eight clauses of three keys leave nothing.
		statements := []policy.Statement{statement(allow)}
		for m := range 1 << 6 {
			var c []policy.Condition
			for i := range 6 {
				c = append(c, null(i, m>>i&1 != 0))
			}
			statements = append(statements, statement(deny, c...))
		}
		add("sat/all-64-of-6-keys", prover.No, statements...)
	}
	{ // Pigeons: n+1 keys, each with one of n values, no two the same.
		for _, n := range []int{4, 5, 6} {
			var holes []string
			for i := range n {
				holes = append(holes, fmt.Sprint("h", i))
			}
			var all []policy.Condition
			for i := range n + 1 {
				all = append(all, condition("StringEquals", tag(i), holes...))
			}
			statements := []policy.Statement{statement(allow, all...)}
			for _, h := range holes {
				for i := range n + 1 {
					for j := range i {
						statements = append(statements, statement(deny, condition("StringEquals", tag(i), h), condition("StringEquals", tag(j), h)))
					}
				}
			}
			add(fmt.Sprintf("pigeons/%d", n), prover.No, statements...)
		}
	}
	{ // 60 denies on many keys.
		statements := []policy.Statement{statement(allow)}
		for range 60 {
			var c []policy.Condition
			for _, i := range r.Perm(20)[:5] {
				c = append(c, condition(pick(r, []string{"StringLike", "StringNotLike"}), tag(i), some(r, []string{"a*", "*b", "*c*", "ab", "?", "*a*b*"}, 2)...))
			}
			statements = append(statements, statement(deny, c...))
		}
		add("denies/60-on-20-keys", prover.Yes, statements...)
	}
	{ // Contradictory patterns of one key.
		var c []policy.Condition
		for i := range 20 {
			c = append(c, like("k:0", fmt.Sprintf("*%c?%c*", 'a'+i, 'a'+(i+7)%20)))
		}
		add("globs/20-must", prover.Yes, statement(allow, c...))
		add("globs/20-must-in-few", prover.No, statement(allow, append(c, like("k:0", strings.Repeat("?", 4)))...))
		statements := []policy.Statement{statement(allow)}
		for i := range 20 {
			statements = append(statements, statement(deny, like("k:0", fmt.Sprintf("*%c*", 'a'+i)), unlike("k:1", fmt.Sprintf("*%c*", 'a'+i))))
		}
		add("globs/20-imply", prover.Yes, statements...)
		statements = []policy.Statement{statement(allow)}
		for i := range 16 {
			statements = append(statements, statement(deny, like("k:0", fmt.Sprintf("*%c*", 'a'+i), fmt.Sprintf("%c?%c*", 'a'+i, 'a'+i))))
		}
		add("globs/16-apart", prover.Yes, statements...)
		statements = []policy.Statement{statement(allow)}
		for i := range 16 {
			s := statement(deny)
			s.Resources = on(fmt.Sprintf("arn:aws:s3:::*%c*", 'a'+i))
			statements = append(statements, s)
		}
		add("globs/16-of-resources", prover.Yes, statements...)
	}
	for _, n := range []int{4, 8, 12, 16} {
		tail := strings.Repeat("?", n)
		add(fmt.Sprintf("position/%d", n), prover.No, statement(allow, like("k:0", "*a"+tail)), statement(deny, like("k:0", "*b"+tail)), statement(deny, like("k:0", "*a"+tail+"*")))
		add(fmt.Sprintf("position-two/%d", n), prover.Unknown, statement(allow, like("k:0", "*a"+tail), unlike("k:0", "*b"+tail), unlike("k:0", "*a"+tail+"?*")))
	}
	for _, n := range []int{4, 6, 8, 10, 12} {
		var c []policy.Condition
		for i := range n {
			c = append(c, like("k:0", fmt.Sprintf("*%c*", 'a'+i)))
		}
		c = append(c, unlike("k:0", strings.Repeat("?", n)+"*"))
		add(fmt.Sprintf("letters/%d", n), prover.No, statement(allow, c...))
	}
	{
		statements := []policy.Statement{}
		for i := range 250 {
			a, d := statement(allow), statement(deny)
			a.Resources, d.Resources = on(fmt.Sprintf("arn:aws:s3:::b%d*", i)), on(fmt.Sprintf("arn:aws:s3:::b%d*", i), fmt.Sprintf("arn:aws:s3:::c%d/*", i))
			statements = append(statements, a, d)
		}
		add("statements/500-closed", prover.No, statements...).long = true
		statements = slices.Clone(statements)
		statements[498].Resources = on("arn:aws:s3:::x*")
		add("statements/500-open", prover.Yes, statements...).long = true
	}
	{
		var one, two []string
		for i := range 2000 {
			one = append(one, fmt.Sprintf("arn:aws:s3:::bucket-%d/*", i))
			two = append(two, fmt.Sprintf("arn:aws:s3:::bucket-%d/*", 1999-i))
		}
		a, d := statement(allow), statement(deny)
		a.Resources, d.Resources = on(one...), on(two...)
		add("resources/2000-closed", prover.No, a, d).long = true
		d.Resources = on(two[1:]...)
		add("resources/2000-open", prover.Yes, a, d).long = true
		d.Resources.Not = true
		add("resources/2000-but", prover.Yes, a, d).long = true
	}
	for _, n := range []int{4, 8, 12} { // sets that need many members
		var all []policy.Condition
		for i := range n {
			all = append(all, condition("ForAnyValue:StringLike", "k:set", fmt.Sprintf("%c*", 'a'+i)))
		}
		all = append(all, condition("ForAllValues:StringLike", "k:set", "?", "??"))
		statements := []policy.Statement{statement(allow, all...)}
		for i := range n {
			for j := range i {
				statements = append(statements, statement(deny, condition("ForAnyValue:StringEquals", "k:set", fmt.Sprintf("%c", 'a'+i)), condition("ForAnyValue:StringEquals", "k:set", fmt.Sprintf("%c", 'a'+j))))
			}
		}
		h := add(fmt.Sprintf("sets/%d", n), prover.Yes, statements...)
		h.several = []string{"k:set"}
		statements = slices.Clone(statements)
		for i := range n {
			statements = append(statements, statement(deny, condition("ForAnyValue:StringLike", "k:set", fmt.Sprintf("%c?", 'a'+i))))
		}
		h = add(fmt.Sprintf("sets/%d-closed", n), prover.No, statements...)
		h.several = []string{"k:set"}
	}
	return out
}

// space is where the requests for a hard document are looked for.
func (h *hard) space() *prover.Space {
	setting := policy.Setting{Type: policy.Interface, Multivalued: map[string]bool{}}
	for _, key := range h.several {
		setting.Multivalued[key] = true
	}
	return &prover.Space{
		Callers: []prover.Caller{{Kind: policy.RoleSession, Account: accountA, Principal: prover.Domain{Patterns: parse("arn:aws:iam::" + accountA + ":role/?*")}}},
		Owners:  []prover.Owner{{Account: accountB}},
		Calls:   []prover.Call{{Action: "s3:GetObject", Resource: func(*prover.Owner) prover.Domain { return prover.Domain{ID: "s3", Patterns: parse("arn:aws:s3:::?*")} }}},
		Setting: func(*prover.Call) policy.Setting { return setting },
		Key: func(name string, _ prover.World) prover.Domain {
			d := prover.Domain{ID: "x", Patterns: parse("?*"), Absent: true}
			d.Multivalued = slices.Contains(h.several, name)
			return d
		},
	}
}

// solve asks whether the document lets a request through.
func (h *hard) solve() prover.Result {
	solver := prover.NewSolver(h.space(), prover.Mode{}, prover.Steps, h.doc)
	var goals []prover.Goal
	var denies [][]prover.Ref
	for i, st := range h.doc.Statements {
		if st.Effect == policy.Deny {
			denies = append(denies, []prover.Ref{{Doc: h.doc, Statement: i}})
		}
	}
	for i, st := range h.doc.Statements {
		if st.Effect == policy.Allow {
			goals = append(goals, prover.Goal{All: []prover.Ref{{Doc: h.doc, Statement: i}}, None: denies})
		}
	}
	result, _ := solver.Solve(goals...)
	return result
}

// length is that of a document as JSON, about.
func (h *hard) length() int {
	n := 0
	for _, st := range h.doc.Statements {
		conditions := map[string]map[string][]string{}
		for _, c := range st.Conditions {
			operator := c.Operator.String()
			if conditions[operator] == nil {
				conditions[operator] = map[string][]string{}
			}
			for _, v := range c.Values {
				conditions[operator][c.Key.String()] = append(conditions[operator][c.Key.String()], v.String())
			}
		}
		text, _ := json.Marshal(conditions)
		n += len(`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":},`) + len(text)
		for _, v := range st.Resources.Values {
			n += len(v.String()) + len(`"",`)
		}
	}
	return n
}

// TestHardDocumentsAreDecidedOrLeftOpen: whatever a document is made of, the
// answer is right, or unknown with a reason.
func TestHardDocumentsAreDecidedOrLeftOpen(t *testing.T) {
	for _, h := range hards() {
		t.Run(h.name, func(t *testing.T) {
			if n := h.length(); n > maxPolicy && !h.long {
				t.Logf("%d characters", n)
			}
			start := time.Now()
			result := h.solve()
			t.Logf("%v in %v %s", result.Verdict, time.Since(start).Round(time.Millisecond), result.Because)
			switch result.Verdict {
			case prover.Unknown:
				if result.Because == "" {
					t.Error("unknown without a reason")
				}
			case prover.Yes:
				if d := policy.Decide(h.doc, result.Request, h.space().Setting(nil), policy.Plain); d.Outcome != policy.Allowed {
					t.Errorf("the request is %v: %+v", d, result.Request)
				}
				fallthrough
			default:
				if h.want != prover.Unknown && h.want != result.Verdict {
					t.Errorf("%v, want %v", result.Verdict, h.want)
				}
			}
		})
	}
}

// BenchmarkAdversarial measures time and the most memory that is in use.
func BenchmarkAdversarial(b *testing.B) {
	for _, h := range hards() {
		b.Run(h.name, func(b *testing.B) {
			b.ReportAllocs()
			peak := make(chan uint64)
			stop := make(chan struct{})
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			before := m.HeapAlloc
			go func() {
				most := before
				for {
					select {
					case <-stop:
						peak <- most
						return
					case <-time.After(5 * time.Millisecond):
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						most = max(most, m.HeapAlloc)
					}
				}
			}()
			var verdict prover.Verdict
			for b.Loop() {
				verdict = h.solve().Verdict
			}
			close(stop)
			b.ReportMetric(float64(<-peak-before)/(1<<20), "peak-MiB")
			b.ReportMetric(float64(verdict), "verdict")
		})
	}
}
