package glob_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/glob"
)

const plenty = 1 << 20

func of(patterns ...string) glob.Language {
	list := make([]glob.Pattern, len(patterns))
	for i, p := range patterns {
		list[i] = glob.Parse(p)
	}
	return glob.Of(list...)
}

// arn is a pattern whose wildcards stop at the colons of its first five
// segments.
func arn(pattern string) glob.Language {
	p := glob.Parse(pattern)
	colons := 0
	for i := range p {
		if p[i].Text == ":" {
			colons++
		} else if p[i].Kind != glob.Character && colons < 5 {
			p[i].Except = ':'
		}
	}
	return glob.Of(p)
}

func TestTheExampleIsShortAndReadable(t *testing.T) {
	digits := glob.Over("0123456789")
	for _, c := range []struct {
		name     string
		language glob.Language
		want     string
		verdict  glob.Verdict
	}{
		{"the zero language", glob.Language{}, "", glob.No},
		{"everything", glob.Everything(), "", glob.Yes},
		{"not everything", glob.Everything().Not(), "", glob.No},
		{"something", of("?*"), "x", glob.Yes},
		{"something but x", of("?*").And(of("x").Not()), "y", glob.Yes},
		{"a text", glob.Exactly("s3:*"), "s3:*", glob.Yes},
		{"a text that a pattern leaves out", glob.Exactly("s3:*").And(of("s3:*").Not()), "", glob.No},
		{"two actions", of("s3:Get*").And(of("s3:*Object")), "s3:GetObject", glob.Yes},
		{"two actions that do not meet", of("s3:Get*").And(of("s3:Put*")), "", glob.No},
		{"actions but one", of("s3:*Object").And(of("s3:GetObject", "s3:Object").Not()), "s3:xObject", glob.Yes},
		{"without regard to case", of("S3:Get*").Fold().And(of("*OBJECT?").Fold()), "S3:GetOBJECTx", glob.Yes},
		{"only another case", of("s3:Get").Fold().And(of("s3:get", "S3:*", "?3:G*").Not()), "s3:geT", glob.Yes},
		{"no other case", of("12*").Fold().And(of("12*").Not()), "", glob.No},
		{"the Kelvin sign is a k", of("k").Fold().And(of("k", "K").Not()), "\u212a", glob.Yes},
		{"İ is an i", of("i").Fold().And(of("i", "I").Not()), "İ", glob.Yes},
		{"ς is no σ", of("σ").Fold().And(of("σ", "Σ").Not()), "", glob.No},
		{"an account", of("????????????").And(digits), "000000000000", glob.Yes},
		{"another account", of("????????????").And(digits, glob.Exactly("000000000000", "111122223333").Not()), "000000000001", glob.Yes},
		{"no account", of("*-*").And(digits), "", glob.No},
		{"another organization", of("o-?*").And(glob.Exactly("o-x").Not(), of("o-y*").Not()), "o-z", glob.Yes},
		{"hexadecimal without regard to case", of("??").And(glob.Over("abc").Fold(), glob.Over("ABC")), "AA", glob.Yes},
		{"an ARN", arn("arn:aws:s3:::logs-*/*").And(arn("arn:*:s3:*:*:*/2026")), "arn:aws:s3:::logs-/2026", glob.Yes},
		{"ARNs of two accounts", arn("arn:aws:logs:*:111122223333:*").And(arn("arn:aws:logs:*:444455556666:*")), "", glob.No},
		{"an account in another segment", of("arn:aws:logs:*:1:*").And(arn("arn:aws:logs:*:1:*").Not()), "arn:aws:logs:::1:", glob.Yes},
		{"a segment that has a colon", arn("a:*").And(of("a:*:*")), "", glob.No},
		{"a long pattern", of(strings.Repeat("ab", 100) + "*").And(of("*" + strings.Repeat("c", 70))), strings.Repeat("ab", 100) + strings.Repeat("c", 70), glob.Yes},
		{"runs over a word's end", of(strings.Repeat("a", 62) + "****b").And(of("*b?b")), strings.Repeat("a", 62) + "bxb", glob.Yes},
		{"a character of two bytes", of("?").And(glob.Over("é")), "é", glob.Yes},
		{"a stray byte is U+FFFD", of("\xff").And(of("\uFFFD")), "\uFFFD", glob.Yes},
	} {
		steps := plenty
		got, verdict := c.language.Example(&steps)
		if got != c.want || verdict != c.verdict {
			t.Errorf("%s: %q, %d; want %q, %d", c.name, got, verdict, c.want, c.verdict)
		}
		if verdict == glob.Yes && !c.language.Holds(got) {
			t.Errorf("%s: the language does not hold %q", c.name, got)
		}
	}
}

func TestWithinIsInclusion(t *testing.T) {
	for _, c := range []struct {
		name string
		l, m glob.Language
		want glob.Verdict
	}{
		{"a narrower action", of("s3:GetObject*"), of("s3:Get*"), glob.Yes},
		{"a wider action", of("s3:Get*"), of("s3:GetObject*"), glob.No},
		{"itself", of("s3:*Object?"), of("s3:*Object?"), glob.Yes},
		{"the same otherwise written", of("a*?*"), of("a?*"), glob.Yes},
		{"the empty language", glob.Language{}, of("a"), glob.Yes},
		{"in everything", of("*"), glob.Everything(), glob.Yes},
		{"in one of several only together", of("a*"), of("a", "a?*"), glob.Yes},
		{"case", of("s3:get*"), of("s3:Get*"), glob.No},
		{"no regard to case", of("s3:get*"), of("s3:Get*").Fold(), glob.Yes},
		{"an ARN in its account", arn("arn:aws:s3:us-*:1:*"), arn("arn:aws:s3:*:1:*"), glob.Yes},
		{"a * over the colons", of("arn:aws:s3:*:1:*"), arn("arn:aws:s3:*:1:*"), glob.No},
		{"a bucket's objects", arn("arn:aws:s3:::logs/*"), arn("arn:aws:s3:::logs*"), glob.Yes},
	} {
		steps := plenty
		if got := c.l.Within(c.m, &steps); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// hard has no string, and more than two to the power of n states to show it.
func hard(n int) glob.Language {
	rest := strings.Repeat("?", n)
	return of("*a"+rest).And(of("*b"+rest).Not(), of("*a"+rest+"*").Not())
}

func TestWhenTheStepsRunOutTheVerdictIsUnknown(t *testing.T) {
	for _, l := range []glob.Language{hard(40), of("s3:Get*").And(of("s3:Put*")), of("abcd")} {
		for _, budget := range []int{-1, 0, 1, 5} {
			steps := budget
			if got, verdict := l.Example(&steps); got != "" || verdict != glob.Unknown || steps != 0 {
				t.Errorf("after %d steps: %q, %d, %d steps left", budget, got, verdict, steps)
			}
		}
	}
}

// TestAnyBudgetGivesTheAnswerOrUnknown: fewer steps never change an answer, only
// withhold it, and what is subtracted is exactly what suffices.
func TestAnyBudgetGivesTheAnswerOrUnknown(t *testing.T) {
	l := of("*a*b").And(of("b*a?").Not(), of("??*"))
	steps := plenty
	want, verdict := l.Example(&steps)
	took := plenty - steps
	for budget := range took + 10 {
		steps := budget
		got, v := l.Example(&steps)
		if budget < took && v != glob.Unknown || budget >= took && (v != verdict || got != want || steps != budget-took) {
			t.Fatalf("with %d of %d steps: %q, %d, %d left", budget, took, got, v, steps)
		}
	}
}

// TestFoldKnowsEveryCharacterOfALowerCase: a character and its lower case are
// the same to Fold, whichever the pattern writes.
func TestFoldKnowsEveryCharacterOfALowerCase(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		lower := unicode.ToLower(r)
		if lower == r || !utf8.ValidRune(r) {
			continue
		}
		for _, pair := range [][2]string{{string(r), string(lower)}, {string(lower), string(r)}} {
			steps := plenty
			if got := glob.Exactly(pair[0]).Within(glob.Exactly(pair[1]).Fold(), &steps); got != glob.Yes {
				t.Errorf("%q in %q folded: %d", pair[0], pair[1], got)
			}
		}
	}
}

// A random language, and what it holds by its definition.
type sample struct {
	glob.Language
	in   func(string) bool
	text string
}

func randomSample(r *rand.Rand, alphabet string, depth int) sample {
	switch kind := r.IntN(7); {
	case depth == 0 || kind == 0:
		return randomLeaf(r, alphabet)
	case kind == 1:
		l := randomSample(r, alphabet, depth-1)
		return sample{l.Not(), func(s string) bool { return !l.in(s) }, "not " + l.text}
	case kind < 5:
		l, m := randomSample(r, alphabet, depth-1), randomSample(r, alphabet, depth-1)
		return sample{l.And(m.Language), func(s string) bool { return l.in(s) && m.in(s) }, "(" + l.text + " and " + m.text + ")"}
	default:
		l, m := randomSample(r, alphabet, depth-1), randomSample(r, alphabet, depth-1)
		return sample{l.Or(m.Language), func(s string) bool { return l.in(s) || m.in(s) }, "(" + l.text + " or " + m.text + ")"}
	}
}

func randomLeaf(r *rand.Rand, alphabet string) sample {
	if r.IntN(12) == 0 {
		return sample{glob.Over(alphabet[:2]), func(s string) bool { return strings.Trim(s, alphabet[:2]) == "" }, "over " + alphabet[:2]}
	}
	var p glob.Pattern
	text := ""
	for range r.IntN(6) {
		switch r.IntN(5) {
		case 0, 1:
			c := string(alphabet[r.IntN(len(alphabet))])
			p, text = append(p, glob.Symbol{Text: c}), text+c
		case 2:
			p, text = append(p, glob.Symbol{Kind: glob.One}), text+"?"
		case 3:
			p, text = append(p, glob.Symbol{Kind: glob.Run}), text+"*"
		case 4:
			kind := glob.SymbolKind(1 + r.IntN(2))
			p, text = append(p, glob.Symbol{Kind: kind, Except: ':'}), text+string("?*"[kind-1])+"\u0338"
		}
	}
	if r.IntN(3) > 0 {
		return sample{glob.Of(p), p.Match, text}
	}
	folded := make(glob.Pattern, len(p))
	for i, s := range p {
		folded[i] = s
		folded[i].Text = strings.ToLower(s.Text)
	}
	return sample{glob.Of(p).Fold(), func(s string) bool { return folded.Match(strings.ToLower(s)) }, "fold " + text}
}

// stringsOver returns all strings up to a length, the short ones first.
func stringsOver(alphabet string, length int) []string {
	list := []string{""}
	for from := 0; length > 0; length-- {
		to := len(list)
		for _, s := range list[from:to] {
			for _, r := range alphabet {
				list = append(list, s+string(r))
			}
		}
		from = to
	}
	return list
}

// check holds every answer about two random languages against their definition
// on the strings of the universe, which are all those over its alphabet up to
// some length.
func check(t *testing.T, r *rand.Rand, alphabet string, universe []string) {
	t.Helper()
	l, m := randomSample(r, alphabet, 3), randomSample(r, alphabet, 2)
	shortest, inside := -1, true
	for _, s := range universe {
		held := l.in(s)
		if l.Holds(s) != held {
			t.Fatalf("%s: Holds(%q) = %v", l.text, s, !held)
		}
		if held && shortest < 0 {
			shortest = len(s)
		}
		inside = inside && (!held || m.in(s))
	}
	longest := len(universe[len(universe)-1])
	for _, over := range []glob.Language{l.Language, l.And(glob.Over(alphabet))} {
		steps := 50 * plenty
		example, verdict := over.Example(&steps)
		switch {
		case verdict == glob.Unknown:
			t.Fatalf("%s: unknown", l.text)
		case verdict == glob.No && shortest >= 0:
			t.Fatalf("%s: empty, but for a string of length %d", l.text, shortest)
		case verdict == glob.Yes && (!l.in(example) || !over.Holds(example)):
			t.Fatalf("%s: does not hold its example %q", l.text, example)
		case verdict == glob.Yes && shortest >= 0 && utf8.RuneCountInString(example) > shortest:
			t.Fatalf("%s: %q is longer than %d", l.text, example, shortest)
		}
		if closed := strings.Trim(example, alphabet) == ""; verdict == glob.Yes && closed && len(example) <= longest && len(example) != shortest {
			t.Fatalf("%s: %q, but the shortest is %d", l.text, example, shortest)
		}
		steps = 50 * plenty
		if empty := over.Empty(&steps); (empty == glob.Yes) != (verdict == glob.No) || empty == glob.Unknown {
			t.Fatalf("%s: Empty is %d, Example %d", l.text, empty, verdict)
		}
	}
	steps := 50 * plenty
	within := l.Within(m.Language, &steps)
	if within == glob.Unknown || within == glob.Yes && !inside {
		t.Fatalf("%s in %s: %d", l.text, m.text, within)
	}
	if within == glob.No {
		steps := plenty
		s, _ := l.And(m.Not()).Example(&steps)
		if !l.in(s) || m.in(s) {
			t.Fatalf("%s in %s: %q says no", l.text, m.text, s)
		}
	}
}

func TestLanguagesAgreeWithBruteForce(t *testing.T) {
	for _, alphabet := range []string{"ab:", "aA:"} {
		universe := stringsOver(alphabet, 6)
		for seed := range uint64(600) {
			check(t, rand.New(rand.NewPCG(seed, 0)), alphabet, universe) // #nosec G404 -- a repeatable sample
		}
	}
}

// FuzzLanguage: on random languages every answer agrees with what And, Or, Not
// and Fold mean, string by string.
func FuzzLanguage(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	universe := stringsOver("abA:", 4)
	f.Fuzz(func(t *testing.T, a, b uint64) {
		check(t, rand.New(rand.NewPCG(a, b)), "abA:", universe) // #nosec G404 -- a repeatable sample
	})
}

func BenchmarkExample(b *testing.B) {
	actions := make([]string, 40)
	resources := make([]glob.Language, 20)
	for i := range actions {
		actions[i] = fmt.Sprintf("s3:%c*Object%c*", 'A'+i%26, 'a'+i/2%26)
	}
	for i := range resources {
		resources[i] = arn(fmt.Sprintf("arn:aws:s3:::bucket-%d-*/*", i)).Not()
	}
	letters := of(strings.Repeat("?", 7))
	for _, c := range "abcdefgh" {
		letters = letters.And(of("*" + string(c) + "*"))
	}
	for _, c := range []struct {
		name string
		l    glob.Language
	}{
		{"two actions", of("s3:Get*").And(of("s3:*Object"))},
		{"an organization", of("o-*").And(glob.Exactly("o-exampleorgid").Not(), of("?*"))},
		{"an account", of("????????????").And(glob.Over("0123456789"), glob.Exactly("111122223333", "444455556666").Not())},
		{"40 actions, folded, but 20", of(actions...).And(of(actions[:20]...).Not()).Fold()},
		{"an ARN but 20", arn("arn:aws:s3:::bucket-*").And(of("*/*")).And(resources...)},
		{"20 ARNs inside another", arn("arn:aws:s3:::bucket-*").Not().And(glob.Language{}.Or(resources...).Not())},
		{"8 letters in 7 characters", letters},
		{"a worst case, 8", hard(8)},
		{"a worst case, 10", hard(10)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			took := 0
			for b.Loop() {
				steps := 100 * plenty
				if _, verdict := c.l.Example(&steps); verdict == glob.Unknown {
					b.Fatal("unknown")
				}
				took = 100*plenty - steps
			}
			b.ReportMetric(float64(took), "steps/op")
		})
	}
}
