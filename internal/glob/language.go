package glob

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Language is a set of strings built from patterns with union, intersection
// and complement. It never changes, so that it can be shared and used from many
// goroutines. The zero Language holds no string.
//
// Its strings are runs of Unicode characters: a byte that is not UTF-8 counts as
// U+FFFD, in the patterns and in the strings alike.
//
// Its yes/no questions that are about every string, Empty, Within and Example,
// are PSPACE-complete. They take a number of steps and answer Unknown when it
// does not suffice.
type Language struct {
	not  bool // complement of the leaf and the union that follow
	leaf *leaf
	of   []Language
}

// A leaf is a language that needs no others: one pattern, or all strings made
// of some characters.
type leaf struct {
	pattern Pattern // each Text is one character
	isOver  bool    // over stands in place of the pattern
	over    []rune
	fold    bool // compares the lower case of both sides
}

// A Verdict answers a question about a Language. The zero Verdict is Unknown.
type Verdict int

// The verdicts. Unknown says that the steps ran out, and nothing else.
const (
	Unknown Verdict = iota
	Yes
	No
)

// Of returns the language of the strings that match one of the patterns at
// least; without patterns it is the empty one.
func Of(patterns ...Pattern) Language {
	var l Language
	for _, p := range patterns {
		f := &leaf{}
		for _, s := range p {
			if s.Kind != Character {
				f.pattern = append(f.pattern, s)
				continue
			}
			for _, r := range s.Text {
				f.pattern = append(f.pattern, Symbol{Text: string(r)})
			}
		}
		l.of = append(l.of, Language{leaf: f})
	}
	return l
}

// Everything returns the language of all strings, the empty one too.
func Everything() Language { return Language{not: true} }

// Exactly returns the language of the texts and no other string.
func Exactly(texts ...string) Language {
	patterns := make([]Pattern, len(texts))
	for i, text := range texts {
		patterns[i] = Literal(text)
	}
	return Of(patterns...)
}

// Over returns the language of all strings, the empty one too, that are made of
// the characters alone: Over("0123456789").And(Of(Parse("????????????"))) are
// the account ids.
func Over(characters string) Language {
	return Language{leaf: &leaf{isOver: true, over: []rune(characters)}}
}

// Not returns the language of the strings that are not in l.
func (l Language) Not() Language {
	l.not = !l.not
	return l
}

// Or returns the language of the strings that are in l or in one of the others.
func (l Language) Or(others ...Language) Language {
	return Language{of: append([]Language{l}, others...)}
}

// And returns the language of the strings that are in l and in all the others.
func (l Language) And(others ...Language) Language {
	all := make([]Language, len(others))
	for i, m := range others {
		all[i] = m.Not()
	}
	return l.Not().Or(all...).Not()
}

// Fold returns the language of the strings that are in l when each of its
// patterns is compared without regard to case, as strings.ToLower of both sides
// compares them. The exception of a wildcard is compared so too.
func (l Language) Fold() Language {
	if l.leaf != nil {
		f := *l.leaf
		f.fold = true
		l.leaf = &f
	}
	l.of = slices.Clone(l.of)
	for i := range l.of {
		l.of[i] = l.of[i].Fold()
	}
	return l
}

// Holds reports whether s is in l. It asks each pattern by itself and shares
// nothing with Example, which it can therefore check.
func (l Language) Holds(s string) bool {
	return l.holds(string([]rune(s)))
}

func (l Language) holds(s string) bool {
	found := l.leaf != nil && l.leaf.holds(s) || slices.ContainsFunc(l.of, func(m Language) bool { return m.holds(s) })
	return found != l.not
}

func (f *leaf) holds(s string) bool {
	if f.fold {
		s = strings.ToLower(s)
	}
	if f.isOver {
		return !strings.ContainsFunc(s, func(r rune) bool {
			return !slices.ContainsFunc(f.over, func(o rune) bool { return f.compared(o) == r })
		})
	}
	p := slices.Clone(f.pattern)
	for i, s := range p {
		if s.Kind == Character {
			p[i].Text = string(f.compared(character(s)))
		} else {
			p[i].Except = byte(f.compared(rune(s.Except))) // #nosec G115 -- ASCII stays ASCII
		}
	}
	return p.Match(s)
}

// compared returns the character that stands for r where f compares.
func (f *leaf) compared(r rune) rune {
	if f.fold {
		return unicode.ToLower(r)
	}
	return r
}

// same yields the characters that f compares as equal to r.
func (f *leaf) same(r rune) iter.Seq[rune] {
	return func(yield func(rune) bool) {
		lower := f.compared(r)
		if !yield(lower) || !f.fold {
			return
		}
		for o := unicode.SimpleFold(lower); o != lower; o = unicode.SimpleFold(o) {
			if unicode.ToLower(o) == lower && !yield(o) {
				return
			}
		}
		if lower == 'i' {
			yield('İ') // the one character whose lower case folds to another
		}
	}
}

// character returns the one character of a symbol of a leaf.
func character(s Symbol) rune {
	r, _ := utf8.DecodeRuneInString(s.Text)
	return r
}

// Empty reports whether no string is in l. Of the steps it subtracts what it
// takes; see Example.
func (l Language) Empty(steps *int) Verdict {
	switch _, found := l.Example(steps); found {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

// Within reports whether each string of l is in m. Of the steps it subtracts
// what it takes; see Example.
func (l Language) Within(m Language, steps *int) Verdict {
	return l.And(m.Not()).Empty(steps)
}

// Example reports whether a string is in l, and returns a shortest one. Where
// any character will do it is x, or another letter or digit; where case does not
// matter, a pattern's own is kept. The same l gives the same example.
//
// A step is one character tried at 64 positions of a pattern at most: a fixed
// amount of work, and at most a fixed amount of memory. Let w be the number of
// patterns, each counted once for every 64 characters, and c the number of
// different characters in them: each state of the automaton that is visited
// takes at most 2×w×c steps, and mostly few more than w. Patterns with literals
// around a few * give about as many states as characters. The worst, as
// *a??????????, give two to the power of their length. Example subtracts from
// steps what it takes; when they do not suffice it leaves zero and returns
// Unknown.
func (l Language) Example(steps *int) (string, Verdict) {
	a, ok := compile(l, steps)
	if !ok {
		return "", Unknown
	}
	return a.search(steps)
}
