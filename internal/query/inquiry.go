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
	// doubtful says that requests may carry keys of which that is not known.
	doubtful bool
	// callerOf and ownerOf, where not empty, are the account or organization that
	// the caller, or the owner, must be of.
	callerOf, ownerOf string
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
	docs    []*policy.Document  // grounded, in the order given
	made    [2]*policy.Document // see named; nil until asked
	full    *policy.Document    // AWS's default policy
	exempt  *policy.Document    // statements that take trusted requests
	third   map[string]int      // third party → its statement of exempt
	owned   []int               // the statements of exempt that hold for everybody
	tested  *tested
	own     []party
	foreign []party
	calls   [2][]prover.Call // as bucket names are not trusted, and as they are
	every   []prover.Call    // stand for all calls, where the service is not known
	partial string           // why the calls are not all there are; mostly empty
	domains [2][2]*domains   // by whether any network counts, and documented keys alone do
	callers []prover.Caller
	owners  []prover.Owner
	solvers map[solverID]*prover.Solver
	memo    *prover.Memo
	// documented says that all readings of the documents are the same.
	documented bool
	// certain says that everything of the documents is known, undecided that they
	// look at keys of which the value is not, exact that they name buckets.
	certain, undecided, exact bool
	// doubtful says that they look at keys that AWS does not document for all of
	// the endpoint's services.
	doubtful bool
	// exhausted says that something took too long to be proved.
	exhausted bool
	// naming says that they name accounts or organizations.
	naming bool
}

type solverID struct {
	mode    prover.Mode
	network bool // the endpoint's network counts as any
	// documented says that requests carry documented keys alone.
	documented bool
	named      bool // bucket names are trusted: A10
	every      bool // the calls stand for all there are
	docs       int  // the number of documents, which grows
}

// ask begins an inquiry about documents, or continues the one about the
// subject's own.
func (s *Subject) ask() *inquiry {
	if s.inquiry == nil {
		full := defaultDocument()
		s.inquiry = s.inquire(s.document(), full)
		s.inquiry.full = s.inquiry.docs[1]
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
	n := look(docs...).names
	in.naming = len(n.accounts)+len(n.organizations) > 0
	in.own, in.foreign = s.parties(in.tested)
	in.exempt = in.exemptions()
	in.documented = !slices.ContainsFunc(in.docs, func(doc *policy.Document) bool { return doc.Undocumented(s.several) })
	in.callers, in.owners = in.everyCaller(), in.everyOwner()
	in.certain = !slices.ContainsFunc(in.docs, func(doc *policy.Document) bool { return !s.certainly(doc, in.tested) })
	in.exact = len(newShapes(in.docs).exact) > 0
	for i := range in.domains {
		for j := range in.domains[i] {
			in.domains[i][j] = &domains{subject: s, network: i == 1, documented: j == 1, memo: map[string]prover.Domain{}}
		}
	}
	for key := range in.tested.keys {
		in.undecided = in.undecided || in.domains[0][0].key(key, prover.World{}).Undecided
		in.doubtful = in.doubtful || s.doubts(key)
	}
	return in
}

// named is the document with made-up names for own principals of the same files,
// and for own resources of them too where it is about those: a stranger's have
// none of their names.
func (in *inquiry) named(resources bool) *policy.Document {
	made := &in.made[index(resources)]
	if *made == nil {
		*made = in.docs[0]
		if slices.ContainsFunc(in.docs[0].Statements, func(st policy.Statement) bool { return holdsOwn(&st) }) {
			*made = in.subject.madeUp(in.docs[0], resources)
			in.docs = append(in.docs, *made)
		}
	}
	return *made
}

// everyCaller are whoever may ask: strangers before own, signed before unsigned.
func (in *inquiry) everyCaller() []prover.Caller {
	s := in.subject
	out := append(s.callersOf(in.foreign, in.tested), s.callersOf(in.own, in.tested)...)
	out = append(out, s.unsigned()...)
	if s.carriesSTS() {
		out = append(out, federated())
	}
	return append(out, s.services(in.tested))
}

func (in *inquiry) everyOwner() []prover.Owner {
	out := append(ownersOf(in.foreign), ownersOf(in.own)...)
	return append(out, prover.Owner{Account: awsAccount})
}

// asks reports whether a caller is of a scope.
func (c scope) asks(caller *prover.Caller) bool {
	if c.callerOf != "" && caller.Account != c.callerOf && caller.Org != c.callerOf {
		return false
	}
	signs := caller.Kind != policy.Unsigned && caller.Kind != policy.STSFederated && caller.Kind != policy.AWSService
	switch c.callers {
	case owns:
		return caller.Own
	case strangers:
		return signs && !caller.Own && caller.Path != perhaps || caller.Kind == policy.STSFederated
	case nobodys:
		return caller.Kind == policy.Unsigned || caller.Kind == policy.STSFederated
	case members:
		return signs && caller.Path != perhaps
	default:
		return true
	}
}

// owns reports whether an owner is of a scope.
func (c scope) owned(owner *prover.Owner) bool {
	if c.ownerOf != "" && owner.Account != c.ownerOf && owner.Org != c.ownerOf {
		return false
	}
	switch c.owners {
	case owns:
		return owner.Own
	case strangers:
		return !owner.Own && owner.Account != awsAccount && owner.Path != perhaps
	default:
		return c.callers == everybodys || owner.Account != awsAccount && owner.Path != perhaps
	}
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
			in.every, complete = in.subject.everyCall(in.exempt, in.docs...)
			if !complete {
				in.partial = "the actions are compared in too many ways to be decided"
			}
		}
		return in.every
	}
	if in.calls[0] == nil {
		in.calls[1], in.calls[0] = in.subject.calls(in.exempt, in.docs...)
	}
	return in.calls[index(named)]
}

func (s *Subject) carriesSTS() bool {
	return !s.Recognised || slices.Contains(s.Service.Prefixes, "sts")
}

// solver returns the one for a mode. What makes no difference to the documents is
// left out, so that most have one.
func (in *inquiry) solver(c scope, mode prover.Mode, named, every bool) *prover.Solver {
	if in.documented {
		mode.Reading, mode.Only = policy.Plain, 0
	}
	network := c.network && in.tested.any("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")
	named = named || !in.exact
	if in.certain && !every {
		mode.May = mode.May && (in.undecided && !network || in.doubtful)
	}
	documented := in.doubtful && !mode.May && !c.doubtful
	id := solverID{mode, network, documented, named, every, len(in.docs)}
	solver, known := in.solvers[id]
	if !known {
		s := in.subject
		space := &prover.Space{
			Callers: in.callers, Owners: in.owners, Calls: in.callsOf(named, every),
			Pair: s.pairs, Key: in.domains[index(network)][index(documented)].key, Owned: s.ownResource,
			Setting: func(call *prover.Call) policy.Setting { return s.setting(call.Action) }, Memo: in.memo, Done: s.asker.Done,
		}
		solver = prover.NewSolver(space, mode, prover.Steps, append(slices.Clone(in.docs), in.exempt)...)
		in.solvers[id] = solver
	}
	return solver
}

// certainly reports whether everything of a document is known, so that it
// matters not how what is not known is taken.
func (s *Subject) certainly(doc *policy.Document, t *tested) bool {
	if _, known := doc.Version.Literal(); !known || t.foreign || t.accounts && s.setting("").Type == policy.AnyType {
		return false
	}
	for key := range t.variables {
		if !prover.Ground(key) {
			return false
		}
	}
	return !slices.ContainsFunc(doc.Statements, func(st policy.Statement) bool {
		holed := func(t policy.Text) bool { return len(t.Holes()) > 0 }
		return st.Unread != "" || st.Effect == policy.Undecided || anyValue(&st, holed) ||
			slices.ContainsFunc(st.Conditions, func(c policy.Condition) bool {
				part := policy.Scope{}
				return holed(c.Key) || part.Compare(doc, &st, &c).Compares == policy.Nothing
			})
	})
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
		sets = valued(sets, key, append([]string{""}, solver.Values(key)...))
	}
	for _, values := range sets {
		if fixed, goal := solver.Fix(values).Solve(goals...); fixed.Verdict == Yes {
			return fixed, goal
		}
	}
	return result, goal
}

// solveAll is a solver's answer where policy variables may have any value: a yes
// that no value of them gives is a no.
func solveAll(solver *prover.Solver, goals []prover.Goal) (prover.Result, int) {
	result, goal := solver.Solve(goals...)
	variables := solver.Variables()
	if result.Verdict != Yes || len(variables) == 0 || len(variables) > maxVariables {
		return result, goal
	}
	sets := []map[string][]string{{}}
	for _, key := range variables {
		values, complete := solver.Classes(key)
		if !complete {
			return result, goal
		}
		sets = valued(sets, key, values)
	}
	none := prover.Result{Verdict: No}
	for _, values := range sets {
		fixed, goal := solver.Fix(values).Solve(goals...)
		if fixed.Verdict != No {
			return fixed, goal
		}
		none.Denied, none.Exempted = none.Denied || fixed.Denied, none.Exempted || fixed.Exempted
	}
	return none, -1
}

// valued are some sets of values, each with every value of another key; the
// empty value is absence.
func valued(sets []map[string][]string, key string, values []string) []map[string][]string {
	var out []map[string][]string
	for _, one := range sets {
		for _, value := range values {
			more := maps.Clone(one)
			more[key] = nil
			if value != "" {
				more[key] = []string{value}
			}
			out = append(out, more)
		}
	}
	return out
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
	for _, t := range s.Perimeter.ThirdParties {
		in.third[t.Account] = add(t.Actions, t.Resources)
	}
	// What nothing tells apart from all others needs no exception: there are others.
	if named := newShapes(append(slices.Clone(in.docs), doc)); len(named.patterns) > 0 {
		for _, r := range s.ownedByAWS(in.docs) {
			var arns []string
			for i, arn := range r.arns {
				if named.tellApart(r.patterns[i], r.names[i]) {
					arns = append(arns, arn)
				}
			}
			if arns != nil {
				in.owned = append(in.owned, add(r.actions, arns))
			}
		}
	}
	return doc
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

// An ownedARN is a resource of AWS that counts as trusted, in some regions.
type ownedARN struct {
	actions  []string
	arns     []string
	patterns []glob.Pattern
	// names are what the ARNs of buckets say up to the key, where no id may be a part
	// of it; empty for others.
	names   []string
	buckets []string
}

// ownedByAWS are the resources of AWS that count as trusted, in the regions of
// the endpoint. The list is shared.
func (s *Subject) ownedByAWS(docs []*policy.Document) []ownedARN {
	var out []ownedARN
	for _, region := range s.regions(docs) {
		id := [2]string{"", region}
		if s.Recognised {
			id[0] = s.Service.ID
		}
		list, known := s.asker.owned.Load(id)
		if !known {
			list = s.newOwned(region)
			s.asker.owned.Store(id, list)
		}
		out = append(out, list.([]ownedARN)...)
	}
	return out
}

// newOwned leaves out the ARNs that other owners can match too.
func (s *Subject) newOwned(region string) []ownedARN {
	var out []ownedARN
	id := regexp.MustCompile(`[0-9]{12}|o-[a-z0-9]{10}|anonymous`)
	for _, r := range catalogue.OwnedResources() {
		if !s.trustsOwned(r) {
			continue
		}
		one := ownedARN{actions: r.Actions}
		for _, arn := range r.ARNs {
			arn = strings.NewReplacer("{region}", region, "{regionWithoutDashes}", strings.ReplaceAll(region, "-", "")).Replace(arn)
			arn = strings.Replace(arn, "arn:aws:", "arn:"+partition(region)+":", 1)
			f := strings.SplitN(arn, ":", 6)
			if len(f) != 6 || strings.Contains(arn, "{") || strings.Contains(f[4], "*") {
				continue
			}
			bucket, _, _ := strings.Cut(f[5], "/")
			if f[2] == "s3" && strings.Contains(bucket, "*") {
				continue
			}
			one.arns, one.patterns = append(one.arns, arn), append(one.patterns, glob.Parse(arn))
			name := ""
			if f[2] == "s3" && f[3] == "" && !strings.Contains(bucket, "?") && !id.MatchString(bucket) {
				name = strings.TrimSuffix(arn, strings.TrimPrefix(f[5][len(bucket):], "/"))
			}
			one.names = append(one.names, name)
			if f[2] == "s3" {
				one.buckets = append(one.buckets, bucket)
			}
		}
		if one.arns != nil {
			out = append(out, one)
		}
	}
	return out
}

// bucketsOfAWS are those of some buckets that are known to be AWS's.
func (s *Subject) bucketsOfAWS(buckets []string, docs []*policy.Document) []string {
	if len(buckets) == 0 {
		return nil
	}
	var out []string
	for _, r := range s.ownedByAWS(docs) {
		for _, bucket := range r.buckets {
			if slices.Contains(buckets, bucket) && !slices.Contains(out, bucket) {
				out = append(out, bucket)
			}
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
					if !slices.Contains(out, region) && len(out) < maxRegions {
						out = append(out, region)
					}
				}
			}
		}
	}
	return out
}

// maxRegions bounds the regions in which the resources of AWS are looked for.
const maxRegions = 8

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
func (in *inquiry) goals(c scope, doc *policy.Document, may bool, exempt bool, which func(int) bool) (goals []prover.Goal, statements []int) {
	denies := refs(doc, func(st *policy.Statement) bool {
		return st.Effect == policy.Deny || st.Effect == policy.Undecided && !may
	})
	for i := range doc.Statements {
		effect := doc.Statements[i].Effect
		if effect == policy.Deny || effect == policy.Undecided && !may || which != nil && !which(i) {
			continue
		}
		g := prover.Goal{All: []prover.Ref{{Doc: doc, Statement: i}}, None: denies, Callers: c.asks, Owners: c.owned, Certain: true}
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

// doubts reports whether a key is one that AWS does not document for all services
// that the endpoint carries.
func (s *Subject) doubts(key string) bool {
	if globalKey(key) != nil || strings.HasPrefix(key, "aws:") {
		return false
	}
	if !s.Recognised {
		return true
	}
	return slices.ContainsFunc(s.Service.Prefixes, func(prefix string) bool { return !documented(prefix, key) })
}

// documented reports whether the Service Authorization Reference lists a key, in
// lower case, for a service.
func documented(prefix, key string) bool {
	for name := range catalogue.ConditionKeys(prefix) {
		base, _, tag := strings.Cut(strings.ToLower(name), "${")
		if strings.EqualFold(name, key) || tag && strings.HasPrefix(key, base) {
			return true
		}
	}
	return false
}

// several reports whether a key of the endpoint's services has several values.
func (s *Subject) several(key string) bool {
	prefix, _, _ := strings.Cut(key, ":")
	for name, kind := range catalogue.ConditionKeys(prefix) {
		if strings.HasPrefix(kind, "ArrayOf") && strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

// A fault of eplint: a witness that the evaluator does not let through.
type mismatch struct {
	request policy.Request
	outcome policy.Outcome
}

func (m mismatch) Error() string {
	return fmt.Sprintf("the evaluator does not let the prover's witness through: %s: %+v", m.outcome, m.request)
}
