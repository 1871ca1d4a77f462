package prover

import (
	"maps"
	"slices"

	"github.com/eplint/eplint/internal/policy"
)

// A state is what is left of a variable: absence, where absent is set, and the
// cells; of a variable with several values the cells that members may be of, and
// for each of needs one member at least that is of it.
type state struct {
	variable *variable
	absent   bool
	cells    set
	needs    []set
}

func start(v *variable) state {
	return state{variable: v, absent: v.absent, cells: fullSet(len(v.cells))}
}

// present reports whether there may be a value.
func (st *state) present() bool {
	return !st.cells.empty() && !slices.ContainsFunc(st.needs, func(n set) bool { return n.meet(st.cells, false).empty() })
}

// possible reports whether anything is left.
func (st *state) possible() bool { return st.absent || st.present() }

// assert keeps what makes a literal hold, or not hold. The set and absence are
// the literal's as the mode takes them.
func (st state) assert(l *literal, cells set, absent, holds bool) state {
	st.absent = st.absent && absent == holds
	if st.variable.several && l.every != holds {
		st.needs = append(slices.Clip(st.needs), fullSet(len(st.variable.cells)).meet(cells, !holds))
		return st
	}
	st.cells = st.cells.meet(cells, !holds)
	return st
}

// A choice is the value of a variable in a candidate.
type choice struct {
	absent bool
	cells  []int // one; of a variable with several values one or more
}

// choose takes the value that is best to read: none, or else the first.
func (st *state) choose() choice {
	if st.absent {
		return choice{absent: true}
	}
	var c choice
	for _, need := range st.needs {
		if i := need.meet(st.cells, false).first(); !slices.Contains(c.cells, i) {
			c.cells = append(c.cells, i)
		}
	}
	if c.cells == nil {
		c.cells = []int{st.cells.first()}
	}
	return c
}

func (c choice) meets(l *literal, cells set, absent bool) bool {
	if c.absent {
		return absent
	}
	for _, i := range c.cells {
		if cells.has(i) != l.every {
			return !l.every
		}
	}
	return l.every
}

// A clause is a group of statements of which one must not match, as the
// literals of all of them: one of those must not hold.
type clause struct {
	literals []*literal
	exempts  bool // it is of Goal.Exempt
}

// A search is the search in one world.
type search struct {
	solver *Solver
	world  World
	// who and what are the variables of the principal and of the resource.
	who, what *variable
	clauses   []clause
	states    []state
}

// world looks for a request in one world.
func (s *Solver) world(g *Goal, w World) Result {
	f := search{solver: s, world: w, who: s.whoIs(w)}
	f.states = []state{start(f.who)}
	if !f.states[0].possible() || !f.settle() {
		return f.stuck(f.states)
	}
	groups := g.None
	if g.Exempt != nil {
		groups = append(slices.Clip(groups), g.Exempt(w.Caller, w.Owner)...)
	}
	// The resource comes last: to find its cells takes the longest, and most
	// worlds have nothing whatever it is.
	if !f.suppose(g, false) {
		return f.stuck(f.states)
	}
	if none := f.avoid(groups, len(g.None), false); none != nil {
		return *none
	}
	if len(f.clauses) > 0 {
		if r := f.run(f.states); r.Verdict != Yes {
			return r
		}
	}
	f.what = s.resourceIs(w)
	if i := f.index(f.what); !f.states[i].possible() || !f.suppose(g, true) {
		return f.stuck(f.states)
	}
	if none := f.avoid(groups, len(g.None), true); none != nil {
		return *none
	}
	return f.run(f.states)
}

// avoid makes clauses of the groups of statements that must not match: of those
// about resources, or of the others. The first so many groups are not
// exemptions. It returns an answer when one matches whatever is chosen.
func (f *search) avoid(groups [][]Ref, plain int, resources bool) *Result {
	for i, group := range groups {
		if slices.ContainsFunc(group, func(ref Ref) bool { return f.solver.refs[ref].ofResources }) != resources {
			continue
		}
		literals, misses := f.clause(group)
		exempts := i >= plain
		switch {
		case misses:
		case len(literals) == 0:
			return &Result{Verdict: No, Denied: !exempts, Exempted: exempts}
		default:
			f.clauses = append(f.clauses, clause{literals, exempts})
		}
	}
	slices.SortStableFunc(f.clauses, func(a, b clause) int { return len(a.literals) - len(b.literals) })
	return nil
}

// suppose makes the positive statements match: their Resource elements, or their
// other parts. It reports false when they cannot.
func (f *search) suppose(g *Goal, resources bool) bool {
	may := f.solver.mode.May
	for _, ref := range g.All {
		for _, a := range f.solver.refs[ref].atoms {
			if (a.kind == ofResources) != resources {
				continue
			}
			l, constant, holds := f.literal(a, true)
			switch {
			case constant && !holds:
				return false
			case constant:
				continue
			}
			i := f.index(l.variable)
			f.states[i] = f.states[i].assert(l, l.set(may), l.absent(may), true)
			if !f.states[i].possible() {
				return false
			}
		}
	}
	return true
}

// settle takes the fixed keys into the world, and reports false when it cannot
// have them.
func (f *search) settle() bool {
	for _, key := range slices.Sorted(maps.Keys(f.solver.fixed)) {
		values := f.solver.fixed[key]
		if _, derived := f.solver.keysOfCaller(f.world.Caller)[key]; !derived || !isCallerKey(key) {
			if i := f.index(f.solver.keyIs(key, f.world)); !f.states[i].possible() {
				return false
			}
			continue
		}
		v := f.states[0].variable
		for i := range v.cells {
			r := World{Caller: f.world.Caller}.request()
			r.Principal = v.cells[i].value
			if f.states[0].cells.has(i) && !slices.Equal(r.Keys()[key], values) {
				f.states[0].cells.remove(i)
			}
		}
		if !f.states[0].possible() {
			return false
		}
	}
	return true
}

// literal is an atom in the world; constant says that it is the same for all of
// the world, and holds how. The side says what is taken for an atom that is not
// sure.
func (f *search) literal(a *atom, positive bool) (l *literal, constant, holds bool) {
	s := f.solver
	switch a.kind {
	case ofActions, ofUnread:
		m := policy.Unsure
		if a.kind == ofActions {
			m = s.callMatch(a.statement, f.world.Call)
		}
		if m != policy.Unsure || !s.mode.May {
			return nil, true, s.holds(m, positive)
		}
		return s.doubt(a, f.world), false, false
	}
	l = s.literal(a, s.variableOf(a, f.world), f.world)
	for _, key := range a.variables {
		if !Ground(key) && s.constant(key) {
			f.index(s.keyIs(key, f.world)) // what a value of the policy holds must be shown
		}
	}
	if !l.variable.absent || !l.variable.complete {
		f.index(l.variable) // a request that shows something must show its value
	}
	if !l.variable.complete {
		return l, false, false // there may be others
	}
	cells, absent := l.set(s.mode.May == positive), l.absent(s.mode.May == positive)
	full := cells.contains(fullSet(len(l.variable.cells)))
	switch {
	case full && (absent || !l.variable.absent):
		return l, true, true
	case cells.empty() && (!absent || !l.variable.absent):
		return l, true, false
	}
	return l, false, false
}

func (l *literal) absent(may bool) bool {
	if may {
		return l.maybeAbsent
	}
	return l.sureAbsent
}

// clause is a group of statements of which one must not match. It reports misses
// when one never does in this world.
func (f *search) clause(group []Ref) (literals []*literal, misses bool) {
	for _, ref := range group {
		for _, a := range f.solver.refs[ref].atoms {
			l, constant, holds := f.literal(a, false)
			switch {
			case constant && !holds:
				return nil, true
			case !constant:
				f.index(l.variable)
				literals = append(literals, l)
			}
		}
	}
	return literals, false
}

// index finds the state of a variable, or makes one.
func (f *search) index(v *variable) int {
	i := slices.IndexFunc(f.states, func(st state) bool { return st.variable == v })
	if i < 0 {
		i = len(f.states)
		f.states = append(f.states, start(v))
	}
	return i
}

// run takes a candidate, and splits by the first clause that it runs into: its
// first literal does not hold, or that holds and the second does not, and so on.
// So no request is lost.
func (f *search) run(states []state) Result {
	s := f.solver
	if !s.spend(1 + len(states)) {
		return Result{Because: exhausted}
	}
	choices := make([]choice, len(states))
	for i := range states {
		if !states[i].possible() {
			return f.stuck(states)
		}
		choices[i] = states[i].choose()
	}
	may := !s.mode.May
	hit := slices.IndexFunc(f.clauses, func(c clause) bool {
		return !slices.ContainsFunc(c.literals, func(l *literal) bool {
			return !choices[f.index(l.variable)].meets(l, l.set(may), l.absent(may))
		})
	})
	s.spend(len(f.clauses) / 4)
	if hit < 0 {
		return Result{Verdict: Yes, Request: f.request(states, choices), World: f.world}
	}
	states = slices.Clone(states)
	none := Result{Verdict: No, Denied: !f.clauses[hit].exempts, Exempted: f.clauses[hit].exempts}
	for _, l := range f.clauses[hit].literals {
		i := f.index(l.variable)
		branch := slices.Clone(states)
		branch[i] = states[i].assert(l, l.set(may), l.absent(may), false)
		if branch[i].possible() {
			r := f.run(branch)
			if r.Verdict == Yes {
				return r
			}
			none.merge(r)
		} else {
			none.merge(f.left(l.variable))
		}
		states[i] = states[i].assert(l, l.set(may), l.absent(may), true)
		if !states[i].possible() {
			none.merge(f.left(l.variable))
			break
		}
	}
	return none
}

// stuck is the answer where some states leave nothing. That is certain where one
// of them has all the values there are, or where what does not hold is the same
// for all of the world.
func (f *search) stuck(states []state) Result {
	none := Result{Verdict: No}
	for i := range states {
		if states[i].possible() {
			continue
		}
		left := f.left(states[i].variable)
		if left.Verdict == No {
			return left
		}
		none.merge(left)
	}
	return none
}

// left is the answer where nothing is left of a variable, unless values were
// missed.
func (f *search) left(v *variable) Result {
	if v.complete {
		return Result{Verdict: No}
	}
	what := "the name of the resource"
	switch {
	case v.key != "":
		what = v.key
	case v == f.who:
		what = "the name of the principal"
	}
	return Result{Because: what + " is compared in too many ways to be decided"}
}

// request is the candidate, written out.
func (f *search) request(states []state, choices []choice) policy.Request {
	r := f.world.request()
	for i, st := range states {
		v, c := st.variable, choices[i]
		switch {
		case v == f.who:
			r.Principal = v.cells[c.cells[0]].value
		case v == f.what:
			r.Resource = v.cells[c.cells[0]].value
		case v.key == "" || c.absent || v.undecided:
		default:
			if r.Context == nil {
				r.Context = map[string][]string{}
			}
			for _, j := range c.cells {
				if value := v.cells[j].value; !slices.Contains(r.Context[v.key], value) {
					r.Context[v.key] = append(r.Context[v.key], value)
				}
			}
		}
	}
	return r
}
