package query

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// A scope is a set of requests that questions are asked of.
type scope struct {
	callers, owners whose
	// network says that the endpoint's network counts as any.
	network bool
}

// whose says whose credentials, or whose resources.
type whose int

const (
	everybodys whose = iota
	owns
	strangers
	nobodys // unsigned callers
	members // own and strangers' signed callers
)

// An inquiry is what is worked out about the documents of a subject.
type inquiry struct {
	subject *Subject
	docs    []*policy.Document // grounded, in the order given
	exempt  *policy.Document   // statements that take trusted requests
	third   map[string]int     // third party → its statement of exempt
	owned   []int              // the statements of exempt that hold for everybody
	tested  *tested
	own     []party
	foreign []party
	calls   [2][]prover.Call // as names are trusted, and as they are not
	every   []prover.Call    // stand for all calls, where the service is not known
	partial string           // why the calls are not all there are; mostly empty
	domains [2]*domains
	solvers map[solverID]*prover.Solver
	memo    *prover.Memo
}

type solverID struct {
	scope  scope
	mode   prover.Mode
	named  bool // bucket names are trusted: A10
	every  bool
	extras int // the number of documents, which grows
}

// ask begins an inquiry about documents, or continues the one about the
// subject's own.
func (s *Subject) ask() *inquiry {
	if s.inquiry == nil {
		s.inquiry = s.inquire(s.document())
	}
	return s.inquiry
}

func (s *Subject) inquire(docs ...*policy.Document) *inquiry {
	s.standsFor(docs...)
	in := &inquiry{subject: s, solvers: map[solverID]*prover.Solver{}, memo: prover.NewMemo()}
	for _, doc := range docs {
		in.docs = append(in.docs, s.grounded(doc))
	}
	in.tested = look(in.docs...)
	in.own, in.foreign = s.parties(in.tested)
	in.exempt = in.exemptions()
	for i := range in.domains {
		in.domains[i] = &domains{subject: s, network: i == 1, memo: map[string]prover.Domain{}}
	}
	return in
}

// space is the set of requests of a scope.
func (in *inquiry) space(c scope, named, every bool) *prover.Space {
	s := in.subject
	space := &prover.Space{
		Pair:    s.pairs,
		Key:     in.domains[index(c.network)].key,
		Owned:   s.ownResource,
		Setting: func(call *prover.Call) policy.Setting { return s.setting(call.Action) },
		Memo:    in.memo,
	}
	own, foreign := s.callersOf(in.own, in.tested), s.callersOf(in.foreign, in.tested)
	var sts []prover.Caller
	if s.carriesSTS() {
		sts = []prover.Caller{federated()}
	}
	switch c.callers {
	case owns:
		space.Callers = own
	case strangers:
		space.Callers = append(foreign, sts...)
	case nobodys:
		space.Callers = append(s.unsigned(), sts...)
	case members:
		space.Callers = append(foreign, own...)
	default:
		space.Callers = slices.Concat(own, foreign, s.unsigned(), sts, []prover.Caller{s.services(in.tested)})
	}
	switch c.owners {
	case owns:
		space.Owners = ownersOf(in.own)
	case strangers:
		space.Owners = ownersOf(in.foreign)
	default:
		space.Owners = append(ownersOf(in.own), ownersOf(in.foreign)...)
	}
	space.Calls = in.callsOf(named, every)
	return space
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (in *inquiry) callsOf(named, every bool) []prover.Call {
	if every {
		if in.every == nil {
			var complete bool
			in.every, complete = in.subject.everyCall(in.docs...)
			if !complete {
				in.partial = "the actions are compared in too many ways to be decided"
			}
		}
		return in.every
	}
	if in.calls[index(named)] == nil {
		in.calls[index(named)] = in.subject.calls(named, in.docs...)
	}
	return in.calls[index(named)]
}

func (s *Subject) carriesSTS() bool {
	return !s.Recognised || slices.Contains(s.Service.Prefixes, "sts")
}

// solver returns the one for a scope and mode.
func (in *inquiry) solver(c scope, mode prover.Mode, named, every bool) *prover.Solver {
	id := solverID{c, mode, named, every, len(in.docs)}
	solver, known := in.solvers[id]
	if !known {
		solver = prover.NewSolver(in.space(c, named, every), mode, prover.Steps, append(slices.Clone(in.docs), in.exempt)...)
		in.solvers[id] = solver
	}
	return solver
}

// solve is a solver's answer, also among the values that variables may have.
func solve(solver *prover.Solver, goals []prover.Goal) (prover.Result, int) {
	result, goal := solver.Solve(goals...)
	variables := solver.Variables()
	if result.Verdict != No || len(variables) == 0 {
		return result, goal
	}
	sets := []map[string][]string{{}}
	for _, key := range variables[:min(len(variables), maxVariables)] {
		var next []map[string][]string
		for _, one := range sets {
			for _, value := range append([]string{""}, solver.Values(key)...) {
				more := maps.Clone(one)
				more[key] = nil
				if value != "" {
					more[key] = []string{value}
				}
				next = append(next, more)
			}
		}
		sets = next
	}
	for _, values := range sets {
		if fixed, goal := solver.Fix(values).Solve(goals...); fixed.Verdict == Yes {
			return fixed, goal
		}
	}
	return result, goal
}

// maxVariables bounds the policy variables of which values are tried.
const maxVariables = 2

// exemptions are statements that match what is trusted without being own.
func (in *inquiry) exemptions() *policy.Document {
	s := in.subject
	doc := defaultDocument()
	doc.Statements = nil
	in.third = map[string]int{}
	add := func(actions, resources []string) int {
		st := defaultDocument().Statements[0]
		st.Effect = policy.Deny
		if actions != nil {
			st.Actions.Values = texts(actions)
		}
		if resources != nil {
			st.Resources.Values = texts(resources)
		}
		doc.Statements = append(doc.Statements, st)
		return len(doc.Statements) - 1
	}
	if patterns := s.Perimeter.TrustedResources; len(patterns) > 0 {
		in.owned = append(in.owned, add(nil, patterns))
	}
	named := newShapes(in.docs).patterns
	for _, r := range catalogue.OwnedResources() {
		if len(named) == 0 || !s.trustsOwned(r) {
			continue
		}
		if patterns := s.ownedPatterns(r, in.docs); touch(patterns, named) {
			in.owned = append(in.owned, add(r.Actions, patterns))
		}
	}
	for _, t := range s.Perimeter.ThirdParties {
		in.third[t.Account] = add(t.Actions, t.Resources)
	}
	return doc
}

// touch reports whether some ARNs may be among what a policy tells apart. What it
// does not tell apart from all others needs no exception: there are others.
func touch(arns []string, named []glob.Pattern) bool {
	return slices.ContainsFunc(arns, func(arn string) bool {
		pattern := glob.Parse(arn)
		return slices.ContainsFunc(named, func(p glob.Pattern) bool { return !p.Apart(pattern) })
	})
}

func texts(values []string) []policy.Text {
	out := make([]policy.Text, len(values))
	for i, v := range values {
		out[i] = policy.Text{Parts: []policy.Part{{Literal: v}}}
	}
	return out
}

// trustsOwned reports whether a resource of AWS counts as trusted: those that
// the perimeter names, or where it says nothing all of the endpoint's service.
func (s *Subject) trustsOwned(r catalogue.OwnedResource) bool {
	if len(r.Actions) == 0 || r.ID == "ec2-amis" { // anybody can share an image
		return false
	}
	if s.Recognised && !slices.Contains(r.Endpoints, strings.TrimSuffix(s.Service.ID, "-fips")) {
		return false
	}
	return !s.Perimeter.ServiceOwnedSaid || slices.Contains(s.Perimeter.ServiceOwned, "all") || slices.Contains(s.Perimeter.ServiceOwned, r.ID)
}

// ownedPatterns are the ARNs of a resource of AWS, but for those that other
// owners can match too.
func (s *Subject) ownedPatterns(r catalogue.OwnedResource, docs []*policy.Document) []string {
	var out []string
	for _, arn := range r.ARNs {
		for _, region := range s.regions(docs) {
			one := strings.NewReplacer("{region}", region, "{regionWithoutDashes}", strings.ReplaceAll(region, "-", "")).Replace(arn)
			one = strings.Replace(one, "arn:aws:", "arn:"+partition(region)+":", 1)
			f := strings.SplitN(one, ":", 6)
			if len(f) != 6 || strings.Contains(one, "{") || strings.Contains(f[4], "*") {
				continue
			}
			bucket, _, _ := strings.Cut(f[5], "/")
			if f[2] == "s3" && strings.Contains(bucket, "*") || slices.Contains(out, one) {
				continue
			}
			out = append(out, one)
		}
	}
	return out
}

// regions are the endpoint's, or where it is not known those that the documents
// name.
func (s *Subject) regions(docs []*policy.Document) []string {
	if s.Region != "" {
		return []string{s.Region}
	}
	out := []string{anyRegion}
	form := regionForm()
	for _, doc := range docs {
		for i := range doc.Statements {
			for _, v := range doc.Statements[i].Resources.Values {
				for _, region := range form.FindAllString(v.String(), -1) {
					if !slices.Contains(out, region) {
						out = append(out, region)
					}
				}
			}
		}
	}
	return out
}

func regionForm() *regexp.Regexp { return regexp.MustCompile(`\b[a-z]{2}(-[a-z]+)+-[0-9]\b`) }

// exempts are the groups of statements that take a request between a caller and
// an owner out of the question: a trusted resource, or strangers who are third
// parties, all of them.
func (in *inquiry) exempts(c *prover.Caller, o *prover.Owner) [][]prover.Ref {
	var groups [][]prover.Ref
	for _, i := range in.owned {
		groups = append(groups, []prover.Ref{{Doc: in.exempt, Statement: i}})
	}
	var group []prover.Ref
	for _, one := range []struct {
		account string
		own     bool
	}{{c.Account, c.Own}, {o.Account, o.Own}} {
		if one.own {
			continue
		}
		i, trusted := in.third[one.account]
		if !trusted {
			return groups
		}
		group = append(group, prover.Ref{Doc: in.exempt, Statement: i})
	}
	if group != nil {
		groups = append(groups, group)
	}
	return groups
}

// goals asks for a request that one of some Allows of a document lets through.
// In the mode May a statement of unknown effect counts as an Allow, otherwise as
// a Deny.
func (in *inquiry) goals(doc *policy.Document, may bool, exempt bool, which func(int) bool) (goals []prover.Goal, statements []int) {
	denies := refs(doc, func(st *policy.Statement) bool {
		return st.Effect == policy.Deny || st.Effect == policy.Undecided && !may
	})
	for i := range doc.Statements {
		effect := doc.Statements[i].Effect
		if effect == policy.Deny || effect == policy.Undecided && !may || which != nil && !which(i) {
			continue
		}
		g := prover.Goal{All: []prover.Ref{{Doc: doc, Statement: i}}, None: denies}
		if exempt {
			g.Exempt = in.exempts
		}
		goals, statements = append(goals, g), append(statements, i)
	}
	return goals, statements
}

// refs are the statements of a document that are such, each a group.
func refs(doc *policy.Document, is func(*policy.Statement) bool) [][]prover.Ref {
	var out [][]prover.Ref
	for i := range doc.Statements {
		if is(&doc.Statements[i]) {
			out = append(out, []prover.Ref{{Doc: doc, Statement: i}})
		}
	}
	return out
}

// A fault of eplint: a witness that the evaluator does not let through.
type mismatch struct {
	request policy.Request
	outcome policy.Outcome
}

func (m mismatch) Error() string {
	return fmt.Sprintf("the evaluator does not let the prover's witness through: %s: %+v", m.outcome, m.request)
}
