package source

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// An ignoreRule is one line of a .gitignore file (gitignore(5)) as a
// doublestar pattern of paths relative to the file's folder.
type ignoreRule struct {
	pattern string
	negated bool // the path is not ignored after all
	dirOnly bool
}

// parseIgnore reads a .gitignore file. A line that is no valid pattern is left
// out, as git does.
func parseIgnore(text string) []ignoreRule {
	var rules []ignoreRule
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		line = trimSpaces(strings.TrimRight(line, "\r\n"))
		if line == "" || line[0] == '#' {
			continue
		}
		var r ignoreRule
		if rest, ok := strings.CutPrefix(line, "!"); ok {
			r.negated, line = true, rest
		}
		if rest, ok := strings.CutSuffix(line, "/"); ok {
			r.dirOnly, line = true, rest
		}
		if line == "" {
			continue
		}
		if !strings.Contains(line, "/") {
			line = "**/" + line
		}
		line = strings.TrimPrefix(line, "/")
		if strings.HasSuffix(line, "/**") {
			line += "/*" // foo/** takes in what is in foo, but not foo
		}
		// Braces are ordinary characters to git.
		r.pattern = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(line)
		if doublestar.ValidatePattern(r.pattern) {
			rules = append(rules, r)
		}
	}
	return rules
}

// trimSpaces cuts the spaces at the end of a line but for one that a backslash
// stands before.
func trimSpaces(line string) string {
	trimmed := strings.TrimRight(line, " ")
	if strings.HasSuffix(trimmed, `\`) && len(trimmed) < len(line) {
		trimmed += " "
	}
	return trimmed
}

// ignores tells whether the rules of one file ignore a path relative to the
// file's folder; decided is false when no rule matches it. The last rule that
// matches decides.
func ignores(rules []ignoreRule, path string, dir bool) (ignored, decided bool) {
	for i := len(rules) - 1; i >= 0; i-- {
		r := rules[i]
		if r.dirOnly && !dir {
			continue
		}
		if doublestar.MatchUnvalidated(r.pattern, path) {
			return !r.negated, true
		}
	}
	return false, false
}
