package cvc5

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// key finds a context key, and declares it at its first use. Which keys are
// there, and when, is in the IAM User Guide, "AWS global condition context
// keys"; of those that depend on the action, the resource or the session,
// presence is free. Keys are independent of each other but for who asks and
// whose the resource is.
func (e *encoding) key(written string) *key {
	name := strings.ToLower(written)
	if k := e.keys[name]; k != nil {
		return k
	}
	k := e.newKey(name)
	e.keys[name] = k
	return k
}

func (e *encoding) newKey(name string) *key {
	constant := func(present term, m member) *key {
		m.used = always
		return &key{present: present, members: []member{m}}
	}
	switch name {
	case "aws:principalaccount":
		return constant(always, member{text: accountOf(account), identifier: true})
	case "aws:resourceaccount":
		return constant(always, member{text: accountOf(owner), identifier: true})
	case "s3:resourceaccount":
		e.declare(onS3, "Bool", func(*rand.Rand) string { return "true" })
		return constant(onS3, member{text: accountOf(owner), identifier: true})
	case "aws:principalorgid":
		e.organizations()
		return constant(organized, member{text: organizationOf(organization), identifier: true})
	case "aws:resourceorgid":
		e.organizations()
		return constant(ownedInOrg, member{text: organizationOf(ownerOrg), identifier: true})
	case "aws:principalarn":
		return constant(always, member{text: joinFields(e.caller()), fields: e.caller()})
	case "aws:principalorgpaths", "aws:resourceorgpaths":
		return e.paths(name)
	case "aws:principalisawsservice", "aws:viaawsservice":
		return constant(always, member{flag: never})
	case "aws:securetransport":
		return constant(always, member{flag: e.flag("secure_transport")})
	case "aws:multifactorauthpresent":
		return constant(e.flag("mfa_there"), member{flag: e.flag("mfa")})
	case "aws:tagkeys":
		return e.list("tag_key", e.uses(name))
	}
	id := strings.NewReplacer(":", "_", "/", "_", "-", "_").Replace(name)
	switch kind := e.kinds[name]; {
	case strings.HasPrefix(name, "aws:principaltag/"), strings.HasPrefix(name, "aws:resourcetag/"), strings.HasPrefix(name, "aws:requesttag/"), kind == "String":
		e.declare(id, "String", e.word)
		return constant(e.flag(id+"_there"), member{text: variable(id)})
	case kind == "Bool":
		return constant(e.flag(id+"_there"), member{flag: e.flag(id)})
	case kind == "Numeric":
		e.declare(id, "Int", e.number)
		e.assert(apply("<=", "0", term(id)))
		return constant(e.flag(id+"_there"), member{number: term(id)})
	case strings.HasPrefix(kind, "ArrayOf"):
		return e.list(id, e.uses(name))
	}
	e.fail("the key %s", name)
	return &key{present: never, members: []member{{used: always}}}
}

func (e *encoding) flag(name string) term {
	e.declare(name, "Bool", func(r *rand.Rand) string { return strconv.FormatBool(r.IntN(2) == 0) })
	return term(name)
}

// uses counts the conditions on some keys. Each may want one member of its own,
// and more members than that help nothing.
func (e *encoding) uses(names ...string) int {
	n := 0
	for _, st := range e.document.Statements {
		for _, c := range st.Conditions {
			if name, _ := c.Key.Literal(); slices.Contains(names, strings.ToLower(name)) {
				n++
			}
		}
	}
	return max(n, 1)
}

// list is a key with several values, none of them empty.
func (e *encoding) list(id string, size int) *key {
	k := &key{list: true}
	for i := range size {
		name := id + "_" + strconv.Itoa(i)
		e.declare(name, "String", e.word)
		e.assert(not(same(variable(name), literal(""))))
		k.members = append(k.members, member{used: e.flag(name + "_there"), text: variable(name)})
	}
	return e.inOrder(k)
}

// inOrder has the members used from the first on.
func (e *encoding) inOrder(k *key) *key {
	for i := range k.members[1:] {
		e.assert(implies(k.members[i+1].used, k.members[i].used))
	}
	k.present = k.members[0].used
	return k
}

// paths are the organization paths of an account: there when it is in one, each
// from that organization's id on (IAM User Guide, aws:PrincipalOrgPaths). One
// account has the same in both roles.
func (e *encoding) paths(name string) *key {
	const principals, resources = "aws:principalorgpaths", "aws:resourceorgpaths"
	e.organizations()
	size := e.uses(principals, resources)
	of := func(id, org string, inOrg term) *key {
		k := &key{list: true}
		for i := range size {
			unit, used := id+"_"+strconv.Itoa(i), inOrg
			e.declare(unit, "String", e.path)
			if i > 0 {
				used = e.flag(unit + "_there")
			}
			id := some(anyOf(digits + lowers))
			form := sequence(word("r-"), id, word("/"), run(sequence(word("ou-"), id, word("-"), id, word("/"))))
			e.assert(implies(used, in(variable(unit), form)))
			k.members = append(k.members, member{used: used, text: concat(organizationOf(org), literal("/"), value{{variable: unit, alphabet: digits + lowers + "-/"}})})
		}
		return e.inOrder(k)
	}
	e.keys[principals] = of("principal_path", organization, organized)
	e.keys[resources] = of("resource_path", ownerOrg, ownedInOrg)
	for i, p := range e.keys[principals].members {
		r := e.keys[resources].members[i]
		e.assert(implies(sameAccount(), and(apply("=", p.used, r.used), same(p.text[2:], r.text[2:]))))
	}
	return e.keys[name]
}

// An operator is a condition operator as written, taken apart.
type operator struct {
	set      string // ForAllValues, ForAnyValue or empty
	name     string
	negated  bool
	ifExists bool
}

func operatorOf(written string) (o operator) {
	o.name = written
	if before, after, found := strings.Cut(written, ":"); found {
		o.set, o.name = before, after
	}
	if name, found := strings.CutSuffix(o.name, "IfExists"); found {
		o.name, o.ifExists = name, true
	}
	if strings.Contains(o.name, "Not") {
		o.name, o.negated = strings.Replace(o.name, "Not", "", 1), true
	}
	return o
}

// condition says when a condition holds (IAM User Guide, "IAM JSON policy
// elements: Condition operators" and "Single-valued vs. multivalued context
// keys").
func (e *encoding) condition(c policy.Condition, l lens) term {
	written, known := c.Operator.Literal()
	name, known2 := c.Key.Literal()
	var values []string
	for _, v := range c.Values {
		text, known3 := v.Literal()
		known2 = known2 && known3
		values = append(values, text)
	}
	if !known || !known2 {
		return e.fail("a hole in %s", written)
	}
	o, k := operatorOf(written), e.key(name)
	if o.name == "Null" {
		return e.null(k, values)
	}
	one := func(m member) term { return e.holds(o, strings.ToLower(name), m, values, l) }
	var all, some []term // of the members that are used
	for _, m := range k.members {
		all = append(all, implies(m.used, one(m)))
		some = append(some, and(m.used, one(m)))
	}
	null := not(e.notNull(k))
	switch {
	case o.set == "ForAllValues":
		return or(null, and(all...))
	case o.set == "ForAnyValue":
		absent := and(not(k.present), whether(o.ifExists && l.more())) // A5
		return or(absent, and(not(null), or(some...)))
	case o.set != "":
		return e.fail("the operator %s", written)
	}
	absent := and(not(k.present), whether(o.ifExists || o.negated))
	if k.list {
		return or(absent, and(k.present, whether(l.more()), or(some...))) // A2
	}
	return or(absent, and(k.present, one(k.members[0])))
}

func (e *encoding) null(k *key, values []string) term {
	var some []term
	for _, v := range values {
		switch v {
		case "true":
			some = append(some, not(e.notNull(k)))
		case "false":
			some = append(some, e.notNull(k))
		default:
			e.fail("Null %s", v)
		}
	}
	return or(some...)
}

// holds says when an operator holds for one value of the request: for one of the
// policy's values, or for none if it is negated. The limits of endpoint policies
// are A6.
func (e *encoding) holds(o operator, key string, m member, values []string, l lens) term {
	inner := l.turn(o.negated)
	var some []term
	broken := false
	for _, v := range values {
		breaks := breaksLimit(o, key, v)
		broken = broken || breaks
		if !breaks || !inner.less() {
			some = append(some, e.compare(o, m, v, inner))
		}
	}
	switch {
	case o.negated && l.less() && broken:
		return never
	case o.negated:
		return not(or(some...))
	default:
		return or(some...)
	}
}

// breaksLimit reports whether a value is one that an endpoint policy may not
// hold (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint
// policies", "Considerations").
func breaksLimit(o operator, key, text string) bool {
	arn := strings.HasPrefix(o.name, "Arn")
	wild := (arn || o.name == "StringLike") && strings.ContainsAny(text, "*?")
	if wild || strings.HasPrefix(o.name, "Numeric") {
		switch key {
		case "aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid":
			return true
		}
	}
	if mixesAccount(text) {
		return true
	}
	if !wild || arn {
		return false
	}
	runs := strings.FieldsFunc(strings.NewReplacer("*", " * ", "?", " ? ").Replace(strings.ReplaceAll(text, " ", "_")), func(r rune) bool { return r == ' ' })
	for i, r := range runs {
		long := func(j int) bool { return j >= 0 && j < len(runs) && len(runs[j]) >= 6 }
		if (r == "*" || r == "?") && !long(i-1) && !long(i+1) {
			return true
		}
	}
	return false
}

// compare compares one value of the request with one of the policy.
func (e *encoding) compare(o operator, m member, text string, l lens) term {
	from := len(text)
	if e.variables {
		from = 0
	}
	switch o.name {
	case "Bool":
		return e.boolean(m, text)
	case "StringEquals":
		return e.text(m, tokens(text, false, from))
	case "StringLike":
		return e.text(m, tokens(text, true, from))
	case "StringEqualsIgnoreCase":
		return e.ignoringCase(m, tokens(text, false, from))
	case "ArnEquals", "ArnLike":
		return e.arn(m, tokens(text, true, from), l)
	}
	if relation, found := strings.CutPrefix(o.name, "Numeric"); found {
		n, err := strconv.Atoi(text)
		relation = map[string]string{"Equals": "=", "LessThan": "<", "LessThanEquals": "<=", "GreaterThan": ">", "GreaterThanEquals": ">="}[relation]
		if err != nil || n < 0 || m.number == "" || relation == "" {
			return e.fail("%s %s", o.name, text)
		}
		return apply(relation, m.number, term(strconv.Itoa(n)))
	}
	return e.fail("the operator %s", o.name)
}

func (e *encoding) boolean(m member, text string) term {
	wanted := strings.ToLower(text)
	switch {
	case strings.Contains(text, "$"):
		return e.fail("Bool %s", text)
	case wanted != "true" && wanted != "false":
		return never
	case m.text != nil:
		return in(m.text, folded([]token{{text: wanted}}))
	case m.flag == "":
		return e.fail("Bool on a number")
	case wanted == "true":
		return m.flag
	default:
		return not(m.flag)
	}
}

func (e *encoding) text(m member, list []token) term {
	switch {
	case m.text != nil:
		return e.matches(m.text, list)
	case m.flag == "":
		return e.fail("text on a number")
	}
	return or(and(m.flag, e.matches(literal("true"), list)), and(not(m.flag), e.matches(literal("false"), list)))
}

func (e *encoding) ignoringCase(m member, list []token) term {
	switch {
	case m.text == nil:
		return e.fail("text that is none")
	case m.identifier:
		// So are the values of the variables: else they would need folding.
		for i, t := range list {
			list[i].text, list[i].fallback = strings.ToLower(t.text), strings.ToLower(t.fallback)
			if t.kind == policyVariable && !e.key(t.text).members[0].identifier {
				return e.fail("a variable in any case")
			}
		}
		return e.matches(m.text, list)
	case hasVariables(list):
		return e.fail("a variable in any case")
	}
	return in(m.text, folded(list))
}

// arn compares ARNs field by field. A pattern of fewer than six is A14.
func (e *encoding) arn(m member, list []token, l lens) term {
	if m.text == nil {
		return e.fail("an ARN that is none")
	}
	form := always
	if m.fields == nil {
		notColons := run(notColon())
		parts := []term{word("arn")}
		for range 4 {
			parts = append(parts, word(":"), notColons)
		}
		form = in(m.text, sequence(append(parts, word(":"), "re.all")...))
	}
	split := fields(list)
	switch {
	case len(split) < 6 && !l.more():
		return never
	case hasVariables(list) && (m.fields == nil || len(split) < 6):
		return e.fail("a variable in an ARN")
	case len(split) < 6:
		return and(form, e.match(m.text, e.symbols(list, atTheEnd)))
	case m.fields == nil:
		return and(form, e.match(m.text, e.symbols(list, nowhere)))
	}
	var parts []term
	for i, f := range split {
		parts = append(parts, e.matches(m.fields[i], f))
	}
	return and(parts...)
}
