package policy

import (
	"strings"

	"github.com/eplint/eplint/internal/glob"
)

// A Scope is what a single part of a statement is looked at with, for whoever
// decides about many requests at once. What it says of a part is what Decide
// says of a whole statement: both are the same code.
type Scope struct {
	// Request gives the principal, action and resource, whichever the part asks
	// for. Of its context, Keys alone are used.
	Request Request
	// Keys are context keys by their name in lower case; absent ones absent.
	Keys    map[string][]string
	Setting Setting
	Reading Reading
	// Only is the one assumption that the reading is for; zero for all.
	Only Assumption
	// Settle says whether a value of the policy of which something is not
	// known, a hole or a variable, matches a value of the request that it may
	// match. A nil Settle leaves that Unsure.
	Settle func(value Text, request string) Match
}

func (s *Scope) evaluation(doc *Document) evaluation {
	version, known := doc.Version.Literal()
	return evaluation{
		request:   s.Request,
		caller:    s.Request.caller(),
		keys:      s.Keys,
		setting:   s.Setting,
		variables: !known || version == "2012-10-17",
		settle:    s.Settle,
	}
}

func (s *Scope) lens(st *Statement) lens {
	return lens{reading: s.Reading, only: s.Only, effect: st.Effect}
}

// Principals reports whether the Principal or NotPrincipal element of a
// statement matches.
func (s *Scope) Principals(doc *Document, st *Statement) Match {
	e := s.evaluation(doc)
	return e.matchPrincipals(st.Principals, s.lens(st))
}

// Actions reports whether the Action or NotAction element of a statement
// matches.
func (s *Scope) Actions(doc *Document, st *Statement) Match {
	e := s.evaluation(doc)
	return e.matchActions(st.Actions, s.lens(st))
}

// Resources reports whether the Resource or NotResource element of a statement
// matches.
func (s *Scope) Resources(doc *Document, st *Statement) Match {
	e := s.evaluation(doc)
	return e.matchResources(st.Resources, s.lens(st))
}

// Condition reports whether a condition of a statement matches.
func (s *Scope) Condition(doc *Document, st *Statement, c *Condition) Match {
	e := s.evaluation(doc)
	m, _ := e.matchCondition(*c, s.lens(st))
	return m
}

// Compares says what the values of a condition are compared as.
type Compares int

// The ways of comparing. Of Nothing, the zero Compares, is an operator that AWS
// does not have; Presence is Null.
const (
	Nothing Compares = iota
	Presence
	Texts
	FoldedTexts
	ARNs
	Numbers
	Dates
	Booleans
	Binaries
	Addresses
)

// A Comparison is what a condition does with one value of its key, apart from
// the key's absence.
type Comparison struct {
	Compares Compares
	// Set says that the operator is for keys with several values: ForAllValues
	// or ForAnyValue; Any that it is the latter.
	Set, Any bool
	// Negated says that it holds where no value of the policy matches.
	Negated bool
	// Values are the values of the policy, in order, with their patterns.
	Values []Compared
}

// Compared is one value of a policy, ready to be compared.
type Compared struct {
	Value Text
	// Pattern matches the request's values that the value matches, or may match
	// when Holed. Its wildcards keep to the segments of ARNs where they must. A
	// Number, Date, Address or Binary is its text as a literal pattern.
	Pattern glob.Pattern
	Holed   bool
	// Null says that it matches nothing: a variable has no value, a pattern is
	// none, or the reading takes it for one that endpoint policies may not hold.
	Null bool
}

// Compare takes a condition apart. Under a reading other than Plain the
// patterns may match less.
func (s *Scope) Compare(doc *Document, st *Statement, c *Condition) Comparison {
	written, known := c.Operator.Literal()
	o, ok := operationOf(written)
	if !known || !ok {
		return Comparison{}
	}
	out := Comparison{Set: o.quantifier != single, Any: o.quantifier == forAny}
	if o.null {
		out.Compares = Presence
		return out
	}
	out.Compares, out.Negated = o.operator.compares(), o.operator.negated
	e, inner := s.evaluation(doc), s.lens(st).turn(o.operator.negated)
	for _, v := range c.Values {
		p, ok := e.compared(o.operator, v, inner)
		never := inner.limits() == less && breaksLimit(o.operator, strings.ToLower(c.Key.String()), v) == Matched
		out.Values = append(out.Values, Compared{Value: v, Pattern: p.symbols, Holed: p.holed, Null: p.null || !ok || never})
	}
	return out
}

func (o operator) compares() Compares {
	switch {
	case o.arn:
		return ARNs
	case o.numeric:
		return Numbers
	case strings.HasPrefix(o.name, "Date"):
		return Dates
	case o.name == "Bool":
		return Booleans
	case o.name == "BinaryEquals":
		return Binaries
	case strings.HasSuffix(o.name, "IpAddress"):
		return Addresses
	case strings.HasSuffix(o.name, "IgnoreCase"):
		return FoldedTexts
	default:
		return Texts
	}
}

// ResourcePatterns returns the values of the Resource or NotResource element of
// a statement, in order, ready to be compared with ARNs.
func (s *Scope) ResourcePatterns(doc *Document, st *Statement) []Compared {
	e, inner := s.evaluation(doc), s.lens(st).turn(st.Resources.Not)
	var out []Compared
	for _, v := range st.Resources.Values {
		p := e.resourcePattern(v, inner)
		text, known := v.Literal()
		never := known && inner.limits() == less && mixesAccount(text)
		out = append(out, Compared{Value: v, Pattern: p.symbols, Holed: p.holed, Null: p.null || never})
	}
	return out
}

// Defaulted returns a value with the defaults of policy variables in place of
// those that have one: what it is where requests carry none of their keys.
func Defaulted(value string) string {
	var b strings.Builder
	for {
		open := strings.Index(value, "${")
		if open < 0 {
			break
		}
		v, rest, ok := cutVariable(value[open:])
		if !ok {
			break
		}
		if v.hasFallback {
			b.WriteString(value[:open] + v.fallback)
		} else {
			b.WriteString(value[:len(value)-len(rest)])
		}
		value = rest
	}
	return b.String() + value
}

// Variables returns the keys, in lower case, of the policy variables in some
// values. In Resource those before the fifth colon are text.
func (d *Document) Variables(values []Text, resource bool) []string {
	version, known := d.Version.Literal()
	if known && version != "2012-10-17" {
		return nil
	}
	var keys []string
	for _, v := range values {
		var b strings.Builder
		for _, p := range v.Parts {
			b.WriteString(p.Literal) // a hole may hold a variable, of which nothing is known
		}
		text := b.String()
		if resource {
			text = text[afterFifthColon(text):]
		}
		for {
			open := strings.Index(text, "${")
			if open < 0 {
				break
			}
			name, rest, ok := cutVariable(text[open:])
			if !ok {
				break
			}
			if strings.Contains(name.name, ":") {
				keys = append(keys, strings.ToLower(name.name))
			}
			text = rest
		}
	}
	return keys
}
