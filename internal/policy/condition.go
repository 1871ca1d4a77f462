package policy

import "strings"

// matchCondition decides one key of one operator (IAM User Guide, "IAM JSON
// policy elements: Condition operators"). Why says what decided, for people;
// empty when it matched.
func (e *evaluation) matchCondition(c Condition, l lens) (m Match, why string) {
	written, known := c.Operator.Literal()
	name, known2 := c.Key.Literal()
	if !known || !known2 {
		return Unsure, "its operator or key comes from " + refs(c.Operator, c.Key)
	}
	o, ok := operationOf(written)
	switch {
	case !ok:
		return Unsure, "there is no such operator"
	case !o.canonical && !l.foldsOperators():
		return Missed, "the operator is in other letters"
	}
	key := strings.ToLower(name)
	if e.unknown(key) {
		return Unsure, "the request does not say what the key is"
	}
	switch {
	case o.null:
		m = e.matchNull(key, c.Values)
	case o.quantifier == single:
		m = e.matchSingle(o, key, c.Values, l)
	default:
		m = e.matchSet(o, key, c.Values, l)
	}
	return m, e.whyNot(m, o, key, c.Values)
}

// whyNot says why a condition did not match.
func (e *evaluation) whyNot(m Match, o operation, key string, values []Text) string {
	switch present := len(e.keys[key]) > 0; {
	case m == Matched:
		return ""
	case m == Unsure && refs(values...) != "":
		return "its value comes from " + refs(values...)
	case m == Unsure:
		return "its value is not known"
	case !present:
		return "the request has no such key"
	case o.null:
		return "the request has the key"
	case o.quantifier == single && e.multivalued(key):
		return "the key has several values and the operator is for one"
	default:
		return "the key is " + quoted(e.keys[key])
	}
}

// matchSingle decides an operator without set operator. "If the key that you
// specify in a policy condition is not present in the request context, the
// values do not match and the condition is false. If the policy condition
// requires that the key is not matched, … the condition is true."
func (e *evaluation) matchSingle(o operation, key string, policy []Text, l lens) Match {
	values := e.keys[key]
	switch {
	case len(values) == 0:
		return matchIf(o.ifExists || o.operator.negated)
	case !e.multivalued(key):
		return e.matchValue(o.operator, key, policy, values[0], l)
	case l.takesSomeValue():
		some := Missed
		for _, v := range values {
			some = some.or(e.matchValue(o.operator, key, policy, v, l))
		}
		return some
	default:
		return Missed
	}
}

// matchSet decides an operator with a set operator (IAM User Guide,
// "Single-valued vs. multivalued context keys"). "ForAllValues … also returns
// true if there are no context keys in the request, or if the context key value
// resolves to a null dataset, such as an empty string." "For no matching key or
// a null dataset, [ForAnyValue] returns false."
func (e *evaluation) matchSet(o operation, key string, policy []Text, l lens) Match {
	values := e.keys[key]
	switch {
	case isNull(values) && o.quantifier == forAll:
		return Matched
	case isNull(values):
		return matchIf(len(values) == 0 && o.ifExists && l.anyExists())
	}
	all, some := Matched, Missed
	for _, v := range values {
		m := e.matchValue(o.operator, key, policy, v, l)
		all, some = all.and(m), some.or(m)
	}
	if o.quantifier == forAll {
		return all
	}
	return some
}

// matchValue compares one value of the request with the values of the policy:
// some of them for a positive operator, none for a negated one ("when multiple
// values are listed … for negated matching condition operators, the effective
// permissions work like a logical AND NOT (NOR)"; IAM User Guide, "Conditions
// with multiple context keys or values").
func (e *evaluation) matchValue(op operator, key string, policy []Text, request string, l lens) Match {
	inner := l.turn(op.negated)
	some, broken := Missed, Missed
	for _, v := range policy {
		breaks := breaksLimit(op, key, v)
		broken = broken.or(breaks)
		if inner.limits() == less && breaks == Matched {
			continue // enforced, the value never matches
		}
		p, compared := e.compared(op, v, inner)
		if compared {
			some = some.or(e.settled(op.compare(p, request), v, request))
		}
	}
	switch {
	case op.negated && l.limits() == less:
		return some.not().and(broken.not()) // enforced, the condition never matches
	case op.negated:
		return some.not()
	default:
		return some
	}
}

// compared reads a value that an operator compares with those of requests. It
// reports false for one that no request's value can match. The lens is that of
// the inside of the operator.
func (e *evaluation) compared(op operator, value Text, inner lens) (p pattern, ok bool) {
	p = e.expand(value, form{
		wildcards: op.wildcards,
		variables: op.variables && (op.name != "Bool" || inner.replacesUnderBool()),
	})
	if !op.arn || p.holed {
		return p, true
	}
	reach := withinSegments
	if shortARN(p) {
		if !inner.readsShortARNs() {
			return p, false
		}
		reach = acrossAtTheEnd
	}
	p.symbols = bySegment(p.symbols, reach)
	return p, true
}

// matchNull decides Null: "true (the key doesn't exist — it is null) or false
// (the key exists and its value is not null)".
func (e *evaluation) matchNull(key string, policy []Text) Match {
	null := isNull(e.keys[key])
	some := Missed
	for _, v := range policy {
		text, known := v.Literal()
		if !known {
			some = some.or(Unsure)
			continue
		}
		want, ok := boolean(text)
		some = some.or(matchIf(ok && want == null))
	}
	return some
}

// isNull reports whether the values of a key are none, or empty strings alone.
func isNull(values []string) bool {
	for _, v := range values {
		if v != "" {
			return false
		}
	}
	return true
}
