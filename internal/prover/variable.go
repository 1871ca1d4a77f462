package prover

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// A variable is one independent part of the requests of a world: the principal,
// whose the resource is, the resource, or a context key.
type variable struct {
	key      string // empty unless it is a context key
	cells    []cell
	absent   bool // it may be absent
	complete bool // the cells are all there are
	// several says that it has a set of cells.
	several   bool
	undecided bool
	held      []held
	literals  map[literalID]*literal
}

// A cell is a set of values that no statement tells apart.
type cell struct {
	value string
	// held are the values with holes that match it, a bit for each of
	// variable.held: what a hole stands for is chosen too.
	held uint
}

// held is a value of a policy of which something is not known, on a variable.
type held struct {
	id string
	// matches are the ways in which a value may match it, one at least.
	matches []predicate
}

// maxHeld bounds the values with holes whose matching is chosen with care; that
// of any further ones is taken as the mode says.
const maxHeld = 4

type literalID struct {
	atom   int
	values string // of the variables in its values
}

// A literal is an atom as a set of cells of one variable.
type literal struct {
	variable *variable
	// sure are the cells that it holds of, maybe those that it may hold of.
	sure, maybe             set
	sureAbsent, maybeAbsent bool
	// every says that all values must be in the set, and not only one.
	every bool
}

func (l *literal) set(may bool) set {
	if may {
		return l.maybe
	}
	return l.sure
}

// variableOf returns the variable that an atom of a world is about, or nil for
// one that is about none.
func (s *Solver) variableOf(a *atom, w World) *variable {
	switch a.kind {
	case ofPrincipals:
		return s.whoIs(w)
	case ofResources:
		return s.resourceIs(w)
	case ofCondition:
		if isOwnerKey(a.key) {
			return s.ownerIs(w)
		}
		if isCallerKey(a.key) {
			if _, derived := s.keysOfCaller(w.Caller)[a.key]; derived {
				return s.whoIs(w)
			}
		}
		return s.keyIs(a.key, w)
	}
	return nil
}

func (s *Solver) isOwned(t policy.Text) bool { return s.space.Owned != nil && s.space.Owned(t) }

// build makes a variable of values.
func (s *Solver) build(v *variable, values []string, compared []namedComparison) *variable {
	v.literals = map[literalID]*literal{}
	if s.mode.May {
		for _, c := range compared {
			for _, one := range c.values {
				if !one.Holed {
					continue
				}
				id := s.heldID(c.atom, one.Value)
				i := slices.IndexFunc(v.held, func(h held) bool { return h.id == id })
				if i < 0 && len(v.held) < maxHeld {
					i, v.held = len(v.held), append(v.held, held{id: id})
				}
				if i >= 0 {
					v.held[i].matches = append(v.held[i].matches, predicate{compares: c.compares, patterns: []glob.Pattern{one.Pattern}})
				}
			}
		}
	}
	for _, value := range values {
		v.cells = append(v.cells, cell{value: value})
		for i, h := range v.held {
			if !slices.ContainsFunc(h.matches, func(p predicate) bool { return p.mayHold(value) }) {
				continue
			}
			for _, c := range v.cells {
				if c.value == value && c.held>>i&1 == 0 {
					v.cells = append(v.cells, cell{value, c.held | 1<<i})
				}
			}
		}
	}
	return v
}

// namedComparison are the values of an atom, as what they are compared.
type namedComparison struct {
	atom     *atom
	compares policy.Compares
	values   []policy.Compared
	// empty says that the empty value is compared apart: sets take it for none.
	empty bool
}

// heldID names a value with holes: the same text compared in the same way
// matches the same.
func (s *Solver) heldID(a *atom, t policy.Text) string {
	var b strings.Builder
	b.WriteString(a.comparison)
	if s.mode.Reading != policy.Plain && readingMatters(a, t) {
		// An Allow and a Deny are read to different sides.
		b.WriteString("\x00" + strconv.FormatBool((a.statement.ref.statement().Effect == policy.Deny) != a.negated))
	}
	for _, p := range t.Parts {
		if p.Hole.Kind == policy.Unknown {
			// It may hold a variable, which not every version has.
			b.WriteString("\x00" + a.statement.ref.Doc.Version.String())
		}
		b.WriteString("\x00" + strconv.Itoa(int(p.Hole.Kind)) + p.Hole.Ref + "\x00" + p.Literal)
	}
	return b.String()
}

// readingMatters reports whether what a value with holes matches may hang on how
// points that AWS leaves open are read.
func readingMatters(a *atom, t policy.Text) bool {
	switch a.kind {
	case ofCondition:
		return a.compares != policy.Texts && a.compares != policy.FoldedTexts || strings.Contains(a.comparison, "like")
	case ofResources:
		// Wildcards in the last segment are read in one way.
		f := strings.SplitN(t.Parts[0].Literal, ":", 6)
		return len(f) < 6 || strings.ContainsAny(strings.Join(f[:5], ":"), "*?")
	default:
		return true
	}
}

func predicatesOf(compared []namedComparison) []predicate {
	var out []predicate
	for _, c := range compared {
		p := predicate{compares: c.compares}
		for _, one := range c.values {
			switch {
			case one.Null:
			case one.Holed:
				out = append(out, predicate{compares: c.compares, patterns: []glob.Pattern{one.Pattern}})
			default:
				p.patterns = append(p.patterns, one.Pattern)
			}
		}
		if len(p.patterns) > 0 {
			out = append(out, p)
		}
		if c.empty || c.compares == policy.Presence {
			out = append(out, predicate{compares: policy.Presence})
		}
	}
	return out
}

// groundings returns the values that the variables of an atom may have together,
// as far as they follow from caller and owner.
func (s *Solver) groundings(a *atom) []map[string][]string {
	sets := []map[string][]string{{}}
	for _, key := range a.variables {
		values := s.valuesOf(key)
		if values == nil {
			continue
		}
		var next []map[string][]string
		for _, one := range sets {
			if _, twice := one[key]; twice {
				next = append(next, one)
				continue
			}
			for _, value := range values {
				more := map[string][]string{}
				for k, v := range one {
					more[k] = v
				}
				if value != "" {
					more[key] = []string{value}
				} else {
					more[key] = nil
				}
				next = append(next, more)
			}
		}
		if len(next) > maxGroundings {
			s.steps = 0
			return nil
		}
		sets = next
	}
	return sets
}

// maxGroundings bounds how often the values of one atom are taken apart.
const maxGroundings = 1024

// valuesOf are the values of a key that follows from caller and owner, the empty
// one for absence; nil for another key.
func (s *Solver) valuesOf(key string) []string {
	var out []string
	add := func(values []string) {
		value := ""
		if len(values) > 0 {
			value = values[0]
		}
		if !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	switch values, fixed := s.fixed[key]; {
	case fixed:
		add(values)
	case isOwnerKey(key):
		add(nil)
		for i := range s.space.Owners {
			if key == "aws:resourceorgid" {
				add([]string{s.space.Owners[i].Org})
			} else {
				add([]string{s.space.Owners[i].Account})
			}
		}
	case Ground(key):
		for i := range s.space.Callers {
			add(s.keysOfCaller(&s.space.Callers[i])[key])
		}
	case s.constant(key):
		add(s.domain(key, World{Caller: &s.space.Callers[0]}).Values)
	}
	return out
}

// compared takes apart the values of atoms, for every value of the variables in
// them.
func (s *Solver) compared(atoms []*atom, of func(policy.Scope, *atom) namedComparison) []namedComparison {
	var out []namedComparison
	for _, a := range atoms {
		for _, values := range s.groundings(a) {
			out = append(out, s.takeApart(a, values, of))
		}
	}
	return out
}

// comparedIn takes apart the values of atoms as they are in a world.
func (s *Solver) comparedIn(w World, atoms []*atom, of func(policy.Scope, *atom) namedComparison) []namedComparison {
	out := make([]namedComparison, len(atoms))
	for i, a := range atoms {
		values, _ := s.grounding(a, w)
		out[i] = s.takeApart(a, values, of)
	}
	return out
}

func (s *Solver) takeApart(a *atom, values map[string][]string, of func(policy.Scope, *atom) namedComparison) namedComparison {
	scope := s.scope()
	scope.Keys = values
	scope.Request.Unknown = s.open(a, values)
	s.spend(1)
	n := of(scope, a)
	n.atom = a
	return n
}

// grounding are the values of an atom's variables that follow from a world, and
// those values as a text.
func (s *Solver) grounding(a *atom, w World) (values map[string][]string, text string) {
	if len(a.variables) == 0 {
		return nil, ""
	}
	values = map[string][]string{}
	var b strings.Builder
	for _, key := range a.variables {
		value, known := s.groundValue(key, w)
		if known {
			values[key] = value
		}
		b.WriteString("\x00" + strings.Join(value, ""))
	}
	return values, b.String()
}

// signature tells worlds apart by the variables of some atoms.
func (s *Solver) signature(atoms []*atom, w World) string {
	var b strings.Builder
	for _, a := range atoms {
		if len(a.variables) > 0 {
			_, text := s.grounding(a, w)
			b.WriteString(text)
		}
	}
	return b.String()
}

// open are the variables of an atom that some values leave open.
func (s *Solver) open(a *atom, values map[string][]string) []string {
	var out []string
	for _, key := range a.variables {
		if _, known := values[key]; !known {
			out = append(out, key)
		}
	}
	return out
}

func compareCondition(scope policy.Scope, a *atom) namedComparison {
	c := scope.Compare(a.statement.ref.Doc, a.statement.ref.statement(), a.condition)
	return namedComparison{compares: c.Compares, values: c.Values, empty: c.Set}
}

func compareResource(scope policy.Scope, a *atom) namedComparison {
	return namedComparison{compares: policy.Texts, values: scope.ResourcePatterns(a.statement.ref.Doc, a.statement.ref.statement())}
}

// whoIs is the principal of a world.
func (s *Solver) whoIs(w World) *variable {
	if v, known := s.who[w.Caller]; known {
		return v
	}
	c := w.Caller
	var atoms []*atom
	for key, list := range s.byKey {
		if isCallerKey(key) {
			atoms = append(atoms, list...)
		}
	}
	slices.SortFunc(atoms, func(a, b *atom) int { return a.id - b.id })
	compared := s.compared(atoms, func(scope policy.Scope, a *atom) namedComparison {
		n := compareCondition(scope, a)
		service := c.Kind == policy.AWSService && strings.HasPrefix(a.key, "aws:principalservicename")
		switch {
		case a.key == "aws:principalarn" || service:
		case a.key == "aws:username":
			n.values = namesOfUsers(n.values)
		case a.key == "aws:userid" && c.Kind == policy.FederatedUser:
			n.values = idsOfFederatedUsers(n.values, c)
		default:
			// The other keys are the same for all names, but what a hole stands
			// for must be chosen.
			for i := range n.values {
				n.values[i].Pattern = glob.Parse("*")
			}
			n.values = slices.DeleteFunc(n.values, func(one policy.Compared) bool { return !one.Holed })
		}
		return n
	})
	v := &variable{complete: true}
	predicates := predicatesOf(slices.DeleteFunc(slices.Clone(compared), func(n namedComparison) bool {
		return n.compares != policy.Texts && n.compares != policy.FoldedTexts && n.compares != policy.ARNs
	}))
	// The name of a user may be an ARN, a number, a date, or the like.
	names := c.Kind == policy.User && slices.ContainsFunc(s.byKey["aws:username"], func(a *atom) bool {
		return a.compares >= policy.ARNs
	})
	if c.Kind == policy.User && len(s.byKey["aws:username"]) > 0 {
		predicates = append(predicates, predicate{compares: policy.Texts, patterns: []glob.Pattern{glob.Parse("*/")}}) // no name, no key
	}
	var sessions []string
	for _, a := range s.atoms {
		if a.kind != ofPrincipals {
			continue
		}
		for _, p := range a.statement.ref.statement().Principals.Values {
			value, literal := p.Value.Literal()
			if !literal {
				compared = append(compared, namedComparison{atom: a, values: []policy.Compared{{Value: p.Value, Holed: true, Pattern: glob.Parse("*")}}})
				continue
			}
			patterns, session := entity(value, c)
			if session && c.Principal.holds(roleOf(value)) {
				sessions = append(sessions, value)
			}
			if patterns != nil {
				predicates = append(predicates, predicate{compares: policy.Texts, patterns: patterns})
			}
		}
	}
	for _, key := range []string{"aws:username", "aws:principalarn"} {
		for _, value := range s.fixed[key] {
			one := []policy.Compared{{Pattern: glob.Literal(value)}}
			if key == "aws:username" {
				one = namesOfUsers(one)
			}
			predicates = append(predicates, predicatesOf([]namedComparison{{compares: policy.Texts, values: one}})...)
		}
	}
	values, complete := s.partition(&c.Principal, predicates)
	v.complete = complete && !names
	s.build(v, unique(append(slices.Clone(values), sessions...)), compared)
	s.who[c] = v
	return v
}

// namesOfUsers turns patterns of users' names into patterns of their ARNs.
func namesOfUsers(values []policy.Compared) []policy.Compared {
	var out []policy.Compared
	for _, v := range values {
		name := slices.Clone(v.Pattern)
		if slices.ContainsFunc(name, func(s glob.Symbol) bool { return s.Text == "/" }) {
			continue // a name has none
		}
		for i := range name {
			if name[i].Kind != glob.Character {
				name[i].Except = '/'
			}
		}
		for _, path := range []string{"arn:*:iam::*:user/", "arn:*:iam::*:user/*/"} {
			one := v
			one.Pattern = append(glob.Parse(path), name...)
			out = append(out, one)
		}
	}
	return out
}

// idsOfFederatedUsers turns patterns of the account and name of federated users,
// the value of aws:userid, into patterns of their ARNs.
func idsOfFederatedUsers(values []policy.Compared, c *Caller) []policy.Compared {
	var out []policy.Compared
	for _, v := range values {
		for _, name := range v.Pattern.After(c.Account + ":") {
			one := v
			one.Pattern = slices.Concat(glob.Parse("arn:*:sts::*:federated-user/"), name)
			out = append(out, one)
		}
	}
	return out
}

// roleOf is the ARN of the role of a session, without a path.
func roleOf(session string) string {
	f := strings.SplitN(session, ":", 6)
	_, name, _ := strings.Cut(f[5], "/")
	name, _, _ = strings.Cut(name, "/")
	return "arn:" + f[1] + ":iam::" + f[4] + ":role/" + name
}

// entity are the patterns of a caller's principals that a principal of a policy
// names, where it names one entity; session says that it is one session.
func entity(value string, c *Caller) (patterns []glob.Pattern, session bool) {
	f := strings.SplitN(value, ":", 6)
	if len(f) != 6 || f[4] != c.Account {
		if strings.Contains(value, ".amazonaws.") {
			return []glob.Pattern{glob.Literal(value)}, false
		}
		return nil, false
	}
	what, path, _ := strings.Cut(f[5], "/")
	switch f[2] + ":" + what {
	case "iam:role":
		// A session's ARN does not carry the path of its role.
		name := path[strings.LastIndexByte(path, '/')+1:]
		prefix := "arn:" + f[1] + ":iam::" + f[4] + ":role/"
		return []glob.Pattern{
			glob.Literal(prefix + name),
			slices.Concat(glob.Literal(prefix), glob.Parse("*"), glob.Literal("/"+name)),
		}, false
	case "sts:assumed-role":
		return nil, c.Kind == policy.RoleSession
	case "iam:user":
		if c.Kind == policy.FederatedUser {
			name := path[strings.LastIndexByte(path, '/')+1:]
			return []glob.Pattern{glob.Literal("arn:" + f[1] + ":sts::" + f[4] + ":federated-user/" + name)}, false
		}
		return []glob.Pattern{glob.Literal(value)}, false
	default:
		return []glob.Pattern{glob.Literal(value)}, false
	}
}

// ownerIs is whose the resource of a world is: one cell, but for what holes
// stand for.
func (s *Solver) ownerIs(w World) *variable {
	id := s.ownerID(w)
	if v, known := s.owned[id]; known {
		return v
	}
	var atoms []*atom
	for _, key := range []string{"aws:resourceaccount", "aws:resourceorgid", "s3:resourceaccount"} {
		atoms = append(atoms, s.byKey[key]...)
	}
	compared := s.compared(atoms, func(scope policy.Scope, a *atom) namedComparison {
		n := compareCondition(scope, a)
		for i := range n.values {
			n.values[i].Pattern = glob.Parse("*")
		}
		return n
	})
	v := s.build(&variable{complete: true}, []string{""}, compared)
	s.owned[id] = v
	return v
}

// resourceIs is the resource of a world.
func (s *Solver) resourceIs(w World) *variable {
	target := targetID{w.Call, w.Owner, s.signature(s.ofResources, w)}
	v, known := s.targets[target]
	if !known {
		v = s.resourcesOf(w, ownID{w.Owner.Own, target.values})
		s.targets[target] = v
	}
	return v
}

func (s *Solver) resourcesOf(w World, own ownID) *variable {
	d := w.Call.Resource(w.Owner)
	id := resourceID{d.ID, own}
	if v, known := s.what[id]; known {
		return v
	}
	compared := s.comparedResources(w, own)
	values, complete := s.partition(&d, predicatesOf(compared))
	v := s.build(&variable{complete: complete}, values, compared)
	s.what[id] = v
	return v
}

// comparedResources are the values of Resource elements. Those that name own
// resources alone match none of another owner.
func (s *Solver) comparedResources(w World, own ownID) []namedComparison {
	if compared, known := s.resources[own]; known {
		return compared
	}
	compared := s.comparedIn(w, s.ofResources, compareResource)
	if !own.own {
		for i := range compared {
			compared[i].values = slices.DeleteFunc(slices.Clone(compared[i].values), func(c policy.Compared) bool { return c.Holed && s.isOwned(c.Value) })
		}
	}
	s.resources[own] = compared
	return compared
}

// keyIs is a context key of a world that does not follow from caller and owner.
func (s *Solver) keyIs(key string, w World) *variable {
	d := s.domain(key, w)
	id := keyID{key, d.ID, s.signature(s.byKey[key], w)}
	if v, known := s.keys[id]; known {
		return v
	}
	v := &variable{key: key, absent: d.Absent, complete: true, several: d.Multivalued, undecided: d.Undecided}
	switch {
	case d.Undecided && s.mode.May:
		// It may be any value, and the same for all.
		d = Domain{Patterns: []glob.Pattern{glob.Parse("?*")}, Samples: []string{"x"}}
	case d.Undecided:
		d = Domain{Values: []string{""}}
	}
	compared := s.comparedIn(w, s.byKey[key], compareCondition)
	values, complete := s.partition(&d, predicatesOf(compared))
	v.complete = complete
	if v.several {
		values = slices.DeleteFunc(slices.Clone(values), func(value string) bool { return value == "" })
	}
	s.build(v, values, compared)
	s.keys[id] = v
	return v
}

// literal is what an atom is in a world.
func (s *Solver) literal(a *atom, v *variable, w World) *literal {
	values, text := s.grounding(a, w)
	id := literalID{a.id, text}
	if l, known := v.literals[id]; known {
		return l
	}
	l := &literal{variable: v, sure: newSet(len(v.cells)), maybe: newSet(len(v.cells))}
	for i := range v.cells {
		switch s.match(a, v, &v.cells[i], w, values) {
		case policy.Matched:
			l.sure.add(i)
			l.maybe.add(i)
		case policy.Unsure:
			l.maybe.add(i)
		}
	}
	if v.key != "" {
		m := s.match(a, v, nil, w, values)
		l.sureAbsent, l.maybeAbsent = m == policy.Matched, m != policy.Missed
	}
	if v.several {
		scope := s.scope()
		c := scope.Compare(a.statement.ref.Doc, a.statement.ref.statement(), a.condition)
		l.every = c.Set && !c.Any
	}
	v.literals[id] = l
	return l
}

// doubt is an atom of which nothing is known in a world: it matches or not, and
// the same text does the same.
func (s *Solver) doubt(a *atom, w World) *literal {
	id := doubtID{a.text, ""}
	if a.kind == ofActions {
		id.action = strings.ToLower(w.Call.Action)
	}
	v, known := s.doubts[id]
	if !known {
		v = &variable{cells: []cell{{}, {held: 1}}, complete: true}
		s.doubts[id] = v
	}
	l := &literal{variable: v, sure: fullSet(len(v.cells))}
	l.sure.remove(index(a.negated))
	l.maybe = l.sure
	return l
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// groundValue is the value of a key that follows from a world; nil when the key
// is absent.
func (s *Solver) groundValue(key string, w World) (value []string, known bool) {
	switch value, fixed := s.fixed[key]; {
	case fixed:
		return value, true
	case isOwnerKey(key):
		return s.keysOfOwner(w)[key], true
	case Ground(key):
		return s.keysOfCaller(w.Caller)[key], true
	case s.constant(key):
		return s.domain(key, w).Values, true
	}
	return nil, false
}

// match evaluates an atom for a cell of its variable; nil stands for absence.
// Values are those of variables that follow from the world.
func (s *Solver) match(a *atom, v *variable, c *cell, w World, values map[string][]string) policy.Match {
	s.spend(1)
	scope := s.scope()
	scope.Setting = s.setting(w.Call)
	scope.Keys = values
	doc, st := a.statement.ref.Doc, a.statement.ref.statement()
	scope.Request = policy.Request{Unknown: s.open(a, values)}
	scope.Settle = s.settle(a, v, c, w)
	switch {
	case a.kind == ofResources:
		scope.Request.Resource = c.value
		return scope.Resources(doc, st)
	case a.kind == ofPrincipals || v == s.who[w.Caller]:
		r := World{Caller: w.Caller, Call: w.Call}.request()
		r.Principal, r.Unknown = c.value, scope.Request.Unknown
		scope.Request = r
		if a.kind == ofPrincipals {
			return scope.Principals(doc, st)
		}
		scope.Keys = with(values, a.key, r.Keys()[a.key])
	case v.undecided && !s.mode.May:
		scope.Request.Unknown = append(scope.Request.Unknown, a.key)
	case v.key == "":
		scope.Keys = with(values, a.key, s.keysOfOwner(w)[a.key])
	case c != nil:
		scope.Keys = with(values, a.key, []string{c.value})
		if v.several && !scope.Setting.Multivalued[a.key] {
			scope.Setting.Multivalued = map[string]bool{a.key: true}
		}
	default:
		scope.Keys = with(values, a.key, nil)
	}
	return scope.Condition(doc, st, a.condition)
}

// with adds a key to values of others. An absent one is not there.
func with(values map[string][]string, key string, value []string) map[string][]string {
	out := make(map[string][]string, len(values)+1)
	for k, v := range values {
		if v != nil {
			out[k] = v
		}
	}
	delete(out, key)
	if len(value) > 0 {
		out[key] = value
	}
	return out
}

// settle decides about values with holes as a cell has it.
func (s *Solver) settle(a *atom, v *variable, c *cell, w World) func(policy.Text, string) policy.Match {
	return func(t policy.Text, _ string) policy.Match {
		own := w.Owner == nil || w.Owner.Own
		if v == s.who[w.Caller] {
			own = w.Caller.Own
		}
		if s.isOwned(t) && !own && v.key == "" {
			return policy.Missed
		}
		id := s.heldID(a, t)
		for i, h := range v.held {
			if h.id == id {
				if c.held>>i&1 != 0 {
					return policy.Matched
				}
				return policy.Missed
			}
		}
		return policy.Unsure
	}
}
