// Package glob matches IAM patterns, whose only wildcards are * (any run of
// characters, also none) and ? (exactly one character), and decides what holds
// of all strings that some match and others do not. It knows nothing of ARNs,
// actions or conditions: splitting those into parts is their reader's job.
package glob

import "unicode/utf8"

// Match reports whether the whole of s is in the language of the pattern.
// Both are compared exactly: fold the case of both sides first where the
// element ignores it. One ? stands for one character, not for one byte.
//
// It takes at most len(pattern)×len(s) steps, since a later * never needs an
// earlier one to be tried again.
func Match(pattern, s string) bool {
	p, i := 0, 0
	star, mark := -1, 0 // the last * seen, and how much of s it has swallowed
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == '?':
			_, size := utf8.DecodeRuneInString(s[i:])
			p++
			i += size
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			_, size := utf8.DecodeRuneInString(s[mark:])
			mark += size
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// Universal reports whether the pattern matches every string: it is one or
// more * and nothing else.
func Universal(pattern string) bool {
	for i := range len(pattern) {
		if pattern[i] != '*' {
			return false
		}
	}
	return pattern != ""
}
