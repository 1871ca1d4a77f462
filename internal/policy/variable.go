package policy

import (
	"strings"

	"github.com/eplint/eplint/internal/glob"
)

// A pattern is a value of a policy, its variables replaced, ready to be
// compared with values of a request.
type pattern struct {
	symbols glob.Pattern
	// holed says that runs stand for holes: then what does not match is certain,
	// and what matches is not.
	holed bool
	// null says that a variable has no value: "there is no equal or like value"
	// (IAM User Guide, "IAM policy elements: Variables and tags").
	null bool
}

func (p pattern) match(s string) Match {
	switch {
	case p.null || !p.symbols.Match(s):
		return Missed
	case p.holed:
		return Unsure
	default:
		return Matched
	}
}

// text returns the pattern as the string that it stands for, and reports false
// when it holds holes. Its wildcards are taken for characters.
func (p pattern) text() (string, bool) {
	var b strings.Builder
	for _, s := range p.symbols {
		switch s.Kind {
		case glob.One:
			b.WriteByte('?')
		case glob.Run:
			b.WriteByte('*')
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String(), !p.holed
}

// How a value is read.
type form struct {
	wildcards bool // * and ? are wildcards
	variables bool // ${…} is replaced, where the document's version has variables
	resource  bool // ${…} is replaced after the fifth colon alone
}

// expand reads a value of the policy.
func (e *evaluation) expand(t Text, f form) pattern {
	f.variables = f.variables && e.variables
	head, tail := t.Parts, []Part(nil)
	for i, p := range t.Parts {
		if p.Hole.Kind != NotHole {
			head, tail = t.Parts[:i], t.Parts[i:]
			break
		}
	}
	var x expansion
	var b strings.Builder
	for _, p := range head {
		b.WriteString(p.Literal)
	}
	text := b.String()
	if len(tail) == 0 {
		x.read(e, text, f)
		return x.pattern
	}
	// A hole may hold any text, also the beginning of a variable that ends, or
	// its middle, in the literal text around it: then all of that is unknown.
	if f.variables {
		text = strings.TrimSuffix(beforeOpenVariable(text), "$")
		tail = afterBrace(tail)
	}
	x.read(e, text, f)
	x.run()
	f.variables = false
	for _, p := range tail {
		if p.Hole.Kind != NotHole {
			x.run()
			continue
		}
		x.read(e, p.Literal, f)
	}
	return x.pattern
}

// beforeOpenVariable returns the text up to a variable that it does not close.
func beforeOpenVariable(text string) string {
	rest := text
	for {
		open := strings.Index(rest, "${")
		if open < 0 {
			return text
		}
		v, after, ok := cutVariable(rest[open:])
		if !ok || (strings.Contains(v.name, ", '") && !v.hasFallback) {
			return text[:len(text)-len(rest)+open]
		}
		rest = after
	}
}

// afterBrace returns what follows the last closing brace in some parts; all of
// them when they have none.
func afterBrace(parts []Part) []Part {
	for i := len(parts) - 1; i >= 0; i-- {
		if end := strings.LastIndexByte(parts[i].Literal, '}'); end >= 0 {
			rest := []Part{{Literal: parts[i].Literal[end+1:]}}
			return append(rest, parts[i+1:]...)
		}
	}
	return parts
}

// An expansion is a pattern in the making.
type expansion struct{ pattern }

// run adds a hole.
func (x *expansion) run() {
	x.holed = true
	x.symbols = append(x.symbols, glob.Symbol{Kind: glob.Run})
}

// read adds literal text of the policy.
func (x *expansion) read(e *evaluation, text string, f form) {
	from := len(text)
	if f.variables {
		from = 0
		if f.resource {
			from = afterFifthColon(text)
		}
	}
	x.plain(text[:from], f)
	text = text[from:]
	for {
		open := strings.Index(text, "${")
		if open < 0 {
			break
		}
		v, rest, ok := cutVariable(text[open:])
		if !ok {
			break
		}
		x.plain(text[:open], f)
		x.variable(e, v)
		text = rest
	}
	x.plain(text, f)
}

func (x *expansion) plain(text string, f form) {
	if f.wildcards {
		x.symbols = append(x.symbols, glob.Parse(text)...)
		return
	}
	x.symbols = append(x.symbols, glob.Literal(text)...)
}

// variable adds the value of a variable, as text: a * in it is a *. A key "that
// has no value" is as one that is not there (IAM User Guide, "IAM policy
// elements: Variables and tags", policy variables with no value), and the empty
// value is none, as it is for Null and the set operators.
func (x *expansion) variable(e *evaluation, v variable) {
	switch v.name {
	case "*", "?", "$":
		x.symbols = append(x.symbols, glob.Literal(v.name)...)
		return
	}
	key := strings.ToLower(v.name)
	switch values := e.keys[key]; {
	case e.unknown(key), len(values) > 0 && e.multivalued(key):
		// "You can't use a multivalued condition key as a variable": nothing
		// says what it would be.
		x.run()
	case !isNull(values):
		x.symbols = append(x.symbols, glob.Literal(values[0])...)
	case v.hasFallback:
		x.symbols = append(x.symbols, glob.Literal(v.fallback)...)
	default:
		x.null = true
	}
}

// A variable is one policy variable: ${name} or ${name, 'fallback'}.
type variable struct {
	name        string
	fallback    string
	hasFallback bool
}

// cutVariable reads the variable that text begins with and returns what follows
// it. It reports false when nothing closes it; then it is text.
func cutVariable(text string) (v variable, rest string, ok bool) {
	name, rest, ok := strings.Cut(text[len("${"):], "}")
	if !ok {
		return variable{}, "", false
	}
	if before, _, found := strings.Cut(name, ", '"); found {
		// A default may hold a brace; a quote and a brace end it.
		after := text[len("${")+len(before)+len(", '"):]
		if value, rest, found := strings.Cut(after, "'}"); found {
			return variable{before, value, true}, rest, true
		}
	}
	return variable{name: name}, rest, true
}

// afterFifthColon returns where the last part of an ARN begins, the only one
// that variables may be in; the length of the text when it has none.
func afterFifthColon(text string) int {
	at := 0
	for range 5 {
		next := strings.IndexByte(text[at:], ':')
		if next < 0 {
			return len(text)
		}
		at += next + 1
	}
	return at
}
