package cvc5

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/policy"
)

// callers are how the last field of a caller's ARN begins: for role sessions,
// which the question is about, and users and root users besides.
func callers() []string {
	if *everybody {
		return []string{"role/", "user/", "root"}
	}
	return []string{"role/"}
}

// A question asks whether a document lets a stranger through to a stranger's
// resource.
type question struct {
	document  *policy.Document
	gateway   bool
	prefixes  []string // the IAM prefixes that the endpoint carries
	region    string
	perimeter config.Perimeter
	reading   policy.Reading // plain or wide
}

// An encoding is a question in SMT-LIB. It takes a policy.Document and the
// catalogue, and shares no code with the evaluator or the prover: what a
// document means is written here once more, from the same specification.
type encoding struct {
	question
	out       strings.Builder
	declared  map[string]*variableOf
	order     []*variableOf // as declared
	keys      map[string]*key
	kinds     map[string]string // types of the service's keys, by name in lower case
	words     []string          // texts of the document, for requests by chance
	routes    []route
	problem   string // what the encoding does not cover; empty when nothing
	variables bool
}

// A variableOf is a declared constant with the way to choose one by chance.
type variableOf struct {
	name, sort string
	sample     func(*rand.Rand) string
}

// A key is a context key: what the condition operators may look at.
type key struct {
	present term
	members []member // one, or some for a key with several values
	list    bool
}

// A member is one value of a key.
type member struct {
	used term
	// text is its text; nil for one that is true or false, or a number.
	text value
	// identifier says that the text is lower-case always.
	identifier bool
	fields     []value // of an ARN; nil for another text
	flag       term
	number     term
}

// A route is one way to ask: an action that stands for all that the document
// treats alike, and the shape of its resource.
type route struct {
	action   string
	matched  []bool // by the Action element of each statement
	shape    string
	arn      value
	fields   []value // of the ARN; nil for *
	valid    []term  // what the names in it must be
	selected string  // the Boolean that selects it
}

// The constants that more than one part of a request looks at. The caller is
// what follows role/ in its ARN, or all of the ARN's last field where there are
// several kinds of callers.
const (
	account      = "principal_account"
	organization = "principal_org"
	organized    = "principal_in_org"
	owner        = "resource_account"
	ownerOrg     = "resource_org"
	ownedInOrg   = "resource_in_org"
	callerName   = "caller"
	onS3         = "on_s3"
)

const (
	digits   = "0123456789"
	lowers   = "abcdefghijklmnopqrstuvwxyz"
	uppers   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	printing = " !\"#$%&'()*+,-./" + digits + ":;<=>?@" + uppers + "[\\]^_`" + lowers + "{|}~"
)

func accountOf(name string) value { return value{{variable: name, alphabet: digits}} }

func organizationOf(name string) value {
	return value{{variable: name, alphabet: digits + lowers + "-"}}
}

func (e *encoding) fail(format string, args ...any) term {
	if e.problem == "" {
		e.problem = fmt.Sprintf(format, args...)
	}
	return never
}

func (e *encoding) line(t term) { e.out.WriteString(string(t) + "\n") }

func (e *encoding) assert(t term) {
	if t != always {
		e.line(apply("assert", t))
	}
}

// declare declares a constant once, and reports whether it was the first time.
func (e *encoding) declare(name, sort string, sample func(*rand.Rand) string) bool {
	if e.declared[name] != nil {
		return false
	}
	v := &variableOf{name, sort, sample}
	e.declared[name] = v
	e.order = append(e.order, v)
	e.line(apply("declare-const", term(name), term(sort)))
	return true
}

// encode writes the question. The second result says what of the document is
// not covered, if anything.
func encode(q question) (*encoding, string) {
	e := &encoding{question: q, declared: map[string]*variableOf{}, keys: map[string]*key{}, kinds: map[string]string{}}
	for _, prefix := range q.prefixes {
		for name, kind := range catalogue.ConditionKeys(prefix) {
			e.kinds[strings.ToLower(name)] = kind
		}
	}
	version, known := q.document.Version.Literal()
	if e.variables = version == "2012-10-17"; !known {
		e.fail("the version is not known")
	}
	e.words = e.texts()
	e.line("(set-option :produce-models true)")
	e.line("(set-logic QF_SLIA)")
	e.accounts()
	e.findRoutes()
	e.statements()
	e.line("(check-sat)")
	var names []string
	for _, v := range e.order {
		names = append(names, v.name)
	}
	e.line(apply("get-value", term("("+strings.Join(names, " ")+")")))
	return e, e.problem
}

// texts are the conditions' values, for requests by chance.
func (e *encoding) texts() []string {
	list := []string{"", "x", "true"}
	for _, st := range e.document.Statements {
		for _, c := range st.Conditions {
			for _, v := range c.Values {
				text, _ := v.Literal()
				list = append(list, text)
			}
		}
		for _, v := range st.Resources.Values {
			text, _ := v.Literal()
			list = append(list, text)
		}
	}
	return list
}

// accounts are whose the credentials are and whose the resource is: strangers.
// An account id is any twelve digits.
func (e *encoding) accounts() {
	for _, name := range []string{account, owner} {
		e.declare(name, "String", e.sampleAccount)
		e.assert(in(accountOf(name), times(12, 12, anyOf(digits))))
		for _, own := range e.perimeter.Accounts {
			e.assert(not(same(accountOf(name), literal(own))))
		}
	}
}

// organizations are those of the two accounts: an account is in one or in none,
// and its id is any of the form (AWS Organizations API Reference, Organization).
// A document that looks at none may be asked without.
func (e *encoding) organizations() {
	if e.declared[organized] != nil {
		return
	}
	for _, who := range [][2]string{{organized, organization}, {ownedInOrg, ownerOrg}} {
		e.flag(who[0])
		e.declare(who[1], "String", e.sampleOrganization)
		id := organizationOf(who[1])
		valid := []term{in(id, sequence(word("o-"), times(10, 32, anyOf(digits+lowers))))}
		for _, own := range e.perimeter.Organizations {
			valid = append(valid, not(same(id, literal(own))))
		}
		e.assert(implies(term(who[0]), and(valid...)))
	}
	e.assert(implies(sameAccount(), and(apply("=", organized, ownedInOrg), same(organizationOf(organization), organizationOf(ownerOrg)))))
}

func sameAccount() term { return same(accountOf(account), accountOf(owner)) }

// callerFields are those of the caller's ARN, for a session that of its role:
// the value of aws:PrincipalArn.
func callerFields() []value {
	last := variable(callerName)
	if kinds := callers(); len(kinds) == 1 {
		last = concat(literal(kinds[0]), last)
	}
	return []value{literal("arn"), literal("aws"), literal("iam"), nil, accountOf(account), last}
}

// caller says what a caller's name may be, and returns the fields of his ARN. A
// role or user may have a path (IAM User Guide, "IAM identifiers").
func (e *encoding) caller() []value {
	arn := callerFields()
	if !e.declare(callerName, "String", e.sampleCaller) {
		return arn
	}
	named := sequence(apply("re.opt", sequence(some(anyOf(printing[1:])), word("/"))), some(anyOf(digits+lowers+uppers+"+=,.@_-")))
	if len(callers()) == 1 {
		e.assert(in(variable(callerName), named))
		return arn
	}
	var forms []term
	for _, kind := range callers() {
		forms = append(forms, word(kind))
		if strings.HasSuffix(kind, "/") {
			forms[len(forms)-1] = sequence(word(kind), named)
		}
	}
	e.assert(in(variable(callerName), oneOf(forms...)))
	return arn
}

func joinFields(fields []value) (arn value) {
	for i, f := range fields {
		if i > 0 {
			arn = concat(arn, literal(":"))
		}
		arn = concat(arn, f)
	}
	return arn
}

// findRoutes finds the ways to ask. Actions that the Action elements of all
// statements treat alike, on the same shape of resource, are one way. Those that
// no Allow matches are for requests by chance alone.
func (e *encoding) findRoutes() {
	seen := map[string]bool{}
	for _, prefix := range e.prefixes {
		types := catalogue.ResourceTypes(prefix)
		for _, action := range catalogue.Actions(prefix) {
			name := action.Service + ":" + action.Name
			matched := make([]bool, len(e.document.Statements))
			for i := range e.document.Statements {
				matched[i] = e.matchesAction(&e.document.Statements[i], name)
			}
			shapes := []string{"*"}
			if len(action.ResourceTypes) > 0 {
				shapes = nil
			}
			for _, kind := range action.ResourceTypes {
				shapes = append(shapes, types[strings.TrimSuffix(kind, "*")].ARNs...)
			}
			for _, shape := range shapes {
				id := fmt.Sprint(matched, shape)
				if !seen[id] {
					seen[id] = true
					e.addRoute(route{action: name, matched: matched, shape: shape, selected: "route_" + strconv.Itoa(len(e.routes))})
				}
			}
		}
	}
}

func (e *encoding) matchesAction(st *policy.Statement, name string) bool {
	for _, v := range st.Actions.Values {
		pattern, known := v.Literal()
		if before, _, _ := strings.Cut(pattern, ":"); !known || pattern != "*" && strings.Contains(before, "*") || strings.Contains(pattern, "?") {
			e.fail("the action %s", v)
		}
		if actionMatches(pattern, name) {
			return !st.Actions.Not
		}
	}
	return st.Actions.Not
}

// addRoute writes what a route says of the request besides its statements. An
// action without a resource acts on the caller's account.
func (e *encoding) addRoute(r route) {
	if r.shape == "*" {
		r.arn, r.valid = literal("*"), []term{sameAccount()}
	} else {
		for _, f := range strings.SplitN(r.shape, ":", 6) {
			filled, valid := e.fill(f)
			r.fields, r.valid = append(r.fields, filled), append(r.valid, valid...)
		}
		r.arn = joinFields(r.fields)
	}
	e.routes = append(e.routes, r)
}

// fill replaces the variables of a resource type's ARN pattern (Service
// Authorization Reference), and says what their values must be.
func (e *encoding) fill(form string) (v value, valid []term) {
	for {
		before, rest, found := strings.Cut(form, "${")
		v = append(v, piece{text: before})
		if !found {
			return v, valid
		}
		name, after, _ := strings.Cut(rest, "}")
		switch name {
		case "Partition":
			v = append(v, piece{text: "aws"})
		case "Region":
			v = append(v, piece{text: e.region})
		case "Account":
			v = append(v, accountOf(owner)...)
		default:
			e.declare(name, "String", func(r *rand.Rand) string { return e.sampleName(r, name) })
			alphabet, ok := validName(name)
			v = append(v, piece{variable: name, alphabet: alphabet})
			valid = append(valid, ok)
		}
		form = after
	}
}

// validName says of what form a part of a resource's name is, and what its
// characters are (S3 User Guide, "General purpose bucket naming rules";
// CloudWatch Logs API Reference, CreateLogGroup and CreateLogStream). How long it
// may be is looked at afterwards, which is much faster.
func validName(name string) (alphabet string, valid term) {
	first := ""
	alphabet = digits + lowers + uppers + "-_"
	switch name {
	case "BucketName":
		alphabet, first = digits+lowers+".-", digits+lowers
	case "ObjectName":
		alphabet = printing
	case "LogGroupName":
		alphabet = digits + lowers + uppers + "_/.-#"
	case "LogStreamName":
		alphabet = strings.NewReplacer(":", "", "*", "").Replace(printing)
	}
	form := some(anyOf(alphabet))
	if first != "" {
		form = sequence(anyOf(first), anyOf(alphabet), form)
	}
	return alphabet, in(variable(name), form)
}

// statements writes the statements and that one of the routes passes.
func (e *encoding) statements() {
	var names []term
	for i := range e.document.Statements {
		st := &e.document.Statements[i]
		if st.Unread != "" || st.Effect == policy.Undecided {
			e.fail("statement %d", i)
		}
		parts := []term{e.principals(st)}
		for _, c := range st.Conditions {
			parts = append(parts, e.condition(c, lens{e.reading, st.Effect, false}))
		}
		name := term("statement_" + strconv.Itoa(i))
		e.line(apply("define-fun", name, "()", "Bool", and(parts...)))
		names = append(names, name)
	}
	var selected []term
	seen := map[term]bool{}
	for _, r := range e.routes {
		var allowed, denied []term
		for i := range e.document.Statements {
			st := &e.document.Statements[i]
			if !r.matched[i] {
				continue
			}
			m := and(names[i], e.resources(st, r))
			if st.Effect == policy.Allow {
				allowed = append(allowed, m)
			} else {
				denied = append(denied, m)
			}
		}
		passes := and(append(slices.Clone(r.valid), or(allowed...), not(or(denied...)))...)
		if e.declared[onS3] != nil {
			passes = and(passes, apply("=", onS3, whether(strings.HasPrefix(r.action, "s3:"))))
		}
		if seen[passes] || passes == never {
			continue
		}
		seen[passes] = true
		e.declare(r.selected, "Bool", func(*rand.Rand) string { return "false" })
		e.assert(implies(term(r.selected), passes))
		selected = append(selected, term(r.selected))
	}
	e.assert(or(selected...))
}

// A lens settles the points that AWS leaves undocumented for one part of a
// statement.
type lens struct {
	reading policy.Reading
	effect  policy.Effect
	turned  bool // inside a negated part
}

func (l lens) turn(negated bool) lens {
	l.turned = l.turned != negated
	return l
}

// more and less say whether the part is to match more requests than it would
// in the plain reading, or fewer.
func (l lens) more() bool {
	return l.reading == policy.Wide && (l.effect == policy.Allow) != l.turned
}

func (l lens) less() bool {
	return l.reading == policy.Wide && (l.effect == policy.Deny) != l.turned
}

func (e *encoding) principals(st *policy.Statement) term {
	l := lens{e.reading, st.Effect, st.Principals.Not}
	var some []term
	for _, p := range st.Principals.Values {
		text, known := p.Value.Literal()
		if !known || p.Type != "" && p.Type != "AWS" {
			return e.fail("the principal %s", p.Value)
		}
		some = append(some, e.principal(text, l))
	}
	if st.Principals.Not {
		return not(or(some...))
	}
	return or(some...)
}

// principal compares the caller with one principal. On a gateway endpoint an
// account is its root user alone, and ARNs of users and roles match nothing,
// which is A12.
func (e *encoding) principal(text string, l lens) term {
	f := strings.SplitN(text, ":", 6)
	switch {
	case text == "*":
		return always
	case len(f) == 1:
		f = []string{"arn", "aws", "iam", "", text, "root"}
	case len(f) != 6 || f[2] != "iam":
		return e.fail("the principal %s", text)
	}
	inside := and(whether(f[1] == "aws"), same(variable(account), literal(f[4])))
	last := func(pattern string) term {
		return e.match(e.caller()[5], e.symbols(tokens(pattern, true, len(pattern)), everywhere))
	}
	switch {
	case f[5] == "root" && e.gateway:
		return and(inside, last("root"))
	case f[5] == "root":
		return inside
	case e.gateway && !l.more():
		return never
	}
	role, found := strings.CutPrefix(f[5], "role/")
	if !found {
		return and(inside, last(f[5]))
	}
	// A session's ARN does not carry the path of its role.
	role = role[strings.LastIndexByte(role, '/')+1:]
	return and(inside, or(last("role/"+role), last("role/*/"+role)))
}

func (e *encoding) resources(st *policy.Statement, r route) term {
	l := lens{e.reading, st.Effect, st.Resources.Not}
	var some, skipped []term
	for _, v := range st.Resources.Values {
		text, known := v.Literal()
		if !known {
			return e.fail("the resource %s", v)
		}
		from := len(text)
		if e.variables {
			from = afterFifthColon(text)
		}
		list := tokens(text, true, from)
		skipped = append(skipped, not(e.resolved(list)))
		if !l.less() || !mixesAccount(text) {
			some = append(some, e.resource(list, r, l))
		}
	}
	if !st.Resources.Not {
		return or(some...)
	}
	if (lens{e.reading, st.Effect, false}).less() { // A4
		return and(not(or(some...)), not(or(skipped...)))
	}
	return not(or(some...))
}

// resource compares the ARN of a route with one pattern. A * that closes a field
// takes in further fields, which in the middle of the pattern is A1.
func (e *encoding) resource(list []token, r route, l lens) term {
	far := fieldsEnds
	if l.less() {
		far = atTheEnd
	}
	switch {
	case onlyRuns(list):
		return always
	case r.fields == nil:
		// Nothing but * and ? match the * of an action without resource.
		if slices.ContainsFunc(list, func(t token) bool { return t.kind == characters || t.kind == policyVariable }) {
			return never
		}
		return e.fail("a resource of wildcards")
	}
	return and(e.resolved(list), e.match(r.arn, e.symbols(list, far)))
}

// matches compares a text with a pattern in which * is any run of characters.
func (e *encoding) matches(v value, list []token) term {
	return and(e.resolved(list), e.match(v, e.symbols(list, everywhere)))
}

// resolved says that every variable has a value: the empty one is none.
func (e *encoding) resolved(list []token) term {
	var parts []term
	for _, t := range list {
		if t.kind != policyVariable || t.hasFallback {
			continue
		}
		k := e.key(t.text)
		if k.list || len(k.members) == 1 && k.members[0].text == nil {
			return e.fail("the variable %s", t.text)
		}
		parts = append(parts, e.notNull(k))
	}
	return and(parts...)
}

// valueOf is what a variable is replaced by, where it is resolved.
func (e *encoding) valueOf(t token) value {
	k := e.key(t.text)
	if !t.hasFallback || k.present == never {
		return k.members[0].text
	}
	name := "default_" + strconv.Itoa(len(e.order))
	e.declare(name, "String", e.word)
	e.assert(apply("=", term(name), apply("ite", e.notNull(k), k.members[0].text.term(), quote(t.fallback))))
	return variable(name)
}

// notNull says that a key is there with a value that is not empty.
func (e *encoding) notNull(k *key) term {
	if k.list || k.present == never || k.members[0].text == nil || k.members[0].identifier || k.members[0].fields != nil {
		return k.present // members of lists are never empty
	}
	return and(k.present, not(same(k.members[0].text, literal(""))))
}

// mixesAccount reports whether the account of an ARN is part id, part wildcard.
func mixesAccount(text string) bool {
	f := strings.SplitN(text, ":", 6)
	return len(f) == 6 && f[0] == "arn" && strings.ContainsAny(f[4], "*?") && f[4] != "*"
}
