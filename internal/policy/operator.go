package policy

import (
	"strings"
	"sync"
)

// An operator is a condition operator without set operator and IfExists (IAM
// User Guide, "IAM JSON policy elements: Condition operators").
type operator struct {
	name string // in AWS's spelling
	// negated operators are the reverse of their positive one, also for absent
	// keys and for several values.
	negated bool
	// compare compares one value of the request with one of the policy.
	compare func(policy pattern, request string) Match
	// variables says that policy variables may be used with it.
	variables bool
	wildcards bool // * and ? are wildcards
	numeric   bool
	arn       bool
}

// operatorOf finds an operator by name, ignoring case.
func operatorOf(name string) (operator, bool) {
	for _, o := range operators() {
		// Most are written as AWS spells them.
		if o.name == name {
			return o, true
		}
	}
	for _, o := range operators() {
		if strings.EqualFold(o.name, name) {
			return o, true
		}
	}
	return operator{}, false
}

// operators is AWS's table of operators. Null is not among them: it compares
// nothing.
var operators = sync.OnceValue(func() []operator {
	text := func(name string, negated bool, compare func(pattern, string) Match) operator {
		return operator{name: name, negated: negated, compare: compare, variables: true}
	}
	like := func(name string, negated, arn bool, compare func(pattern, string) Match) operator {
		o := text(name, negated, compare)
		o.wildcards, o.arn = true, arn
		return o
	}
	number := func(name string, negated bool, holds func(order int) bool) operator {
		return operator{name: name, negated: negated, compare: ordered(compareNumbers, holds), numeric: true}
	}
	date := func(name string, negated bool, holds func(order int) bool) operator {
		return operator{name: name, negated: negated, compare: ordered(compareDates, holds)}
	}
	equal := func(order int) bool { return order == 0 }
	below := func(order int) bool { return order < 0 }
	above := func(order int) bool { return order > 0 }
	atMost := func(order int) bool { return order <= 0 }
	atLeast := func(order int) bool { return order >= 0 }
	return []operator{
		text("StringEquals", false, pattern.match),
		text("StringNotEquals", true, pattern.match),
		text("StringEqualsIgnoreCase", false, matchFolded),
		text("StringNotEqualsIgnoreCase", true, matchFolded),
		like("StringLike", false, false, pattern.match),
		like("StringNotLike", true, false, pattern.match),
		like("ArnEquals", false, true, matchARN),
		like("ArnLike", false, true, matchARN),
		like("ArnNotEquals", true, true, matchARN),
		like("ArnNotLike", true, true, matchARN),
		number("NumericEquals", false, equal),
		number("NumericNotEquals", true, equal),
		number("NumericLessThan", false, below),
		number("NumericLessThanEquals", false, atMost),
		number("NumericGreaterThan", false, above),
		number("NumericGreaterThanEquals", false, atLeast),
		date("DateEquals", false, equal),
		date("DateNotEquals", true, equal),
		date("DateLessThan", false, below),
		date("DateLessThanEquals", false, atMost),
		date("DateGreaterThan", false, above),
		date("DateGreaterThanEquals", false, atLeast),
		{name: "Bool", compare: matchBool, variables: true},
		{name: "BinaryEquals", compare: matchBinary},
		{name: "IpAddress", compare: matchAddress},
		{name: "NotIpAddress", negated: true, compare: matchAddress},
	}
})

// A quantifier is a set operator.
type quantifier int

const (
	single quantifier = iota // none: the key has one value
	forAll
	forAny
)

// An operation is a condition's operator as written, taken apart.
type operation struct {
	quantifier quantifier
	operator   operator
	null       bool // the Null operator
	ifExists   bool
	canonical  bool // written as AWS spells it
}

// operationOf reads the name of an operator. It reports false for one that AWS
// does not have, and for Null with IfExists or a set operator, whose meaning AWS
// does not give.
func operationOf(written string) (operation, bool) {
	var o operation
	name, spelling := written, ""
	if before, after, found := strings.Cut(written, ":"); found {
		switch {
		case strings.EqualFold(before, "ForAllValues"):
			o.quantifier, spelling = forAll, "ForAllValues:"
		case strings.EqualFold(before, "ForAnyValue"):
			o.quantifier, spelling = forAny, "ForAnyValue:"
		default:
			return o, false
		}
		name = after
	}
	const suffix = "IfExists"
	if cut := len(name) - len(suffix); cut >= 0 && strings.EqualFold(name[cut:], suffix) {
		o.ifExists, name = true, name[:cut]
	}
	if strings.EqualFold(name, "Null") {
		o.null, o.canonical = true, written == "Null"
		return o, !o.ifExists && o.quantifier == single
	}
	op, ok := operatorOf(name)
	spelling += op.name
	if o.ifExists {
		spelling += suffix
	}
	o.operator, o.canonical = op, spelling == written
	return o, ok
}
