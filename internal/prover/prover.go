// Package prover decides whether there is a request that some statements match
// and some others do not, exactly and with such a request to show. It knows the
// policy language and nothing of services, owners or questions: those come in as
// a Space, the set of requests to look among.
//
// How it works: once who asks, whose resource it is and what is called are
// chosen, the rest of a request falls into independent parts: the name of the
// principal, the name of the resource, and each context key. The values of a
// part that no statement tells apart are one cell, so that a part with endless
// many values has few cells; glob.Language proves that none is missing. What is
// left is a search over sets of cells, driven by witnesses: a candidate is
// taken, and only a statement that it runs into splits the search. That is the
// DPLL procedure over theories (Nieuwenhuis, Oliveras, Tinelli, "Solving SAT and
// SAT Modulo Theories", J. ACM 53, 2006); that strings fall into few classes is
// used as in "Relia" (ASE 2025).
package prover

import (
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// Verdict answers a question. The zero Verdict is Unknown.
type Verdict int

// The verdicts.
const (
	Unknown Verdict = iota
	Yes
	No
)

// String returns yes, no or unknown.
func (v Verdict) String() string {
	switch v {
	case Yes:
		return "yes"
	case No:
		return "no"
	default:
		return "unknown"
	}
}

// MarshalText makes verdicts strings in JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// A Space is a set of requests. Every combination of its callers, owners and
// calls that Pair lets pass is in it. The order of each list is that of the
// witnesses that are liked best.
type Space struct {
	Callers []Caller
	Owners  []Owner
	Calls   []Call
	// Pair reports whether a caller may act on an owner's resource in the space.
	// Nil lets every pair pass.
	Pair func(*Caller, *Owner) bool
	// Key says which values a context key may have that does not follow from
	// caller, owner and call. Its name is in lower case.
	Key func(name string, w World) Domain
	// Owned reports whether a value with holes names only what own accounts own,
	// so that nothing of a stranger matches it. Nil: none does.
	Owned func(policy.Text) bool
	// Setting returns what evaluation must know about the calls of a service.
	Setting func(*Call) policy.Setting
	// Memo is for the solvers of several spaces that ask for the same; nil keeps
	// nothing.
	Memo *Memo
	// Done, once it is closed, takes all steps away: nobody waits for the answer
	// any more. Nil leaves them.
	Done <-chan struct{}
}

// A World is what is chosen first of a request.
type World struct {
	Caller *Caller
	Owner  *Owner
	Call   *Call
}

// A Caller is a kind of principal of one account.
type Caller struct {
	Kind policy.PrincipalKind
	// Account and Org are as in policy.Request.
	Account, Org string
	// Own says that the credentials are own.
	Own bool
	// Principal are the values of policy.Request.Principal.
	Principal Domain
	// Path tells callers of one account and organization apart by where in the
	// organization they are; for Space.Key.
	Path string
}

// An Owner is an account that resources are of.
type Owner struct {
	Account, Org string
	Own          bool
	Path         string
}

// A Call is an action, or one that stands for several that no statement tells
// apart, on one type of resource.
type Call struct {
	Action string
	// Resource are the ARNs of such resources of an owner. Its ID must tell
	// apart what differs.
	Resource func(*Owner) Domain
	// CallersOwn says that the call acts on the caller's own account.
	CallersOwn bool
	// Signer says which callers may make the call; nil: every one.
	Signer func(*Caller) bool
	// Doubt is what is not known about the call itself; mostly empty.
	Doubt string
	// Aside says that it is not known whether there are such calls at all.
	Aside bool
	Noun  string
}

// A Domain is a set of values. The zero Domain is absence alone.
type Domain struct {
	// ID tells apart the domains that one key has in several worlds.
	ID string
	// Absent says that requests may go without any value.
	Absent bool
	// Values are all the values there are. When it is nil, they are those that
	// one of Patterns and none of Except matches.
	Values   []string
	Patterns []glob.Pattern
	Except   []glob.Pattern
	// Over are the characters that the values are made of; empty: any.
	Over string
	// Samples are values that are good to read, the best first.
	Samples []string
	// Fill is what to read for a * of a policy; empty: x.
	Fill string
	// Multivalued says that a request has a set of values.
	Multivalued bool
	// Kind says that all values are numbers, dates or addresses; zero: they are
	// texts. Operators for dates take numbers for seconds of the epoch.
	Kind policy.Compares
	// Undecided says that there is one value, always, and that it is not known.
	Undecided bool
}

// A Ref is a statement of a document.
type Ref struct {
	Doc       *policy.Document
	Statement int
}

func (r Ref) statement() *policy.Statement { return &r.Doc.Statements[r.Statement] }

// A Goal asks for a request that all statements of All match, and none of the
// groups of None: a group matches when each of its statements does. Effects are
// not looked at, but for how points that AWS leaves open are read.
type Goal struct {
	All  []Ref
	None [][]Ref
	// Callers and Owners say which requests of the space are meant. Nil: all.
	Callers func(*Caller) bool
	Owners  func(*Owner) bool
	// Certain leaves out the calls that are aside.
	Certain bool
	// Exempt gives further groups that depend on whose the request is.
	Exempt func(*Caller, *Owner) [][]Ref
}

// Partition returns a value of every class of values that some sets of patterns
// do not tell apart. It takes from steps, and reports false when they ran out.
func Partition(d Domain, sets [][]glob.Pattern, steps *int) (values []string, complete bool) {
	s := &Solver{steps: *steps}
	predicates := make([]predicate, len(sets))
	for i, patterns := range sets {
		predicates[i] = predicate{compares: policy.Texts, patterns: patterns}
	}
	values, complete = s.partition(&d, predicates)
	*steps = max(s.steps, 0)
	return values, complete
}

// A Mode says how what is not known is taken.
type Mode struct {
	Reading policy.Reading
	// Only is the one assumption that the reading is for; zero for all.
	Only policy.Assumption
	// May takes what is not known for whatever lets a request exist. Otherwise it
	// is taken for what does not.
	May bool
}

// A Result is the answer to a Goal.
type Result struct {
	// Verdict is Unknown only when Because says what the proof lacks.
	Verdict Verdict
	// Request shows a yes; in the mode May it may rest on what is not known.
	Request policy.Request
	World   World
	Because string
	// Denied and Exempted say of a no that a request that Goal.All asks for runs
	// into Goal.None, or into Goal.Exempt.
	Denied, Exempted bool
}
