package prover

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// Steps is the budget of a Solver that suffices for every policy that is not
// made to be hard. A step takes well below a microsecond on most machines; it is
// a number and not a time, so that an answer is the same on every machine.
const Steps = 1 << 22

// A Solver answers goals about some documents in one space and mode. It keeps
// what it works out, so that the goals of one endpoint should share one. It is
// not safe for concurrent use.
type Solver struct {
	space *Space
	mode  Mode
	steps int
	// waited are the steps since Space.Done was looked at.
	waited int

	refs        map[Ref]*statement
	atoms       []*atom
	byKey       map[string][]*atom // conditions by their key in lower case
	ofResources []*atom
	who         map[*Caller]*variable
	owned       map[ownerID]*variable
	what        map[resourceID]*variable
	targets     map[targetID]*variable
	resources   map[ownID][]namedComparison
	keys        map[keyID]*variable
	doubts      map[doubtID]*variable
	callerKeys  map[*Caller]map[string][]string
	ownerKeys   map[ownerID]map[string][]string
	calls       map[callKey]policy.Match
	settings    map[*Call]policy.Setting
	// fixed are keys that the solver was told the values of; nil: absent.
	fixed map[string][]string
}

type (
	ownerID struct {
		owner *Owner
		// prefix and omits are what of a call decides about owner keys.
		prefix string
		omits  bool
	}
	resourceID struct {
		domain string
		ownID
	}
	// ownID is what of a world decides about all resources: whether the resource
	// is own, and the values of the policy variables in their patterns.
	ownID struct {
		own    bool
		values string
	}
	targetID struct {
		call   *Call
		owner  *Owner
		values string
	}
	keyID   struct{ key, domain, values string }
	doubtID struct{ text, action string }
	callKey struct {
		statement *statement
		call      *Call
	}
)

// NewSolver returns a solver for goals about the statements of some documents.
// Every statement that a goal names must be of one of them.
func NewSolver(space *Space, mode Mode, steps int, docs ...*policy.Document) *Solver {
	s := &Solver{
		space: space, mode: mode, steps: steps,
		refs: map[Ref]*statement{}, byKey: map[string][]*atom{},
		who: map[*Caller]*variable{}, owned: map[ownerID]*variable{}, what: map[resourceID]*variable{}, targets: map[targetID]*variable{}, resources: map[ownID][]namedComparison{}, keys: map[keyID]*variable{}, doubts: map[doubtID]*variable{},
		callerKeys: map[*Caller]map[string][]string{}, ownerKeys: map[ownerID]map[string][]string{},
		calls: map[callKey]policy.Match{}, settings: map[*Call]policy.Setting{},
	}
	for _, doc := range docs {
		for i := range doc.Statements {
			s.compile(Ref{doc, i})
		}
	}
	return s
}

// patience is how many steps go by between two looks at Space.Done.
const patience = 1 << 12

// spend takes steps, or reports false when there are too few.
func (s *Solver) spend(n int) bool {
	s.steps -= n
	if s.waited += n; s.waited >= patience && s.space != nil {
		s.waited = 0
		select {
		case <-s.space.Done:
			s.steps = 0
		default:
		}
	}
	return s.steps > 0
}

// A statement is one of a document, as parts that are joined by AND.
type statement struct {
	ref   Ref
	atoms []*atom
	// ofResources says that an atom is about the resource.
	ofResources bool
}

// An atom is one part of a statement.
type atom struct {
	id        int
	statement *statement
	kind      atomKind
	condition *policy.Condition
	key       string   // of a condition, in lower case
	variables []string // keys of policy variables in its values
	compares  policy.Compares
	// comparison names how the values are compared, and with what, but for
	// whether that is negated.
	comparison string
	negated    bool
	// text names all that is compared, of an atom of which nothing may be known.
	text string
}

type atomKind int

const (
	ofUnread atomKind = iota
	ofPrincipals
	ofActions
	ofResources
	ofCondition
)

func (s *Solver) compile(ref Ref) {
	st, doc := ref.statement(), ref.Doc
	out := &statement{ref: ref}
	s.refs[ref] = out
	add := func(a atom) {
		a.id, a.statement = len(s.atoms), out
		s.compare(&a)
		one := &a
		s.atoms = append(s.atoms, one)
		out.atoms = append(out.atoms, one)
		switch a.kind {
		case ofCondition:
			s.byKey[a.key] = append(s.byKey[a.key], one)
		case ofResources:
			s.ofResources = append(s.ofResources, one)
			out.ofResources = true
		}
	}
	if st.Unread != "" {
		add(atom{kind: ofUnread, text: strconv.Itoa(len(s.atoms))}) // whatever else it says
		return
	}
	// What has no hole decides, or does not match.
	holed := slices.DeleteFunc(sorted(st.Actions.Values), func(t policy.Text) bool { return t.Holes() == nil })
	add(atom{kind: ofActions, text: s.textOf(ref, holed), negated: st.Actions.Not})
	// Where the version is not known, neither is what ${…} stands for.
	_, known := doc.Version.Literal()
	unread := func(values []policy.Text) bool { return !known && slices.ContainsFunc(values, holdsVariable) }
	if !everybody(st.Principals) {
		add(atom{kind: ofPrincipals})
	}
	for i := range st.Conditions {
		c := &st.Conditions[i]
		key, known := c.Key.Literal()
		if scope := s.scope(); !known || unread(c.Values) || scope.Compare(doc, st, c).Compares == policy.Nothing {
			add(atom{kind: ofUnread, text: s.textOf(ref, slices.Concat([]policy.Text{c.Operator, c.Key}, sorted(c.Values)))})
			continue
		}
		add(atom{kind: ofCondition, condition: c, key: strings.ToLower(key), variables: doc.Variables(c.Values, false)})
	}
	switch {
	case everything(st.Resources):
	case unread(st.Resources.Values):
		add(atom{kind: ofUnread, text: s.textOf(ref, sorted(st.Resources.Values)), negated: st.Resources.Not})
	default:
		add(atom{kind: ofResources, variables: doc.Variables(st.Resources.Values, true)})
	}
}

// textOf names some texts and how they are read.
func (s *Solver) textOf(ref Ref, texts []policy.Text) string {
	var b strings.Builder
	b.WriteString(ref.Doc.Version.String())
	if s.mode.Reading != policy.Plain {
		b.WriteString("\x00" + ref.statement().Effect.String())
	}
	for _, t := range texts {
		b.WriteString("\x01" + idOf(t))
	}
	return b.String()
}

// idOf tells texts apart.
func idOf(t policy.Text) string {
	var b strings.Builder
	for _, p := range t.Parts {
		b.WriteString("\x00" + strconv.Itoa(int(p.Hole.Kind)) + p.Hole.Ref + "\x00" + p.Literal)
	}
	return b.String()
}

func sorted(values []policy.Text) []policy.Text {
	return slices.SortedFunc(slices.Values(values), func(a, b policy.Text) int { return strings.Compare(idOf(a), idOf(b)) })
}

// compare says how the values of an atom are compared.
func (s *Solver) compare(a *atom) {
	st := a.statement.ref.statement()
	switch a.kind {
	case ofPrincipals:
		a.comparison, a.negated = "principal", st.Principals.Not
	case ofResources:
		a.comparison, a.negated, a.compares = "resource", st.Resources.Not, policy.Texts
	case ofCondition:
		scope := s.scope()
		a.compares = scope.Compare(a.statement.ref.Doc, st, a.condition).Compares
		operator := strings.ToLower(a.condition.Operator.String())
		operator = strings.TrimSuffix(operator[strings.IndexByte(operator, ':')+1:], "ifexists")
		a.negated = strings.Contains(operator, "not")
		operator = strings.Replace(operator, "not", "", 1)
		if a.compares == policy.ARNs {
			operator = "arnlike" // there is no difference
		}
		a.comparison = a.key + "\x00" + operator
	}
}

func holdsVariable(t policy.Text) bool {
	return slices.ContainsFunc(t.Parts, func(p policy.Part) bool { return strings.Contains(p.Literal, "${") })
}

func everybody(p policy.Principals) bool {
	return !p.Not && slices.ContainsFunc(p.Values, func(v policy.Principal) bool {
		value, known := v.Value.Literal()
		return v.Type == "" && known && value == "*"
	})
}

func everything(r policy.Set) bool {
	return !r.Not && slices.ContainsFunc(r.Values, func(v policy.Text) bool {
		value, known := v.Literal()
		return known && value == "*"
	})
}

// Variables returns the keys of policy variables whose values do not follow from
// caller and owner, sorted: they are where a Result of the mode May may rest on
// more than there is. Fix settles them.
func (s *Solver) Variables() []string {
	found := map[string]bool{}
	for _, a := range s.atoms {
		for _, key := range a.variables {
			if !Ground(key) && !s.constant(key) {
				found[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Values returns texts that a variable of the documents may stand for with some
// effect: those that it, or what is compared with it, is compared with. The
// first that no policy names is "x".
func (s *Solver) Values(variable string) []string {
	values := []string{"x"}
	for _, a := range s.atoms {
		if a.kind != ofCondition || a.key != variable && !slices.Contains(a.variables, variable) && !slices.ContainsFunc(s.byKey[a.key], func(b *atom) bool { return slices.Contains(b.variables, variable) }) {
			continue
		}
		for _, v := range a.condition.Values {
			if text, known := v.Literal(); known && !strings.ContainsAny(text, "*?$") && !slices.Contains(values, text) && len(values) < maxValues {
				values = append(values, text)
			}
		}
	}
	return values
}

const maxValues = 8

// Classes returns values of a policy variable's key of which one or another
// stands for any: two of each class of values that no statement tells apart,
// neither by the key itself nor by what is compared with the variable; the empty
// string stands for absence. It reports false when the variable is used in
// another way than as a whole value that texts are compared with, so that
// nothing can stand for all.
func (s *Solver) Classes(variable string) (values []string, complete bool) {
	var near []*atom
	for _, a := range s.atoms {
		uses := slices.Contains(a.variables, variable)
		switch {
		case uses && (a.kind != ofCondition || isCallerKey(a.key) || isOwnerKey(a.key) || !s.wholly(a, variable)):
			return nil, false
		case uses:
			for _, b := range s.byKey[a.key] {
				if b != a && len(b.variables) > 0 && !slices.Equal(b.variables, a.variables) {
					return nil, false
				}
				near = append(near, b)
			}
		}
	}
	if isCallerKey(variable) || isOwnerKey(variable) || len(s.space.Callers) == 0 {
		return nil, false
	}
	d := s.domain(variable, World{Caller: &s.space.Callers[0]})
	if d.Multivalued || d.Undecided {
		return nil, false
	}
	near = append(near, s.byKey[variable]...)
	compared := s.compared(near, compareCondition)
	for i := range compared {
		compared[i].values = slices.DeleteFunc(compared[i].values, func(c policy.Compared) bool { return c.Holed })
	}
	first, complete := s.partition(&d, predicatesOf(compared))
	if !complete || len(first) > maxClasses {
		return nil, false
	}
	if d.Values == nil {
		predicates := predicatesOf(compared)
		for _, value := range first {
			predicates = append(predicates, predicate{compares: policy.Texts, patterns: []glob.Pattern{glob.Literal(value)}})
		}
		if first, complete = s.partition(&d, predicates); !complete {
			return nil, false
		}
	}
	if d.Absent {
		values = append(values, "")
	}
	return append(values, first...), true
}

// maxClasses bounds the classes of values of a policy variable.
const maxClasses = 8

// wholly reports whether a variable is the whole of each value that it is in, and
// texts are compared with it.
func (s *Solver) wholly(a *atom, variable string) bool {
	scope := s.scope()
	if scope.Compare(a.statement.ref.Doc, a.statement.ref.statement(), a.condition).Compares != policy.Texts {
		return false
	}
	for _, v := range a.condition.Values {
		text, known := v.Literal()
		if !known || strings.Contains(text, "${") && !strings.EqualFold(text, "${"+variable+"}") {
			return false
		}
	}
	return len(a.variables) > 0
}

// Fix returns a solver that looks among the requests alone that have those
// values of some keys; a key without values is absent. Keys are in lower case.
func (s *Solver) Fix(values map[string][]string) *Solver {
	fixed := NewSolver(s.space, s.mode, s.steps)
	fixed.refs, fixed.atoms, fixed.byKey, fixed.ofResources, fixed.calls = s.refs, s.atoms, s.byKey, s.ofResources, s.calls
	fixed.fixed = values
	for key := range values {
		if isCallerKey(key) || slices.Contains(s.Variables(), key) {
			return fixed
		}
	}
	// Nothing else hangs on the keys: what is worked out stays right.
	fixed.who, fixed.owned, fixed.what, fixed.keys, fixed.targets, fixed.resources, fixed.doubts = s.who, s.owned, s.what, s.keys, s.targets, s.resources, s.doubts
	fixed.callerKeys, fixed.ownerKeys, fixed.settings = s.callerKeys, s.ownerKeys, s.settings
	return fixed
}

// Ground reports whether the value of a key, in lower case, follows from caller
// and owner.
func Ground(key string) bool {
	switch key {
	case "aws:principalaccount", "aws:principalorgid", "aws:principaltype", "aws:principalisawsservice", "kms:calleraccount":
		return true
	}
	return isOwnerKey(key)
}

// constant reports whether a key has one value in the whole space.
func (s *Solver) constant(key string) bool {
	if isCallerKey(key) || len(s.space.Callers) == 0 {
		return false
	}
	d := s.domain(key, World{Caller: &s.space.Callers[0]})
	return d.ID == "" && !d.Absent && !d.Undecided && len(d.Values) == 1
}

// isOwnerKey reports whether a key says whose the resource is.
func isOwnerKey(key string) bool {
	return key == "aws:resourceaccount" || key == "aws:resourceorgid" || key == "s3:resourceaccount"
}

// isCallerKey reports whether policy.Request derives a key from the principal,
// for some kinds of principals at least.
func isCallerKey(key string) bool {
	switch key {
	case "aws:userid", "aws:username", "kms:calleraccount":
		return true
	case "aws:principalorgpaths":
		return false
	}
	return strings.HasPrefix(key, "aws:principal") && !strings.HasPrefix(key, "aws:principaltag/")
}

// request is what the space fixes of a request.
func (w World) request() policy.Request {
	r := policy.Request{}
	if c := w.Caller; c != nil {
		r.Kind, r.PrincipalAccount, r.PrincipalOrg = c.Kind, c.Account, c.Org
	}
	if w.Call != nil {
		r.Action = w.Call.Action
	}
	if o := w.Owner; o != nil {
		r.ResourceAccount, r.ResourceOrg = o.Account, o.Org
	}
	return r
}

// keysOfCaller are those that follow from a caller whatever its name.
func (s *Solver) keysOfCaller(c *Caller) map[string][]string {
	if keys, known := s.callerKeys[c]; known {
		return keys
	}
	r := World{Caller: c}.request()
	if values, _ := s.partition(&c.Principal, nil); len(values) > 0 {
		r.Principal = values[0]
	}
	if len(s.space.Calls) > 0 {
		r.Action = s.space.Calls[0].Action // its service has keys of the caller
	}
	keys := r.Keys()
	for key := range keys {
		if isOwnerKey(key) {
			delete(keys, key)
		}
	}
	delete(keys, "aws:viaawsservice") // it follows from nothing
	s.callerKeys[c] = keys
	return keys
}

func (s *Solver) ownerID(w World) ownerID {
	prefix, _, _ := strings.Cut(w.Call.Action, ":")
	return ownerID{w.Owner, prefix, policy.OmitsResourceOwner(w.Call.Action)}
}

// keysOfOwner are the owner keys of a world.
func (s *Solver) keysOfOwner(w World) map[string][]string {
	id := s.ownerID(w)
	if keys, known := s.ownerKeys[id]; known {
		return keys
	}
	r := World{Owner: w.Owner, Call: w.Call}.request()
	keys := r.Keys()
	for key := range keys {
		if !isOwnerKey(key) {
			delete(keys, key)
		}
	}
	s.ownerKeys[id] = keys
	return keys
}

func (s *Solver) setting(c *Call) policy.Setting {
	setting, known := s.settings[c]
	if !known {
		setting = s.space.Setting(c)
		s.settings[c] = setting
	}
	return setting
}

// domain is that of a key, unless its value is fixed.
func (s *Solver) domain(key string, w World) Domain {
	d := s.space.Key(key, w)
	values, known := s.fixed[key]
	id := d.ID + "\x00" + strings.Join(values, "\x00")
	switch {
	case !known:
		return d
	case len(values) == 0 && d.Absent:
		return Domain{ID: id, Absent: true}
	case len(values) > 0 && d.holds(values[0]):
		return Domain{ID: id, Values: values, Multivalued: d.Multivalued}
	default:
		return Domain{ID: id + "\x00none", Values: []string{}} // no such request
	}
}

// Solve looks for a request that one of some goals asks for, and returns which.
// It takes the first in the order of the calls, then of the goals, then of the
// callers, then of the owners.
func (s *Solver) Solve(goals ...Goal) (result Result, goal int) {
	none := Result{Verdict: No}
	fit := make([][]*Caller, len(goals))
	for i := range s.space.Calls {
		call := &s.space.Calls[i]
		for goal := range goals {
			g := &goals[goal]
			if g.Certain && call.Aside || !s.reaches(g, call) {
				continue
			}
			if fit[goal] == nil {
				fit[goal] = s.fitting(g, call)
			}
			for _, caller := range fit[goal] {
				if call.Signer != nil && !call.Signer(caller) {
					continue
				}
				if s.shut(g, World{Caller: caller, Call: call}) {
					none.Denied = true
					continue
				}
				for k := range s.space.Owners {
					owner := &s.space.Owners[k]
					if g.Owners != nil && !g.Owners(owner) || s.space.Pair != nil && !s.space.Pair(caller, owner) || call.CallersOwn && !same(caller, owner) {
						continue
					}
					if !s.owns(g, World{caller, owner, call}) {
						continue
					}
					if !s.spend(1) {
						return Result{Because: exhausted}, goal
					}
					result := s.world(g, World{caller, owner, call})
					if result.Verdict == Yes {
						return result, goal
					}
					none.merge(result)
				}
			}
		}
	}
	return none, -1
}

// merge adds what another world, or another goal, says to the answer no.
func (r *Result) merge(o Result) {
	if o.Verdict == Unknown && r.Verdict == No {
		r.Verdict, r.Because = Unknown, o.Because
	}
	r.Denied = r.Denied || o.Denied
	r.Exempted = r.Exempted || o.Exempted
}

const exhausted = "the policy is too intricate to be decided within the steps there are"

func same(c *Caller, o *Owner) bool {
	return c.Account != "" && c.Account == o.Account && c.Org == o.Org && c.Path == o.Path
}

// reaches reports whether the actions of all positive statements take in a call.
func (s *Solver) reaches(g *Goal, call *Call) bool {
	for _, ref := range g.All {
		if !s.holds(s.callMatch(s.refs[ref], call), true) {
			return false
		}
	}
	return true
}

// Samples iterates over one request of some worlds that a goal is about, so many
// of each call, with the values that are best to read. They need not fulfil it.
func (s *Solver) Samples(g Goal, ofCall int) iter.Seq2[World, policy.Request] {
	return func(yield func(World, policy.Request) bool) {
		for i := range s.space.Calls {
			call := &s.space.Calls[i]
			left := ofCall
			for j := range s.space.Callers {
				caller := &s.space.Callers[j]
				for k := range s.space.Owners {
					owner := &s.space.Owners[k]
					if left == 0 {
						break
					}
					if call.Signer != nil && !call.Signer(caller) || s.space.Pair != nil && !s.space.Pair(caller, owner) || call.CallersOwn && !same(caller, owner) {
						continue
					}
					if g.Callers != nil && !g.Callers(caller) || g.Owners != nil && !g.Owners(owner) || g.Certain && call.Aside {
						continue
					}
					w := World{caller, owner, call}
					left--
					if r, ok := s.sample(w); ok && !yield(w, r) {
						return
					}
				}
			}
		}
	}
}

func (s *Solver) sample(w World) (policy.Request, bool) {
	r := w.request()
	resource := w.Call.Resource(w.Owner)
	r.Principal, r.Resource = first(w.Caller.Principal), first(resource)
	for key := range s.byKey {
		if isOwnerKey(key) || isCallerKey(key) {
			continue
		}
		d := s.domain(key, w)
		if value := first(d); !d.Absent && value != "" {
			if r.Context == nil {
				r.Context = map[string][]string{}
			}
			r.Context[key] = []string{value}
		}
	}
	return r, resource.holds(r.Resource)
}

// first is a value that is good to read; empty when the domain has none at hand.
func first(d Domain) string {
	for _, list := range [][]string{d.Values, d.Samples} {
		if len(list) > 0 {
			return list[0]
		}
	}
	return ""
}

// fitting are the callers that a goal means and that its positive statements may
// match. It is the same for all calls.
func (s *Solver) fitting(g *Goal, call *Call) []*Caller {
	list := []*Caller{}
	for i := range s.space.Callers {
		caller := &s.space.Callers[i]
		if (g.Callers == nil || g.Callers(caller)) && s.fits(g, World{Caller: caller, Call: call}) {
			list = append(list, caller)
		}
	}
	return list
}

// shut reports whether a group that must not match does so for all that a caller
// calls so, by what follows from the caller and the call alone.
func (s *Solver) shut(g *Goal, w World) bool {
	return slices.ContainsFunc(g.None, func(group []Ref) bool {
		for _, ref := range group {
			for _, a := range s.refs[ref].atoms {
				switch {
				case a.kind == ofActions:
					if !s.holds(s.callMatch(a.statement, w.Call), false) || s.mode.May && s.callMatch(a.statement, w.Call) == policy.Unsure {
						return false
					}
				case a.ofCaller(s, w):
					v := s.whoIs(w)
					if !v.complete || !s.literal(a, v, w).set(!s.mode.May).contains(fullSet(len(v.cells))) {
						return false
					}
				default:
					return false
				}
			}
		}
		return true
	})
}

// owns reports whether the positive statements may match an owner, by what
// follows from the owner and the call alone.
func (s *Solver) owns(g *Goal, w World) bool {
	for _, ref := range g.All {
		for _, a := range s.refs[ref].atoms {
			if a.kind != ofCondition || !isOwnerKey(a.key) || len(a.variables) > 0 {
				continue
			}
			v := s.ownerIs(w)
			if s.literal(a, v, w).set(s.mode.May).empty() {
				return false
			}
		}
	}
	return true
}

// fits reports whether the positive statements may match a caller, by what
// follows from the caller alone.
func (s *Solver) fits(g *Goal, w World) bool {
	for _, ref := range g.All {
		for _, a := range s.refs[ref].atoms {
			if !a.ofCaller(s, w) {
				continue
			}
			v := s.whoIs(w)
			l := s.literal(a, v, w)
			if v.complete && l.set(s.mode.May).empty() {
				return false
			}
		}
	}
	return true
}

// ofCaller reports whether an atom hangs on the caller alone.
func (a *atom) ofCaller(s *Solver, w World) bool {
	switch a.kind {
	case ofPrincipals:
		return true
	case ofCondition:
		_, derived := s.keysOfCaller(w.Caller)[a.key]
		return derived && isCallerKey(a.key) && !slices.ContainsFunc(a.variables, isOwnerKey)
	}
	return false
}

func (s *Solver) callMatch(st *statement, call *Call) policy.Match {
	id := callKey{st, call}
	m, known := s.calls[id]
	if !known {
		s.spend(1)
		scope := s.scope()
		scope.Request.Action = call.Action
		// What could not be read may be any action.
		if m = policy.Unsure; st.ref.statement().Unread == "" {
			m = scope.Actions(st.ref.Doc, st.ref.statement())
		}
		s.calls[id] = m
	}
	return m
}

// holds settles a match that is not sure: for a positive statement as the mode
// says, for one that must not match the other way round.
func (s *Solver) holds(m policy.Match, positive bool) bool {
	return m == policy.Matched || m == policy.Unsure && s.mode.May == positive
}

func (s *Solver) scope() policy.Scope {
	return policy.Scope{Reading: s.mode.Reading, Only: s.mode.Only}
}
