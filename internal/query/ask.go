package query

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/prover"
)

// scopeOf is what a question ranges over.
func scopeOf(q Question) scope {
	switch q {
	case OwnToStranger:
		return scope{callers: owns, owners: strangers}
	case StrangerToOwn:
		return scope{callers: strangers, owners: owns}
	case Anonymous:
		return scope{callers: nobodys, owners: everybodys}
	case OwnToOwn:
		return scope{callers: owns, owners: owns}
	default:
		return scope{callers: strangers, owners: strangers}
	}
}

// Ask answers a question about the policy as it is written.
//
// It is yes when the plain reading lets a request through whatever is not known,
// and no when no reading lets one through whatever it is. Otherwise it is
// unknown, and the reason names what decides.
func (s *Subject) Ask(q Question) Answer {
	if s.Endpoint.Policy.State == policy.Undetermined {
		return unknown(-1, "the policy cannot be read: %s", s.Endpoint.Policy.Why)
	}
	switch {
	case q == Anonymous && s.Recognised && len(s.unsignedActions()) == 0:
		return no("not applicable: the service takes no unsigned request")
	case (q == OwnToStranger || q == StrangerToOwn) && s.separate():
		return no("no cross-account path: credentials only ever act on their own account here")
	}
	return s.reach(scopeOf(q), nil)
}

// AskOf answers a question about one Allow of the document, with its Denies.
func (s *Subject) AskOf(statement int, q Question) Answer {
	return s.reach(scopeOf(q), func(i int) bool { return i == statement })
}

// AnonymousToStranger answers whether an unsigned request can reach a stranger's
// resource.
func (s *Subject) AnonymousToStranger() Answer {
	switch {
	case s.Endpoint.Policy.State == policy.Undetermined:
		return unknown(-1, "the policy cannot be read: %s", s.Endpoint.Policy.Why)
	case s.Recognised && len(s.unsignedActions()) == 0:
		return no("not applicable: the service takes no unsigned request")
	}
	return s.reach(scope{callers: nobodys, owners: strangers}, nil)
}

// reach answers whether one of some Allows lets through a request of a scope.
func (s *Subject) reach(c scope, which func(int) bool) Answer {
	if s.mute() {
		return unknown(-1, "%s", muteness)
	}
	in := s.ask()
	doc := in.docs[0]
	if c.owners == owns {
		doc = in.named()
	}
	must := prover.Mode{}
	goals, statements := in.goals(c, doc, false, true, which)
	result, goal := solve(in.solver(c, must, true, false), goals)
	if result.Verdict == prover.Yes {
		return s.yes(c, doc, goals, statements, goal, result)
	}
	if result.Verdict == prover.Unknown {
		return unknown(-1, "%s", result.Because)
	}
	return s.notYes(c, which)
}

// muteness is why nothing can be proved about a service whose actions are not
// known: one of another company than AWS, for one.
const muteness = "eplint knows no action of the service"

func (s *Subject) mute() bool { return s.Recognised && len(s.Service.Prefixes) == 0 }

// replayed is a document as it is for the requests of a world: what names own
// resources or principals alone matches none of a stranger.
func replayed(s *Subject, doc *policy.Document, w prover.World) *policy.Document {
	owned := func(values []policy.Text) []policy.Text {
		return slices.DeleteFunc(slices.Clone(values), func(t policy.Text) bool { return len(t.Holes()) > 0 && s.ownResource(t) })
	}
	out := *doc
	out.Statements = slices.Clone(doc.Statements)
	for i := range out.Statements {
		st := &out.Statements[i]
		if !w.Owner.Own {
			st.Resources.Values = owned(st.Resources.Values)
		}
		if w.Caller.Own {
			continue
		}
		st.Principals.Values = slices.DeleteFunc(slices.Clone(st.Principals.Values), func(p policy.Principal) bool {
			return len(p.Value.Holes()) > 0 && s.ownResource(p.Value)
		})
		st.Conditions = slices.Clone(st.Conditions)
		for j := range st.Conditions {
			if strings.HasPrefix(strings.ToLower(st.Conditions[j].Key.String()), "aws:principalarn") {
				st.Conditions[j].Values = owned(st.Conditions[j].Values)
			}
		}
	}
	return &out
}

// notYes proves that no reading lets a request through, or says what decides.
func (s *Subject) notYes(c scope, which func(int) bool) Answer {
	in := s.ask()
	doc := in.docs[0]
	goals, statements := in.goals(c, doc, true, true, which)
	wide := prover.Mode{Reading: policy.Wide, May: true}
	every := !s.Recognised
	result, goal := solveAll(in.solver(c, wide, false, every), goals)
	switch result.Verdict {
	case prover.No:
		if every && in.partial != "" {
			return unknown(-1, "%s", in.partial)
		}
		return s.no(c, result)
	case prover.Unknown:
		return unknown(-1, "%s", result.Because)
	}
	last := unknown(statements[goal], "%s", "several undocumented points decide together")
	// Is it what requests carry, what is not known in the policy, or how the policy
	// is read?
	must, sure := in.goals(c, doc, false, true, which)
	doubting := c
	doubting.doubtful = true
	if r, goal := solve(in.solver(doubting, prover.Mode{}, true, false), must); r.Verdict == prover.Yes {
		if key := doubtful(r.Request); key != "" {
			return unknown(sure[goal], "whether requests carry %s is not known", key)
		}
	}
	if plain, goal := in.solver(c, prover.Mode{May: true}, true, false).Solve(goals...); plain.Verdict == prover.Yes {
		return s.undecided(doc, statements[goal], plain)
	}
	if plain, goal := in.solver(c, prover.Mode{May: true}, false, false).Solve(goals...); plain.Verdict == prover.Yes && in.exact {
		if a := s.undecided(doc, statements[goal], plain); !in.certain || in.undecided {
			a.Because += ", and whether " + bucketOf(plain.Request.Resource) + " is yours (A10)"
			return a
		}
	}
	statements = sure
	if r, goal := solve(in.solver(c, prover.Mode{}, false, false), must); r.Verdict == prover.Yes {
		return unknown(statements[goal], "A10: whether %s is yours, which the policy trusts by its name alone", bucketOf(r.Request.Resource))
	}
	for a := policy.A1; a <= policy.A15; a++ {
		mode := prover.Mode{Reading: policy.Wide, Only: a}
		if r, goal := solve(in.solver(c, mode, true, false), must); r.Verdict == prover.Yes {
			return unknown(statements[goal], "%s: %s", a, a.Sentence())
		}
	}
	if every {
		last.Because = "the endpoint's service is not known"
	}
	return last
}

func bucketOf(arn string) string {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	name, _, _ = strings.Cut(name, "/")
	return "the bucket " + name
}

// no says why there is no request.
func (s *Subject) no(c scope, r prover.Result) Answer {
	a := no("%s", "no statement allows such a request")
	switch {
	case r.Exempted && !r.Denied:
		a.Because = "only what is trusted is allowed"
	case r.Denied:
		a.Because = "what the Allows let through the Denies take back"
	}
	if r.Exempted && !s.Perimeter.ServiceOwnedSaid && len(s.Perimeter.TrustedResources)+len(s.Perimeter.ThirdParties) == 0 {
		a.Assumptions = append(a.Assumptions, "bucket names of AWS are trusted by name")
	}
	a.Assumptions = append(a.Assumptions, s.assumptions(c)...)
	for i := range s.statements() {
		if fromDefaults(&s.statements()[i]) {
			a.Assumptions = append(a.Assumptions, withDefaults)
			break
		}
	}
	return a
}

const withDefaults = "with the defaults of the parameters"

// assumptions are what every answer about a scope takes for granted.
func (s *Subject) assumptions(c scope) []string {
	var out []string
	if s.Perimeter.Empty() && s.Endpoint.Policy.State != policy.Default && c.callers != nobodys {
		if s.ask().naming {
			out = append(out, "named accounts are ours")
		}
	}
	switch {
	case !s.Recognised:
		out = append(out, "service assumed")
	case s.Service.Policy == catalogue.Unknown && s.Endpoint.Policy.State != policy.Default:
		out = append(out, "the service is assumed to obey policies")
	}
	return out
}

// yes makes an answer of a witness. The evaluator, which shares no search with
// the prover, must let it through.
func (s *Subject) yes(c scope, doc *policy.Document, goals []prover.Goal, statements []int, goal int, r prover.Result) Answer {
	a := Answer{Verdict: Yes, Value: -1, Assumptions: s.assumptions(c)}
	if r.World.Call.Doubt != "" {
		return unknown(statements[goal], "%s", r.World.Call.Doubt)
	}
	// A witness that needs less says more.
	tags := func(r prover.Result) []string {
		return slices.DeleteFunc(keysOf(r.Request), func(key string) bool { return !strings.HasPrefix(key, "aws:principaltag/") })
	}
	if r.World.Caller.Own && len(tags(r)) > 0 {
		if needless, other := s.spared(c, r, goals, tags); needless != nil {
			r, goal = *needless, other
		} else {
			a.Guarded = true
		}
	}
	statement := statements[goal]
	a.Statement = statement
	d := policy.Decide(replayed(s, doc, r.World), r.Request, s.setting(r.Request.Action), policy.Plain)
	if d.Outcome != policy.Allowed {
		panic(mismatch{r.Request, d.Outcome})
	}
	w := s.spelled(r.Request)
	a.Witness, a.Noun = &w, r.World.Call.Noun
	a.OwnCredentials, a.OwnResource = r.World.Caller.Own, r.World.Owner.Own
	a.Writes = s.writes(w.Action)
	a.Because = "no policy is attached, and AWS's default allows everything"
	if s.Endpoint.Policy.State == policy.Default {
		a.Statement = -1
		return a
	}
	a.Because = s.nameOf(statement) + " allows it"
	st := &doc.Statements[statement]
	a.Value = s.valueOf(doc, st, w)
	if fromDefaults(&s.statements()[statement]) {
		a.Assumptions = append(a.Assumptions, withDefaults)
	}
	if doc != s.ask().docs[0] && holdsOwn(&s.statements()[statement]) {
		a.Assumptions = append(a.Assumptions, "with made-up names for resources of the same files")
	}
	return a
}

// spared looks for a witness without such keys as another has; nil when there is
// none.
func (s *Subject) spared(c scope, r prover.Result, goals []prover.Goal, keys func(prover.Result) []string) (*prover.Result, int) {
	list := keys(r)
	if len(list) == 0 {
		return nil, 0
	}
	without := map[string][]string{}
	for _, key := range list {
		without[key] = nil
	}
	other, goal := s.ask().solver(c, prover.Mode{}, true, false).Fix(without).Solve(goals...)
	if other.Verdict != prover.Yes || other.World.Call.Doubt != "" || len(keys(other)) > 0 {
		return nil, 0
	}
	return &other, goal
}

func keysOf(r policy.Request) []string {
	var out []string
	for key := range r.Context {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// doubtful is a key of a witness of which it is not known that requests carry it:
// one of another service, or one that nobody documents. It is empty when there is
// none.
func doubtful(r policy.Request) string {
	prefix, _, _ := strings.Cut(strings.ToLower(r.Action), ":")
	for _, key := range keysOf(r) {
		if globalKey(key) == nil && !strings.HasPrefix(key, "aws:") && !documented(prefix, key) {
			return key
		}
	}
	return ""
}

// globalKey finds a key, in lower case, in AWS's list; nil when it has none.
func globalKey(name string) *catalogue.GlobalKey {
	keys := catalogue.GlobalKeys()
	for i := range keys {
		base, tag := strings.CutSuffix(strings.ToLower(keys[i].Key), "*")
		if base == name || tag && strings.HasPrefix(name, base) {
			return &keys[i]
		}
	}
	return nil
}

// undecided says what is not known that decides: the evaluator, asked about the
// request that might pass, names it.
func (s *Subject) undecided(doc *policy.Document, statement int, r prover.Result) Answer {
	request := r.Request
	for key := range s.ask().tested.keys {
		w := r.World
		if s.ask().domains[0][0].key(key, w).Undecided {
			request.Unknown = append(request.Unknown, key)
		}
	}
	slices.Sort(request.Unknown)
	d := policy.Decide(doc, request, s.setting(request.Action), policy.Plain)
	if d.Outcome == policy.Undecidable {
		reason := d.Statements[d.Statement].Because
		if slices.ContainsFunc(request.Unknown, func(key string) bool { return strings.EqualFold(key, reason.Key) }) {
			return unknown(d.Statement, "%s tests %s, which is not known", s.nameOf(d.Statement), reason.Key)
		}
		return unknown(d.Statement, "%s is undecided: %s", s.nameOf(d.Statement), reason)
	}
	for i, one := range doc.Statements {
		for _, c := range one.Conditions {
			for _, v := range c.Values {
				if variables := doc.Variables([]policy.Text{v}, false); len(variables) > 0 && i == cmp.Or(d.Statement, statement) {
					return unknown(i, "%s compares %s with %s, whose values are not all tried", s.nameOf(i), c.Key.String(), v.String())
				}
			}
		}
	}
	return unknown(statement, "%s holds values that are not known", s.nameOf(statement))
}

// spelled gives the keys of a witness the names that the policy gives them.
func (s *Subject) spelled(r policy.Request) policy.Request {
	if bare := (policy.Request{Principal: r.Principal}); bare.Caller() == r.Kind {
		r.Kind = policy.ByPrincipal // the principal says it
	}
	r.Context = named(r.Context, testedKeys(s.document()))
	if len(r.Context) == 0 {
		r.Context = nil
	}
	return r
}

// valueOf is the index of the Resource value that a request matches; -1 when it
// is none.
func (s *Subject) valueOf(doc *policy.Document, st *policy.Statement, r policy.Request) int {
	if st.Resources.Not {
		return -1
	}
	for i := range st.Resources.Values {
		one := *st
		one.Resources.Values = one.Resources.Values[i : i+1]
		part := policy.Scope{Request: r, Keys: r.Keys()}
		if part.Resources(doc, &one) == policy.Matched {
			return i
		}
	}
	return -1
}

func (s *Subject) writes(name string) bool {
	prefix, _, _ := strings.Cut(name, ":")
	for _, a := range s.asker.actionsOf(prefix) {
		if a.folded == strings.ToLower(name) {
			return a.Writes()
		}
	}
	return false
}

// fromDefaults reports whether a part of a statement is the default of a
// parameter, which a deployment may set otherwise.
func fromDefaults(st *policy.Statement) bool {
	return anyValue(st, func(t policy.Text) bool { return len(t.Origin) > 0 })
}

// holdsOwn reports whether a statement refers to resources of the same files.
func holdsOwn(st *policy.Statement) bool {
	return slices.ContainsFunc(st.Resources.Values, func(t policy.Text) bool {
		return slices.ContainsFunc(t.Holes(), func(h policy.Hole) bool { return h.Kind == policy.OwnResource })
	})
}

func anyValue(st *policy.Statement, is func(policy.Text) bool) bool {
	for _, p := range st.Principals.Values {
		if is(p.Value) {
			return true
		}
	}
	for _, c := range st.Conditions {
		if slices.ContainsFunc(c.Values, is) {
			return true
		}
	}
	return slices.ContainsFunc(st.Actions.Values, is) || slices.ContainsFunc(st.Resources.Values, is)
}

// WildcardResource answers, for one Allow, whether its Resource takes in
// resources of the service whoever owns them, and nothing narrows that to known
// owners.
//
// It is yes when the Allow lets through a request on a stranger's resource, of
// whomever: an own principal counts only where the service lets one account
// reach another's resource at all. Where from a request comes narrows no owners,
// so that any network counts.
func (s *Subject) WildcardResource(i int) Answer {
	st := &s.statements()[i]
	switch {
	case st.Effect != policy.Allow:
		return no("it is not an Allow")
	case st.Unread != "":
		return unknown(i, "%s cannot be read: %s", s.nameOf(i), st.Unread)
	case st.Resources.Not || !slices.ContainsFunc(st.Resources.Values, func(t policy.Text) bool {
		return s.wildcard(t)
	}):
		return no("it names its resources")
	case !s.takesResource(st):
		return no("its actions take no resource")
	}
	// What matches the wildcard is asked for: the rest of Resource is named.
	in := s.ask()
	narrow := *in.docs[0]
	narrow.Statements = slices.Clone(narrow.Statements)
	one := &narrow.Statements[i]
	one.Resources.Values = slices.DeleteFunc(slices.Clone(one.Resources.Values), func(t policy.Text) bool {
		return !s.wildcard(t)
	})
	sub := *s
	e := *s.Endpoint
	e.Policy.Variants = []policy.Variant{{Doc: &narrow}}
	sub.Endpoint, sub.inquiry = &e, nil
	if len(one.Resources.Values) == len(in.docs[0].Statements[i].Resources.Values) {
		sub = *s
	}
	a := sub.reach(scope{callers: members, owners: strangers, network: true}, func(j int) bool { return j == i })
	if a.Verdict == Yes && a.Noun == "account" {
		return no("its actions take no resource")
	}
	a.Value = -1
	if a.Witness != nil {
		a.Value = s.valueOf(in.docs[0], &in.docs[0].Statements[i], *a.Witness)
	}
	return a
}

// takesResource reports whether one of a statement's actions takes a resource.
func (s *Subject) takesResource(st *policy.Statement) bool {
	for a := range s.allowedActions(st) {
		if len(a.ResourceTypes) > 0 {
			return true
		}
	}
	return false
}
