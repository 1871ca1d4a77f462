// Package facts turns an endpoint into the JSON that rules read: what the
// policy says, in the words of the policy language, and judgements on it, each
// yes, no or unknown. Which of them is a finding the rules decide.
package facts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/query"
)

// Schema is the version of the facts' form. It grows when a fact is taken away
// or changes its meaning.
const Schema = 1

// Facts are what rules get about an endpoint, or about a file that could not be
// read; then only File is set.
type Facts struct {
	Schema    int                 `json:"schema"`
	File      *File               `json:"file,omitempty"`
	Name      string              `json:"name,omitempty"`
	Live      query.Verdict       `json:"live"`
	Service   *Service            `json:"service,omitempty"`
	Type      string              `json:"type,omitempty"`
	Policy    *Policy             `json:"policy,omitempty"`
	Questions map[string]Judgment `json:"questions,omitempty"`
	// Faults are the places that are not written as the policy language has it.
	Faults []Fault `json:"faults,omitempty"`
	// Misfits are what does not fit the endpoint.
	Misfits []Misfit `json:"misfits,omitempty"`
	// Blocked is what the policy keeps resources of the same files from.
	Blocked []Blocked `json:"blocked,omitempty"`
	// Siblings are other endpoints that lead to the same service from the same
	// network.
	Siblings []Sibling `json:"siblings,omitempty"`

	witnesses map[string]*policy.Request
}

// File is a file with its problems, each at /file/problems/N.
type File struct {
	Path     string   `json:"path"`
	Problems []string `json:"problems"`
	// Ignores are the ignores in it that are not as they should be, each at
	// /file/ignores/N.
	Ignores []Ignore `json:"ignores,omitempty"`
}

// Ignore is an ignore of findings that is not as it should be.
type Ignore struct {
	Kind  string   `json:"kind"` // the name of the rule that reports it
	Rules []string `json:"rules"`
	Until string   `json:"until,omitempty"`
	Why   string   `json:"why,omitempty"`
}

// Fault is a place in the endpoint or its policy that is not written as the
// policy language has it.
type Fault struct {
	Kind     string `json:"kind"` // the name of the rule that reports it
	Severity string `json:"severity"`
	// Name is what is at fault, or the name of what is missing.
	Name string `json:"name"`
	// Near is the right one that may have been meant; empty when there is none.
	Near string `json:"near,omitempty"`
	// Because says what is wrong, in words that follow the name; it may be empty.
	Because string `json:"because,omitempty"`
	// At is the JSON Pointer of the place, First of where a name that is given
	// again was given first, or of what else belongs to the fault.
	At    string `json:"at"`
	First string `json:"first,omitempty"`
	// Of is what the place is in: statement, document or endpoint.
	Of string `json:"of"`
}

// Blocked is something that an AWS service owns, that resources of the files need,
// and that the policy keeps them from.
type Blocked struct {
	Owned   string `json:"owned"` // the catalogue's id
	Owner   string `json:"owner"` // the service
	Caller  string `json:"caller"`
	Action  string `json:"action"`
	ARN     string `json:"arn"`
	Because string `json:"because"`
	Uses    []Use  `json:"uses"`
}

// Sibling is another endpoint that leads to the same service from the same network.
type Sibling struct {
	Name string `json:"name"`
	At   string `json:"at"`
	// Weaker is yes when the endpoint lets something through that the sibling does
	// not.
	Weaker Judgment `json:"weaker"`
}

// Use is a resource that needs it.
type Use struct {
	Name string `json:"name"`
	Type string `json:"type"`
	At   string `json:"at"` // the JSON Pointer of what tells the need
}

// Service is what the catalogue says of the endpoint's service.
type Service struct {
	// Name is the service as written, with ${…} for what is not known.
	Name string `json:"name"`
	// ID is the catalogue's id; empty when the catalogue has no such name.
	ID         string        `json:"id,omitempty"`
	Recognised query.Verdict `json:"recognised"`
	// Policies says whether the service obeys endpoint policies.
	Policies   query.Verdict `json:"policies"`
	Confidence string        `json:"confidence,omitempty"`
}

// Policy is the attached policy.
type Policy struct {
	State string `json:"state"` // default, known, undetermined
	Why   string `json:"why,omitempty"`
	// Reported is yes when a finding already says that it cannot be read.
	Reported query.Verdict `json:"reported"`
	// Shared is yes when endpoints of other services have the same document.
	Shared query.Verdict `json:"shared"`
	// FullAccess is yes when the policy lets through all that AWS's default does.
	FullAccess query.Verdict `json:"full_access"`
	// AllowsNothing is about the policy as a whole.
	AllowsNothing Judgment    `json:"allows_nothing"`
	Version       string      `json:"Version,omitempty"`
	Statement     []Statement `json:"Statement"`
}

// Statement is one statement. Elements that take one value or a list are lists.
type Statement struct {
	Sid              string                         `json:"Sid,omitempty"`
	Effect           string                         `json:"Effect"`
	Principal        map[string][]string            `json:"Principal,omitempty"`
	NotPrincipal     map[string][]string            `json:"NotPrincipal,omitempty"`
	Action           []string                       `json:"Action,omitempty"`
	NotAction        []string                       `json:"NotAction,omitempty"`
	Resource         []string                       `json:"Resource,omitempty"`
	NotResource      []string                       `json:"NotResource,omitempty"`
	Condition        map[string]map[string][]string `json:"Condition,omitempty"`
	Unread           string                         `json:"unread,omitempty"`
	WildcardResource Judgment                       `json:"wildcard_resource"`
	NeverMatches     Judgment                       `json:"never_matches"`
	// Explained is yes when a misfit says why the statement never matches.
	Explained       query.Verdict `json:"explained"`
	FullyDenied     Judgment      `json:"fully_denied"`
	Redundant       Judgment      `json:"redundant"`
	AbsentKeyOpens  Judgment      `json:"absent_key_opens"`
	VacuousNetwork  Judgment      `json:"vacuous_network"`
	NegatedAllow    Judgment      `json:"negated_allow"`
	CallersOwnGuard Judgment      `json:"callers_own_guard"`
	// Unnamed are those whom it lets in by name and the perimeter does not have;
	// each is a yes.
	Unnamed []Judgment `json:"unnamed,omitempty"`
}

// Judgment is an answer with what rules need to speak of it.
type Judgment struct {
	Verdict query.Verdict `json:"verdict"`
	// At is the JSON Pointer of what decides it; empty when it is the policy
	// as a whole or nothing written.
	At string `json:"at,omitempty"`
	// Value is the text at At when that is a single value.
	Value       string   `json:"value,omitempty"`
	Because     string   `json:"because,omitempty"`
	Assumptions []string `json:"assumptions"`
	// Guarded is yes of a yes that needs a tag of an own principal.
	Guarded query.Verdict `json:"guarded"`
	// Reported is yes when a fault in how the statement is written tells why.
	Reported query.Verdict `json:"reported"`
	// Request is the witness in words; absent unless the verdict is yes.
	Request *Request `json:"request,omitempty"`
}

// Request is a witness in the words that messages use.
type Request struct {
	// Credentials is "a stranger's", "your own" or "no"; Owner "a stranger's" or
	// "your own".
	Credentials string `json:"credentials"`
	Owner       string `json:"owner"`
	Action      string `json:"action"`
	// Writes is yes when the action changes something.
	Writes query.Verdict `json:"writes"`
	// Federated is yes for a caller that STS federates.
	Federated query.Verdict `json:"federated"`
	// Noun is the kind of the resource: bucket, table.
	Noun     string `json:"noun"`
	Resource string `json:"resource"`
	// Accountless is yes for an ARN without an account, of a service whose
	// resources of customers have one.
	Accountless query.Verdict `json:"accountless"`
}

// Witness returns the request behind a judgment, by the JSON Pointer of the
// judgment in the facts; nil when there is none.
func (f *Facts) Witness(pointer string) *policy.Request { return f.witnesses[pointer] }

// Unreadable returns the facts about a file that could not be read.
func Unreadable(path string, problems []string) *Facts {
	return &Facts{Schema: Schema, File: &File{Path: path, Problems: problems}}
}

// Ignores returns the facts about a file with ignores that are not as they should
// be.
func Ignores(path string, list []Ignore) *Facts {
	return &Facts{Schema: Schema, File: &File{Path: path, Problems: []string{}, Ignores: list}}
}

// Of returns the facts about an endpoint. What is proved about one is not proved
// again about another that is the same.
func Of(e *policy.Endpoint, asker *query.Asker) *Facts {
	same := *asker.Once(e, func() any { return of(e, asker) }).(*Facts)
	same.Name = e.Name
	if len(e.Siblings) > 0 {
		same.witnesses = maps.Clone(same.witnesses)
		for i, sibling := range e.Siblings {
			pointer := fmt.Sprintf("/siblings/%d", i)
			weaker := same.judgment(pointer+"/weaker", asker.Weaker(e, sibling), "/policy")
			same.Siblings = append(same.Siblings, Sibling{Name: clip(sibling.Name), At: pointer, Weaker: weaker})
		}
	}
	return &same
}

func of(e *policy.Endpoint, asker *query.Asker) *Facts {
	s := asker.Subject(e)
	if e.Live && s.Recognised && s.Service.Policy == catalogue.Unsupported && s.FullAccess().Verdict == query.Yes {
		// AWS shows its default document for endpoints that can have no other.
		s = s.Default()
		e = s.Endpoint
	}
	f := &Facts{
		Schema:    Schema,
		Name:      e.Name,
		Live:      yesNo(e.Live),
		Service:   service(s),
		Type:      strings.ToLower(e.Type.String()),
		Policy:    document(e),
		witnesses: map[string]*policy.Request{},
	}
	told := f.grammar(s)
	f.blocked(s)
	f.Questions = map[string]Judgment{}
	for _, q := range query.Questions() {
		f.Questions[string(q)] = f.judgment("/questions/"+string(q), s.Ask(q), "")
		told.asked(f.Questions, string(q))
	}
	const anonymous = "anonymous-to-stranger"
	f.Questions[anonymous] = f.judgment("/questions/"+anonymous, s.AnonymousToStranger(), "")
	f.Policy.FullAccess = s.FullAccess().Verdict
	f.Policy.AllowsNothing = f.judgment("/policy/allows_nothing", s.AllowsNothing(), "")
	answers := s.Statements()
	for i, one := range answers {
		st := &f.Policy.Statement[i]
		pointer := fmt.Sprintf("/policy/Statement/%d", i)
		wildcard := s.WildcardResource(i)
		at := ""
		if wildcard.Value >= 0 {
			at = fmt.Sprintf("%s/Resource/%d", pointer, wildcard.Value)
		}
		st.WildcardResource = f.judgment(pointer+"/wildcard_resource", wildcard, at)
		if at != "" {
			st.WildcardResource.Value = clip(st.Resource[wildcard.Value])
		}
		st.NeverMatches = f.judgment(pointer+"/never_matches", one.NeverMatches, pointer)
		st.NeverMatches.Reported = yesNo(told[pointer].miss)
		st.FullyDenied = f.judgment(pointer+"/fully_denied", one.FullyDenied, pointer)
		st.Redundant = f.judgment(pointer+"/redundant", one.Redundant, pointer)
		st.AbsentKeyOpens = f.condition(pointer, "absent_key_opens", e, i, one.AbsentKeyOpens)
		st.VacuousNetwork = f.condition(pointer, "vacuous_network", e, i, one.VacuousNetwork)
		st.NegatedAllow = f.condition(pointer, "negated_allow", e, i, one.NegatedAllow)
		st.CallersOwnGuard = f.condition(pointer, "callers_own_guard", e, i, one.CallersOwnGuard)
		for n, u := range one.Unnamed {
			at := fmt.Sprintf("%s/%s/%d", pointer, u.Element, u.Index)
			if u.Element == "Condition" {
				at = pointerOfCondition(pointer, &e.Policy.Variants[0].Doc.Statements[i].Conditions[u.Index])
			}
			j := f.judgment(fmt.Sprintf("%s/unnamed/%d", pointer, n), u.Answer, at)
			j.Value = u.ID
			st.Unnamed = append(st.Unnamed, j)
		}
	}
	f.misfits(s, answers)
	return f
}

func (f *Facts) blocked(s *query.Subject) {
	for _, b := range s.Blocked() {
		one := Blocked{
			Owned: b.Owned.ID, Owner: b.Owned.Owner, Caller: b.Caller,
			Action: b.Request.Action, ARN: b.Request.Resource, Because: b.Because, Uses: []Use{},
		}
		for _, i := range b.Uses {
			u := s.Endpoint.Uses[i]
			one.Uses = append(one.Uses, Use{Name: clip(u.Name), Type: clip(u.Type), At: fmt.Sprintf("/uses/%d", i)})
		}
		f.Blocked = append(f.Blocked, one)
	}
}

// pointerOfCondition is the JSON Pointer of a condition of the statement at one.
func pointerOfCondition(statement string, c *policy.Condition) string {
	return statement + "/Condition/" + policy.Escape(c.Operator.String()) + "/" + policy.Escape(c.Key.String())
}

// condition turns an answer about a condition into a fact, at the condition's
// key; the value is the condition in words.
func (f *Facts) condition(pointer, name string, e *policy.Endpoint, i int, a query.ConditionAnswer) Judgment {
	at := pointer
	value := ""
	if a.Condition >= 0 {
		c := &e.Policy.Variants[0].Doc.Statements[i].Conditions[a.Condition]
		at = pointerOfCondition(pointer, c)
		value = clip(c.Operator.String() + " on " + c.Key.String())
	}
	j := f.judgment(pointer+"/"+name, a.Answer, at)
	j.Value = value
	return j
}

// judgment turns an answer into a fact: about the place that is given, or else
// about the statement that decides.
func (f *Facts) judgment(pointer string, a query.Answer, at string) Judgment {
	j := Judgment{Verdict: a.Verdict, At: at, Because: clip(a.Because), Assumptions: a.Assumptions, Guarded: yesNo(a.Guarded), Reported: query.No}
	if j.Assumptions == nil {
		j.Assumptions = []string{}
	}
	if at == "" && a.Statement >= 0 {
		j.At = fmt.Sprintf("/policy/Statement/%d", a.Statement)
	}
	if w := a.Witness; w != nil {
		f.witnesses[pointer] = w
		fields := strings.SplitN(w.Resource, ":", 6)
		j.Request = &Request{
			Credentials: whose(a.OwnCredentials), Owner: whose(a.OwnResource), Action: w.Action, Writes: yesNo(a.Writes),
			Federated: yesNo(w.Kind == policy.STSFederated), Noun: a.Noun, Resource: w.Resource,
			Accountless: yesNo(len(fields) == 6 && fields[2] != "s3" && fields[4] == ""),
		}
		if !a.OwnCredentials && w.Principal == "" && w.Kind != policy.STSFederated {
			j.Request.Credentials = "no"
		}
	}
	return j
}

func whose(own bool) string {
	if own {
		return "your own"
	}
	return "a stranger's"
}

// maxQuoted is how many characters of the user's text a message may quote.
const maxQuoted = 200

// clip shortens text for messages.
func clip(text string) string {
	if utf8.RuneCountInString(text) <= maxQuoted {
		return text
	}
	return string([]rune(text)[:maxQuoted]) + "…"
}

func yesNo(b bool) query.Verdict {
	if b {
		return query.Yes
	}
	return query.No
}

func service(s *query.Subject) *Service {
	out := &Service{Name: clip(s.Endpoint.Service.String())}
	if _, ok := s.Endpoint.Service.Literal(); ok || s.Recognised {
		out.Recognised = yesNo(s.Recognised)
	}
	if s.Endpoint.Service.Absent() {
		out.Recognised = query.Unknown
	}
	if !s.Recognised {
		return out
	}
	out.ID = s.Service.ID
	out.Confidence = string(s.Service.Confidence)
	switch s.Service.Policy {
	case catalogue.Supported:
		out.Policies = query.Yes
	case catalogue.Unsupported:
		out.Policies = query.No
	}
	return out
}

func document(e *policy.Endpoint) *Policy {
	p := &Policy{Why: e.Policy.Why, Reported: yesNo(e.Policy.Reported), Shared: yesNo(e.Policy.Shared), Statement: []Statement{}}
	switch e.Policy.State {
	case policy.Default:
		p.State = "default"
	case policy.Undetermined:
		p.State = "undetermined"
	default:
		p.State = "known"
		doc := e.Policy.Variants[0].Doc
		p.Version = doc.Version.String()
		for i := range doc.Statements {
			p.Statement = append(p.Statement, statement(&doc.Statements[i]))
		}
	}
	return p
}

func statement(s *policy.Statement) Statement {
	out := Statement{Sid: s.Sid.String(), Effect: s.Effect.String(), Unread: s.Unread, Explained: query.No}
	principal, action, resource := &out.Principal, &out.Action, &out.Resource
	if s.Principals.Not {
		principal = &out.NotPrincipal
	}
	if s.Actions.Not {
		action = &out.NotAction
	}
	if s.Resources.Not {
		resource = &out.NotResource
	}
	*action, *resource = list(s.Actions.Values), list(s.Resources.Values)
	for _, p := range s.Principals.Values {
		if *principal == nil {
			*principal = map[string][]string{}
		}
		kind := p.Type
		if kind == "" {
			kind = "*"
		}
		(*principal)[kind] = append((*principal)[kind], p.Value.String())
	}
	for _, c := range s.Conditions {
		if out.Condition == nil {
			out.Condition = map[string]map[string][]string{}
		}
		operator := c.Operator.String()
		if out.Condition[operator] == nil {
			out.Condition[operator] = map[string][]string{}
		}
		values := list(c.Values)
		if values == nil {
			values = []string{}
		}
		out.Condition[operator][c.Key.String()] = values
	}
	return out
}

func list(values []policy.Text) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.String()
	}
	return slices.Clip(out)
}
