package cvc5

import (
	"slices"
	"strings"
)

// A token is a piece of a policy's value: text, a wildcard or a variable.
type token struct {
	kind tokenKind
	// text is the text, or the name of the variable.
	text string
	// fallback is the variable's default, where hasFallback.
	fallback    string
	hasFallback bool
}

type tokenKind int

const (
	characters tokenKind = iota
	oneCharacter
	anyRun
	policyVariable
)

// tokens reads a value. Variables are looked for from an offset on; at the
// length of the text there are none.
func tokens(text string, wildcards bool, variablesFrom int) (list []token) {
	add := func(s string) {
		if n := len(list); n > 0 && list[n-1].kind == characters {
			list[n-1].text += s
			return
		}
		list = append(list, token{text: s})
	}
	for i := 0; i < len(text); {
		switch rest := text[i:]; {
		case i >= variablesFrom && strings.HasPrefix(rest, "${") && strings.Contains(rest, "}"):
			t, size := readVariable(rest)
			if slices.Contains([]string{"*", "?", "$"}, t.text) {
				add(t.text)
			} else {
				list = append(list, t)
			}
			i += size
		case wildcards && rest[0] == '*':
			list = append(list, token{kind: anyRun})
			i++
		case wildcards && rest[0] == '?':
			list = append(list, token{kind: oneCharacter})
			i++
		default:
			add(rest[:1])
			i++
		}
	}
	return list
}

// readVariable reads ${name} or ${name, 'default'} at the start of a text.
func readVariable(text string) (t token, size int) {
	end := strings.IndexByte(text, '}')
	name := text[len("${"):end]
	if before, _, found := strings.Cut(name, ", '"); found {
		start := len("${") + len(before) + len(", '")
		if n := strings.Index(text[start:], "'}"); n >= 0 {
			return token{policyVariable, before, text[start : start+n], true}, start + n + len("'}")
		}
	}
	return token{kind: policyVariable, text: name}, end + 1
}

// afterFifthColon is where the last part of an ARN begins.
func afterFifthColon(text string) int {
	if f := strings.SplitN(text, ":", 6); len(f) == 6 {
		return len(text) - len(f[5])
	}
	return len(text)
}

func hasVariables(list []token) bool {
	return slices.ContainsFunc(list, func(t token) bool { return t.kind == policyVariable })
}

// onlyRuns reports whether a pattern is * or **: everything.
func onlyRuns(list []token) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(t token) bool { return t.kind != anyRun })
}

// fields splits a pattern at its first five colons. The values of the variables
// that ARNs are compared with hold none.
func fields(list []token) [][]token {
	out := [][]token{nil}
	for _, t := range list {
		if t.kind != characters {
			out[len(out)-1] = append(out[len(out)-1], t)
			continue
		}
		for i, s := range strings.SplitN(t.text, ":", 7-len(out)) {
			if i > 0 {
				out = append(out, nil)
			}
			if s != "" {
				out[len(out)-1] = append(out[len(out)-1], token{text: s})
			}
		}
	}
	return out
}

// reach says which * of the first five fields of an ARN take in colons.
type reach int

const (
	everywhere reach = iota // no ARN: all of them
	nowhere
	atTheEnd   // the one that ends the pattern
	fieldsEnds // those that end a field
)

// A symbol is one character, one wildcard or one variable of a pattern.
type symbol struct {
	kind      tokenKind
	character string
	notColon  bool  // of a wildcard
	value     value // of a variable
}

// symbols takes a pattern apart.
func (e *encoding) symbols(list []token, r reach) (out []symbol) {
	split := [][]token{list}
	if r != everywhere {
		split = fields(list)
	}
	for i, f := range split {
		if i > 0 {
			out = append(out, symbol{character: ":"})
		}
		inside := r != everywhere && i < 5
		for j, t := range f {
			last := j+1 == len(f)
			crosses := last && t.kind == anyRun && (r == fieldsEnds || r == atTheEnd && i+1 == len(split))
			switch t.kind {
			case characters:
				for _, c := range t.text {
					out = append(out, symbol{character: string(c)})
				}
			case policyVariable:
				out = append(out, symbol{kind: policyVariable, value: e.valueOf(t)})
			default:
				out = append(out, symbol{kind: t.kind, notColon: inside && !crosses})
			}
		}
	}
	return out
}

// A matcher says that a string matches a pattern. The solver is good at one
// variable in one language, and not at several in a row: so each way to cut the
// pattern where the string's pieces meet is written by itself. There are few,
// since the texts between the variables must fit as well.
type matcher struct {
	*encoding
	// straddles says that a variable of the pattern may lie across two pieces,
	// so that cutting it is no answer.
	straddles bool
}

// match says that a string matches a pattern.
func (e *encoding) match(v value, pattern []symbol) term {
	m := matcher{encoding: e}
	if t := m.match(v.merged(), pattern); !m.straddles {
		return t
	}
	return e.scan(v, pattern)
}

func (m *matcher) match(v value, pattern []symbol) term {
	switch {
	case len(v) == 0:
		return whether(!slices.ContainsFunc(pattern, func(s symbol) bool { return s.kind != anyRun }))
	case v[0].variable == "":
		return m.text(v[0].text, v[1:], pattern)
	case len(v) == 1:
		return m.inPattern(v[0], pattern)
	}
	var ways []term
	for cut := range len(pattern) + 1 {
		taken := pattern[:cut]
		if cut < len(pattern) && pattern[cut].kind == anyRun {
			taken = pattern[:cut+1] // a run may be cut
		}
		if here := m.inPattern(v[0], taken); here != never {
			ways = append(ways, and(here, m.match(v[1:], pattern[cut:])))
		}
	}
	return distinct(ways)
}

// text says that a text and what follows it match a pattern.
func (m *matcher) text(text string, rest value, pattern []symbol) term {
	switch {
	case text == "":
		return m.match(rest, pattern)
	case len(pattern) == 0:
		return never
	}
	first, s := text[:1], pattern[0]
	switch {
	case s.kind == policyVariable:
		m.straddles = m.straddles || s.value.mayHold(first)
		return never
	case s.kind == characters && s.character != first, s.notColon && first == ":" && s.kind == oneCharacter:
		return never
	case s.kind != anyRun:
		return m.text(text[1:], rest, pattern[1:])
	}
	ways := []term{m.text(text, rest, pattern[1:])}
	if !s.notColon || first != ":" {
		ways = append(ways, m.text(text[1:], rest, pattern))
	}
	return distinct(ways)
}

func distinct(ways []term) term {
	slices.Sort(ways)
	return or(slices.Compact(ways)...)
}

// inPattern says that a variable matches a pattern.
func (m *matcher) inPattern(v piece, pattern []symbol) term {
	runs, wild, replaced := len(pattern) > 0, false, false
	for i, s := range pattern {
		if s.notColon && !v.mayHold(":") {
			pattern = slices.Clone(pattern)
			pattern[i].notColon = false
			s = pattern[i]
		}
		if s.kind == characters && !v.mayHold(s.character) {
			return never
		}
		runs = runs && s.kind == anyRun && !s.notColon
		wild = wild || s.kind == anyRun || s.kind == oneCharacter
		replaced = replaced || s.kind == policyVariable
	}
	switch {
	case runs:
		return always
	case wild && !replaced:
		return in(value{v}, language(pattern))
	default:
		return m.scan(value{v}, pattern)
	}
}

// scan says that a string matches a pattern in another way: the texts between
// the runs are found from left to right, each at the first place where it is. If
// there is any way to match, there is this one.
func (e *encoding) scan(v value, pattern []symbol) term {
	texts := []value{nil}
	for _, s := range pattern {
		last := len(texts) - 1
		switch {
		case s.notColon, s.kind == oneCharacter:
			return e.fail("a wildcard beside a variable")
		case s.kind == anyRun:
			texts = append(texts, nil)
		case s.kind == policyVariable:
			texts[last] = append(texts[last], s.value...)
		default:
			texts[last] = append(texts[last], piece{text: s.character})
		}
	}
	first, last := texts[0], texts[len(texts)-1]
	if len(texts) == 1 {
		return same(v, first)
	}
	var parts []term
	end, found := term("0"), len(first) > 0
	if found {
		parts = append(parts, apply("str.prefixof", first.term(), v.term()))
		end = apply("str.len", first.term())
	}
	for i, s := range texts[1 : len(texts)-1] {
		switch {
		case len(s) == 0:
			continue
		case !found && i == len(texts)-3 && len(last) == 0:
			return apply("str.contains", v.term(), s.term())
		}
		at := apply("str.indexof", v.term(), s.term(), end)
		parts = append(parts, apply(">=", at, "0"))
		end, found = apply("+", at, apply("str.len", s.term())), true
	}
	if len(last) > 0 {
		parts = append(parts, apply("str.suffixof", last.term(), v.term()))
		if found {
			parts = append(parts, apply(">=", apply("-", apply("str.len", v.term()), apply("str.len", last.term())), end))
		}
	}
	return and(parts...)
}

// language is the regular expression of a pattern.
func language(pattern []symbol) term {
	var parts []term
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			parts = append(parts, word(text.String()))
			text.Reset()
		}
	}
	for _, s := range pattern {
		if s.kind == characters {
			text.WriteString(s.character)
			continue
		}
		flush()
		switch {
		case s.kind == oneCharacter && s.notColon:
			parts = append(parts, notColon())
		case s.kind == oneCharacter:
			parts = append(parts, "re.allchar")
		case s.notColon:
			parts = append(parts, run(notColon()))
		default:
			parts = append(parts, "re.all")
		}
	}
	flush()
	if parts == nil {
		return word("")
	}
	return sequence(parts...)
}

// folded is the language of a text in any case.
func folded(list []token) term {
	parts := []term{word("")}
	for _, t := range list {
		for _, r := range t.text {
			lower, upper := strings.ToLower(string(r)), strings.ToUpper(string(r))
			if lower == upper {
				parts = append(parts, word(lower))
				continue
			}
			parts = append(parts, oneOf(word(lower), word(upper)))
		}
	}
	return sequence(parts...)
}

// actionMatches compares an action with a value of Action, in any case.
func actionMatches(pattern, action string) bool {
	pattern, action = strings.ToLower(pattern), strings.ToLower(action)
	before, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == action
	}
	if !strings.HasPrefix(action, before) {
		return false
	}
	for i := len(before); i <= len(action); i++ {
		if actionMatches(rest, action[i:]) {
			return true
		}
	}
	return false
}
