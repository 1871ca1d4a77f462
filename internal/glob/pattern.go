package glob

import (
	"strings"
	"unicode/utf8"
)

// A Pattern is a pattern as a list of symbols. It says what a pattern's text
// cannot: that a * is the character itself, or that a wildcard stops at some
// character. The empty Pattern matches the empty string alone.
type Pattern []Symbol

// A Symbol is one character or one wildcard of a Pattern.
type Symbol struct {
	Kind SymbolKind
	// Text is the character of the kind Character.
	Text string
	// Except is an ASCII character that a wildcard does not match; zero when it
	// matches them all.
	Except byte
}

// SymbolKind says what a Symbol stands for.
type SymbolKind int

// The kinds of symbols. Character, the zero kind, stands for itself.
const (
	Character SymbolKind = iota
	One                  // exactly one character, as ?
	Run                  // any run of characters, also none, as *
)

// Parse returns the pattern in which * and ? are wildcards, so that
// Parse(p).Match(s) is Match(p, s).
func Parse(pattern string) Pattern {
	p := Literal(pattern)
	for i, s := range p {
		switch s.Text {
		case "*":
			p[i] = Symbol{Kind: Run}
		case "?":
			p[i] = Symbol{Kind: One}
		}
	}
	return p
}

// Literal returns the pattern that matches s alone.
func Literal(s string) Pattern {
	var p Pattern
	for len(s) > 0 {
		_, size := utf8.DecodeRuneInString(s)
		p = append(p, Symbol{Text: s[:size]})
		s = s[size:]
	}
	return p
}

// Match reports whether the whole of s is in the language of the pattern. It
// takes len(p)×len(s) steps.
func (p Pattern) Match(s string) bool {
	// The literal ends decide most, and are cheap.
	for len(p) > 0 && p[0].Kind == Character {
		rest, ok := strings.CutPrefix(s, p[0].Text)
		if !ok {
			return false
		}
		p, s = p[1:], rest
	}
	for len(p) > 0 && p[len(p)-1].Kind == Character && utf8.RuneStart(p[len(p)-1].Text[0]) {
		rest, ok := strings.CutSuffix(s, p[len(p)-1].Text)
		if !ok {
			return false
		}
		p, s = p[:len(p)-1], rest
	}
	switch {
	case len(p) == 0:
		return s == ""
	case len(p) == 1 && p[0].Kind == Run:
		return p[0].Except == 0 || strings.IndexByte(s, p[0].Except) < 0
	}
	return p.match(s)
}

func (p Pattern) match(s string) bool {
	// here[i] says that the symbols so far match s[:i].
	here, next := make([]bool, len(s)+1), make([]bool, len(s)+1)
	here[0] = true
	for _, symbol := range p {
		clear(next)
		for i := range here {
			reached := here[i]
			if symbol.Kind == Run {
				next[i] = next[i] || reached
				reached = next[i] // a run that got here may go on
			}
			if !reached || i == len(s) {
				continue
			}
			switch _, size := utf8.DecodeRuneInString(s[i:]); {
			case symbol.Kind == Character:
				if strings.HasPrefix(s[i:], symbol.Text) {
					next[i+len(symbol.Text)] = true
				}
			case symbol.Except == 0 || s[i] != symbol.Except:
				next[i+size] = true
			}
		}
		here, next = next, here
	}
	return here[len(s)]
}

// After returns the patterns of what may follow a text of ASCII characters in the
// strings that match p: such a string is the text and a match of one of them.
// What follows two texts is the same where as many patterns of as many symbols
// do.
func (p Pattern) After(text string) []Pattern {
	from, next := make([]bool, len(p)+1), make([]bool, len(p)+1)
	from[0] = true
	for i := range len(text) {
		clear(next)
		for at := range p {
			if !from[at] {
				continue
			}
			switch s := p[at]; {
			case s.Kind == Run:
				from[at+1] = true // it ends here, or takes in the character
				if s.Except == 0 || s.Except != text[i] {
					next[at] = true
				}
			case s.Kind == One && (s.Except == 0 || s.Except != text[i]), s.Text == text[i:i+1]:
				next[at+1] = true
			}
		}
		from, next = next, from
	}
	var out []Pattern
	for at := range from {
		if from[at] {
			out = append(out, p[at:])
		}
	}
	return out
}

// Within reports whether it is plain that every string that p matches is
// matched by q too. It may miss that, and is never wrong. It takes
// len(p)×len(q) steps.
func (p Pattern) Within(q Pattern) bool {
	if text, ok := p.Text(); ok {
		return q.Match(text)
	}
	// here[i] says that the symbols of q so far take in the first i of p.
	here, next := make([]bool, len(p)+1), make([]bool, len(p)+1)
	here[0] = true
	for _, symbol := range q {
		clear(next)
		for i := range here {
			reached := here[i]
			if symbol.Kind == Run {
				next[i] = next[i] || reached
				reached = next[i]
			}
			if reached && i < len(p) && symbol.covers(p[i]) {
				next[i+1] = true
			}
		}
		here, next = next, here
	}
	return here[len(p)]
}

// covers reports whether a symbol takes in all that another stands for: any run
// of it, where it is a run.
func (s Symbol) covers(o Symbol) bool {
	switch {
	case s.Kind == Character:
		return o.Kind == Character && o.Text == s.Text
	case o.Kind == Run && s.Kind != Run:
		return false
	case s.Except == 0:
		return true
	case o.Kind == Character:
		return o.Text[0] != s.Except
	default:
		return o.Except == s.Except
	}
}

// Apart reports whether it is plain that no string matches both patterns: that
// what they begin or end with differs. It may miss that, and is never wrong.
func (p Pattern) Apart(q Pattern) bool {
	for i := 0; i < len(p) && i < len(q) && p[i].Kind != Run && q[i].Kind != Run; i++ {
		if p[i].apart(q[i]) {
			return true
		}
	}
	for i := 1; i <= len(p) && i <= len(q) && p[len(p)-i].Kind != Run && q[len(q)-i].Kind != Run; i++ {
		if p[len(p)-i].apart(q[len(q)-i]) {
			return true
		}
	}
	return p.literal() && q.literal() && len(p) != len(q) || p.lacks(q) || q.lacks(p)
}

// lacks reports whether p ends in a run that stops at a character which q has
// where that run would have to take it.
func (p Pattern) lacks(q Pattern) bool {
	head := 0
	for head < len(p) && p[head].Kind != Run {
		head++
	}
	if head != len(p)-1 || p[head].Except == 0 || len(q) < head {
		return false
	}
	for i, s := range q {
		switch {
		case i < head && s.Kind == Run:
			return false
		case i >= head && s.Kind == Character && s.Text[0] == p[head].Except:
			return true
		}
	}
	return false
}

// apart reports whether two symbols of one character each have none in common.
func (s Symbol) apart(o Symbol) bool {
	switch {
	case s.Kind == Character && o.Kind == Character:
		return s.Text != o.Text
	case s.Kind == Character:
		return o.Except != 0 && s.Text[0] == o.Except
	case o.Kind == Character:
		return o.apart(s)
	default:
		return false
	}
}

func (p Pattern) literal() bool {
	for _, s := range p {
		if s.Kind != Character {
			return false
		}
	}
	return true
}

// Text returns the string that a pattern without wildcards matches, and reports
// false for one with wildcards.
func (p Pattern) Text() (string, bool) {
	var b strings.Builder
	for _, s := range p {
		if s.Kind != Character {
			return "", false
		}
		b.WriteString(s.Text)
	}
	return b.String(), true
}
