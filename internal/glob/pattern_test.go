package glob_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/glob"
)

func TestAWildcardStopsAtItsException(t *testing.T) {
	one, run := glob.Symbol{Kind: glob.One, Except: ':'}, glob.Symbol{Kind: glob.Run, Except: ':'}
	join := func(parts ...glob.Pattern) (p glob.Pattern) {
		for _, part := range parts {
			p = append(p, part...)
		}
		return p
	}
	for _, c := range []struct {
		name    string
		pattern glob.Pattern
		s       string
		want    bool
	}{
		{"a run inside", join(glob.Literal("a:"), glob.Pattern{run}, glob.Literal(":c")), "a:b:c", true},
		{"an empty run", join(glob.Literal("a:"), glob.Pattern{run}, glob.Literal(":c")), "a::c", true},
		{"a run past", join(glob.Literal("a:"), glob.Pattern{run}, glob.Literal(":c")), "a:b:b:c", false},
		{"a free run before one that stops", join(glob.Parse("*:"), glob.Pattern{run}), "a:b:c", true},
		{"one", join(glob.Literal("a"), glob.Pattern{one}), "ab", true},
		{"one past", join(glob.Literal("a"), glob.Pattern{one}), "a:", false},
		{"a literal star", glob.Literal("a*"), "ab", false},
		{"a literal star, itself", glob.Literal("a*"), "a*", true},
		{"nothing", nil, "", true},
		{"nothing, of something", nil, "a", false},
	} {
		if got := c.pattern.Match(c.s); got != c.want {
			t.Errorf("%s: Match(%q) = %v, want %v", c.name, c.s, got, c.want)
		}
	}
}

// FuzzParse: for valid UTF-8, Parse(p).Match(s) is Match(p, s), and Literal(p)
// matches p alone.
func FuzzParse(f *testing.F) {
	f.Add("s3:*Object?", "s3:GetObjects")
	f.Add("**?*a", "bba")
	f.Add("a?é*", "aéé")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 64 || len(s) > 256 || !utf8.ValidString(pattern) || !utf8.ValidString(s) {
			return
		}
		if got, want := glob.Parse(pattern).Match(s), glob.Match(pattern, s); got != want {
			t.Errorf("Parse(%q).Match(%q) = %v, Match says %v", pattern, s, got, want)
		}
		if got, want := glob.Literal(pattern).Match(s), pattern == s; got != want {
			t.Errorf("Literal(%q).Match(%q) = %v, want %v", pattern, s, got, want)
		}
	})
}

func TestAfterIsWhatMayFollow(t *testing.T) {
	texts := []string{""}
	for i := 0; len(texts[i]) < 4; i++ {
		for _, c := range []string{"a", "b", "/"} {
			texts = append(texts, texts[i]+c)
		}
	}
	for _, pattern := range []glob.Pattern{
		nil, glob.Literal("ab/"), glob.Parse("*"), glob.Parse("*/b"), glob.Parse("a*b?"), glob.Parse("*a*"), glob.Parse("?/*"),
		{{Kind: glob.Run, Except: '/'}, {Text: "/"}, {Kind: glob.One, Except: 'a'}},
	} {
		for _, text := range texts {
			for at := range len(text) + 1 {
				got := slices.ContainsFunc(pattern.After(text[:at]), func(p glob.Pattern) bool { return p.Match(text[at:]) })
				if want := pattern.Match(text); got != want {
					t.Errorf("%v: what follows %q takes in %q: %v, want %v", pattern, text[:at], text[at:], got, want)
				}
			}
		}
	}
}
