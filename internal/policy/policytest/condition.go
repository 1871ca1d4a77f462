package policytest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Cell is one cell of the table of what conditions test: an operator with a
// modifier, on a key that every signed request carries or on one that may be
// absent.
type Cell struct {
	Operator, Modifier string
	Optional           bool
}

// String names the cell.
func (c Cell) String() string {
	return fmt.Sprintf("%s with %q, optional key: %v", c.Operator, c.Modifier, c.Optional)
}

// Name is the operator as policies write it.
func (c Cell) Name() string {
	set, ifExists, both := strings.Cut(c.Modifier, " ")
	switch {
	case both:
		return set + ":" + c.Operator + ifExists
	case set == "":
		return c.Operator
	case set == "IfExists":
		return c.Operator + set
	default:
		return set + ":" + c.Operator
	}
}

// Modifiers returns what may be with an operator other than Null.
func Modifiers() []string {
	return []string{"", "IfExists", "ForAllValues", "ForAnyValue", "ForAllValues IfExists", "ForAnyValue IfExists"}
}

// Operators returns AWS's condition operators but Null (IAM User Guide, "IAM
// JSON policy elements: Condition operators").
func Operators() []string {
	return []string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
		"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
		"Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
	}
}

// kindOf is the kind of values that an operator compares.
func kindOf(operator string) kind {
	for prefix, k := range map[string]kind{"String": text, "Arn": arn, "Numeric": number, "Date": date, "Binary": binary} {
		if strings.HasPrefix(operator, prefix) {
			return k
		}
	}
	if operator == "Bool" {
		return boolean
	}
	return address
}

// Cover returns every cell that documents test. ForAnyValue with IfExists is A5.
func Cover(inner bool) []Cell {
	var cells []Cell
	for _, optional := range []bool{false, true} {
		for _, o := range Operators() {
			for _, m := range Modifiers() {
				if !inner || m != "ForAnyValue IfExists" {
					cells = append(cells, Cell{o, m, optional})
				}
			}
		}
		cells = append(cells, Cell{"Null", "", optional})
	}
	return cells
}

// often says how many times more a cell comes up than the others: policies are
// mostly about text.
func often(c Cell) int {
	plain, ifExists := c.Modifier == "", c.Modifier == "IfExists"
	set := c.Modifier == "ForAnyValue" || c.Modifier == "ForAllValues"
	switch c.Operator {
	case "StringEquals", "StringNotEquals", "StringLike", "StringNotLike":
		switch {
		case plain:
			return 12
		case ifExists, set && c.Optional:
			return 5
		}
	case "ArnLike", "ArnNotLike", "ArnEquals", "StringEqualsIgnoreCase", "Bool", "IpAddress", "NotIpAddress":
		if plain || ifExists && c.Operator == "Bool" {
			return 4
		}
	case "Null":
		return 8
	}
	return 1
}

// deal takes the next cell for which the service has a key.
func (g *generator) deal() (Cell, []choice[key]) {
	for {
		for i, c := range g.deck {
			if keys := g.keysFor(c); len(keys) > 0 {
				g.deck = slices.Delete(g.deck, i, i+1)
				return c, keys
			}
		}
		for _, c := range Cover(g.Inner) {
			for range often(c) {
				g.deck = append(g.deck, c)
			}
		}
		g.Shuffle(len(g.deck), func(i, j int) { g.deck[i], g.deck[j] = g.deck[j], g.deck[i] })
	}
}

// keysFor returns the keys of the service that a cell may be on. Those that the
// document has looked at come up more often, so that statements meet.
func (g *generator) keysFor(c Cell) []choice[key] {
	set := strings.HasPrefix(c.Modifier, "For")
	strange := !g.Inner && g.chance(3)
	want := kindOf(c.Operator)
	var keys []choice[key]
	for _, k := range g.service.keys {
		fits := c.Operator == "Null" || k.kind == want || want == text && k.kind == arn
		switch want {
		case text, arn, boolean:
			fits = fits || strange
		case number:
			fits = fits || strange && k.values.variable == "account" && k.kind == text // A6
		}
		if !fits || k.optional != c.Optional {
			continue
		}
		weight := k.weight
		switch {
		case set && k.many:
			weight *= 6
		case k.many && c.Operator != "Null" && g.Inner:
			continue // A2
		case k.many && c.Operator != "Null":
			weight = 1
		}
		if slices.ContainsFunc(g.doc.keys, func(seen key) bool { return seen.name == k.name }) {
			weight *= 12
		}
		keys = append(keys, choice[key]{weight, k})
	}
	return keys
}

// condition adds a condition of the next cell to a statement.
func (g *generator) condition(s *statement) {
	c, keys := g.deal()
	k := weighted(g.Rand, keys)
	operator := c.Name()
	if !g.Inner && g.chance(2) {
		operator = strings.ToLower(operator) // A9
	}
	name := k.name
	if g.chance(4) {
		name = strings.ToLower(name)
	}
	if _, taken := s.Condition[operator][name]; taken {
		return
	}
	var v any
	switch {
	case c.Operator == "Null":
		v = pick(g.Rand, []string{"true", "false"})
	case c.Operator == "Bool" && g.chance(10):
		v = g.chance(50) // as JSON has it, without quotes
	default:
		v = g.oneOrSome(func() string { return g.value(c.Operator, k) })
	}
	g.put(s, operator, name, v)
	g.seen(k, v)
	g.doc.Cells = append(g.doc.Cells, c)
}

// add adds a condition that is made by hand.
func (g *generator) add(s *statement, operator, name string, values []string) {
	k := g.service.key(name)
	if _, taken := s.Condition[operator][name]; taken {
		return
	}
	g.put(s, operator, name, g.list(values))
	g.seen(k, values)
}

func (g *generator) put(s *statement, operator, name string, v any) {
	if s.Condition[operator] == nil {
		s.Condition[operator] = map[string]any{}
	}
	s.Condition[operator][name] = v
}

// seen notes what a document looks at.
func (g *generator) seen(k key, v any) {
	if !slices.ContainsFunc(g.doc.keys, func(other key) bool { return other.name == k.name && other.kind == k.kind }) {
		g.doc.keys = append(g.doc.keys, k)
	}
	switch v := v.(type) {
	case string:
		g.doc.values[k.name] = append(g.doc.values[k.name], v)
	case []string:
		g.doc.values[k.name] = append(g.doc.values[k.name], v...)
	case bool:
		g.doc.values[k.name] = append(g.doc.values[k.name], strconv.FormatBool(v))
	}
}

// value makes a value for an operator on a key.
func (g *generator) value(operator string, k key) string {
	literal := pick(g.Rand, k.values.literals)
	patterns := k.values.patterns
	wild := strings.Contains(operator, "Like") || strings.HasPrefix(operator, "Arn")
	switch {
	case kindOf(operator) == number && k.kind != number:
		return literal
	case kindOf(operator) != k.kind && k.kind != arn:
		return pick(g.Rand, []string{literal, "true", "10", "10.0.0.0/8", "2027-01-01"})
	case !g.Inner && g.chance(4):
		return g.oddValue(operator, k)
	case k.kind == boolean && !g.Inner && g.chance(6):
		return "${aws:SecureTransport}" // A11
	case k.kind != text && k.kind != arn:
		return literal
	case g.chance(7), k.values.variable != "" && g.chance(8):
		if v := g.withVariable(k, wild); v != "" {
			return v
		}
	}
	switch {
	case wild && len(patterns) > 0 && g.chance(65):
		return pick(g.Rand, patterns)
	case !wild && len(patterns) > 0 && g.chance(6):
		return pick(g.Rand, patterns) // where it is no pattern
	case strings.HasSuffix(operator, "IgnoreCase") && g.chance(40):
		return strings.ToUpper(literal)
	}
	return literal
}

// withVariable makes a value with a policy variable.
func (g *generator) withVariable(k key, wild bool) string {
	v := "${" + g.variable(k.values.variable) + "}"
	switch {
	case k.values.variable == "account" && k.kind == arn && wild:
		return "arn:aws:iam::" + v + ":role/*"
	case k.values.variable == "account" && k.kind == arn:
		return "arn:aws:iam::" + v + ":role/app"
	case k.values.variable != "":
		return v
	case k.system || !strings.HasPrefix(k.values.literals[0], "alpha"):
		return "" // what a variable would say is never one of its values
	case wild:
		return "alpha-" + v + "-*"
	default:
		return v
	}
}

// variable is a policy variable without its braces: one for an account or an
// organization, which follows from who asks and whose the resource is, or
// another.
func (g *generator) variable(of string) string {
	if !g.Inner && !g.Ground && g.chance(25) {
		return pick(g.Rand, []string{"aws:username", "aws:PrincipalTag/team", "aws:PrincipalTag/team, 'alpha-one'", "aws:userid", "aws:SourceIdentity", "AWS:principaltag/Stage"})
	}
	switch of {
	case "organization":
		return pick(g.Rand, []string{"aws:PrincipalOrgID", "aws:PrincipalOrgID", "aws:ResourceOrgID", "aws:PrincipalOrgID, '" + OwnOrganization + "'"})
	default:
		return pick(g.Rand, []string{"aws:PrincipalAccount", "aws:PrincipalAccount", "aws:ResourceAccount"})
	}
}

// oddValue makes a value that is none of its kind, or beyond the limits (A6).
func (g *generator) oddValue(operator string, k key) string {
	switch kindOf(operator) {
	case text:
		if k.system {
			return pick(g.Rand, []string{"*", "1111*", "o-*", "", "??????"})
		}
		return pick(g.Rand, []string{"*", "a*", "al*-one", "", "?eta-*", "**", "${unclosed"})
	case arn:
		return pick(g.Rand, []string{"*", "arn:aws:iam::*", "arn:aws:iam::1111*:role/app", "alpha-one", "arn:*", ""})
	case number:
		return pick(g.Rand, []string{"ten", "-3", ""})
	case date:
		return pick(g.Rand, []string{"soon", "2026", "2026-06", ""})
	case boolean:
		return pick(g.Rand, []string{"yes", "TRUE", ""})
	case binary:
		return pick(g.Rand, []string{"not base64", ""})
	default:
		return pick(g.Rand, []string{"somewhere", "10.1.2.7/24", "::ffff:10.1.2.3", ""})
	}
}
