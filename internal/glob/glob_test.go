package glob_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/glob"
)

func TestMatchReadsOnlyStarAndQuestionMark(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"?", "", false},
		{"s3:Get*", "s3:GetObject", true},
		{"s3:Get*", "s3:PutObject", false},
		{"s3:*Object", "s3:GetObject", true},
		{"s3:*Object", "s3:GetObjectAcl", false},
		{"a?c", "abc", true},
		{"a?c", "aéc", true},
		{"a?c", "ac", false},
		{"a.c", "abc", false},
		{"[ab]", "a", false},
		{"*a*b*c*", "xxaxxbxxcxx", true},
		{"*a*b*c*", "xxaxxcxxbxx", false},
		{"arn:aws:s3:::*/*", "arn:aws:s3:::bucket/key/more", true},
	} {
		if got := glob.Match(c.pattern, c.s); got != c.want {
			t.Errorf("Match(%q, %q) = %v, want %v", c.pattern, c.s, got, c.want)
		}
	}
}

func TestUniversalPatternsAreStarsOnly(t *testing.T) {
	for pattern, want := range map[string]bool{"*": true, "**": true, "": false, "?": false, "*?": false, "a*": false} {
		if got := glob.Universal(pattern); got != want {
			t.Errorf("Universal(%q) = %v, want %v", pattern, got, want)
		}
	}
}

// FuzzMatch: for valid UTF-8, Match agrees with the regular expression that
// the pattern stands for.
func FuzzMatch(f *testing.F) {
	f.Add("s3:*Object?", "s3:GetObjects")
	f.Add("**?*a", "bba")
	f.Add("*ab*ab", "abab")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 64 || len(s) > 256 || !utf8.ValidString(pattern) || !utf8.ValidString(s) {
			return
		}
		expression := regexp.QuoteMeta(pattern)
		expression = strings.ReplaceAll(expression, `\*`, `.*`)
		expression = strings.ReplaceAll(expression, `\?`, `.`)
		want := regexp.MustCompile(`\A(?s:` + expression + `)\z`).MatchString(s)
		if got := glob.Match(pattern, s); got != want {
			t.Errorf("Match(%q, %q) = %v, the regular expression says %v", pattern, s, got, want)
		}
	})
}
