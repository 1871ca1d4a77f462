// Package cvc5 has a solver that others wrote answer whether a stranger's
// credentials can act on a stranger's resource, and compares. It holds tests
// alone.
package cvc5

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A term is one of SMT-LIB 2 (The SMT-LIB Standard, version 2.6; the theory of
// strings).
type term string

const (
	always term = "true"
	never  term = "false"
)

func apply(function string, arguments ...term) term {
	var b strings.Builder
	b.WriteString("(" + function)
	for _, a := range arguments {
		b.WriteString(" " + string(a))
	}
	b.WriteString(")")
	return term(b.String())
}

// and leaves out what is always so: files stay short where a document is.
func and(list ...term) term { return junction("and", always, never, list) }

func or(list ...term) term { return junction("or", never, always, list) }

func junction(function string, neutral, absorbing term, list []term) term {
	var rest []term
	for _, t := range list {
		switch t {
		case neutral:
		case absorbing:
			return absorbing
		default:
			rest = append(rest, t)
		}
	}
	switch len(rest) {
	case 0:
		return neutral
	case 1:
		return rest[0]
	default:
		return apply(function, rest...)
	}
}

func not(t term) term {
	switch t {
	case always:
		return never
	case never:
		return always
	default:
		return apply("not", t)
	}
}

func implies(a, b term) term { return or(not(a), b) }

func whether(b bool) term {
	if b {
		return always
	}
	return never
}

// A value is a string: texts and variables, one after the other.
type value []piece

// A piece is a text or, if that is not empty, a variable of sort String.
type piece struct {
	text     string
	variable string
	// alphabet holds the characters that the variable may hold; empty for all
	// of them.
	alphabet string
}

func (p piece) mayHold(character string) bool {
	return p.alphabet == "" || strings.Contains(p.alphabet, character)
}

// mayHold reports whether the value may hold a character.
func (v value) mayHold(character string) bool {
	return slices.ContainsFunc(v, func(p piece) bool {
		return p.variable == "" && strings.Contains(p.text, character) || p.variable != "" && p.mayHold(character)
	})
}

func literal(s string) value { return value{{text: s}} }

func variable(name string) value { return value{{variable: name}} }

func concat(list ...value) (all value) {
	for _, v := range list {
		all = append(all, v...)
	}
	return all
}

// merged is the same string with no empty text in it, and no two in a row.
func (v value) merged() (out value) {
	for _, p := range v {
		n := len(out)
		switch {
		case p.variable == "" && p.text == "":
		case p.variable == "" && n > 0 && out[n-1].variable == "":
			out[n-1].text += p.text
		default:
			out = append(out, p)
		}
	}
	return out
}

// literal returns the string if it holds no variable.
func (v value) literal() (string, bool) {
	var b strings.Builder
	for _, p := range v {
		if p.variable != "" {
			return "", false
		}
		b.WriteString(p.text)
	}
	return b.String(), true
}

// in returns the string that the value is in a model.
func (v value) in(m model) string {
	var b strings.Builder
	for _, p := range v {
		if p.variable != "" {
			b.WriteString(m[p.variable])
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}

func (v value) term() term {
	list := []term{}
	for _, p := range v.merged() {
		if p.variable != "" {
			list = append(list, term(p.variable))
			continue
		}
		list = append(list, quote(p.text))
	}
	switch len(list) {
	case 0:
		return quote("")
	case 1:
		return list[0]
	default:
		return apply("str.++", list...)
	}
}

// quote writes a string literal: a quote is doubled, and what is not printable
// ASCII, or is a backslash, is escaped.
func quote(s string) term {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"':
			b.WriteString(`""`)
		case r == '\\' || r < ' ' || r > '~':
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return term(b.String())
}

func same(a, b value) term {
	x, known := a.literal()
	if y, known2 := b.literal(); known && known2 {
		return whether(x == y)
	}
	if a.term() == b.term() {
		return always
	}
	return apply("=", a.term(), b.term())
}

func in(v value, language term) term { return apply("str.in_re", v.term(), language) }

// The languages below are regular expressions.

func word(s string) term { return apply("str.to_re", quote(s)) }

// anyOf is one of some characters, which are in any order.
func anyOf(characters string) term {
	sorted := []byte(characters)
	slices.Sort(sorted)
	var ranges []term
	for i := 0; i < len(sorted); {
		last := i
		for last+1 < len(sorted) && sorted[last+1] == sorted[last]+1 {
			last++
		}
		ranges = append(ranges, apply("re.range", quote(string(sorted[i])), quote(string(sorted[last]))))
		i = last + 1
	}
	return oneOf(ranges...)
}

func notColon() term { return anyOf(strings.ReplaceAll(printing, ":", "")) }

func oneOf(list ...term) term { return regular("re.union", list) }

func sequence(list ...term) term { return regular("re.++", list) }

func regular(function string, list []term) term {
	if len(list) == 1 {
		return list[0]
	}
	return apply(function, list...)
}

func some(t term) term { return apply("re.+", t) }

func run(t term) term { return apply("re.*", t) }

func times(from, to int, t term) term {
	return apply("(_ re.loop "+strconv.Itoa(from)+" "+strconv.Itoa(to)+")", t)
}

// A model gives variables values: strings as they are, true and false, and
// numbers in decimal.
type model map[string]string

// readModel reads the answer to get-value: ((name value) …).
func readModel(answer string) (model, error) {
	m := model{}
	r := reader{text: answer}
	if !r.take('(') {
		return nil, r.fault()
	}
	for r.take('(') {
		name, ok := r.atom()
		given, ok2 := r.given()
		if !ok || !ok2 || !r.take(')') {
			return nil, r.fault()
		}
		m[name] = given
	}
	if !r.take(')') {
		return nil, r.fault()
	}
	return m, nil
}

// A reader reads what a solver prints.
type reader struct {
	text string
	at   int
}

func (r *reader) fault() error {
	return errors.New("no model at " + strconv.Quote(r.text[r.at:min(len(r.text), r.at+40)]) + " in " + r.text)
}

func (r *reader) skip() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

func (r *reader) take(c byte) bool {
	r.skip()
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) atom() (string, bool) {
	r.skip()
	start := r.at
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n()\"", r.text[r.at]) < 0 {
		r.at++
	}
	return r.text[start:r.at], r.at > start
}

// given reads a string, an atom, or the negative number (- 5).
func (r *reader) given() (string, bool) {
	switch {
	case r.take('"'):
		return r.quoted()
	case r.take('('):
		minus, ok := r.atom()
		number, ok2 := r.atom()
		return minus + number, ok && ok2 && minus == "-" && r.take(')')
	default:
		return r.atom()
	}
}

func (r *reader) quoted() (string, bool) {
	var b strings.Builder
	for r.at < len(r.text) {
		rest := r.text[r.at:]
		switch {
		case strings.HasPrefix(rest, `""`):
			b.WriteByte('"')
			r.at += 2
		case rest[0] == '"':
			r.at++
			return b.String(), true
		case strings.HasPrefix(rest, `\u{`):
			code, _, ok := strings.Cut(rest[len(`\u{`):], "}")
			n, err := strconv.ParseInt(code, 16, 32)
			if !ok || err != nil {
				return "", false
			}
			b.WriteRune(rune(n))
			r.at += len(`\u{`) + len(code) + 1
		default:
			b.WriteByte(rest[0])
			r.at++
		}
	}
	return "", false
}
