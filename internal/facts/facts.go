// Package facts turns an endpoint into the JSON that rules read: what the
// policy says, in the words of the policy language, and judgements on it, each
// yes, no or unknown. Which of them is a finding the rules decide.
package facts

import (
	"fmt"
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

	witnesses map[string]*policy.Request
}

// File is a file with its problems, each at /file/problems/N.
type File struct {
	Path     string   `json:"path"`
	Problems []string `json:"problems"`
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
	// FullAccess is yes when the document is spelled as AWS's default is.
	FullAccess query.Verdict `json:"full_access"`
	Version    string        `json:"Version,omitempty"`
	Statement  []Statement   `json:"Statement"`
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
	// Request is the witness in words; absent unless the verdict is yes.
	Request *Request `json:"request,omitempty"`
}

// Request is a witness in the words that messages use.
type Request struct {
	// Credentials is "a stranger's" or "your own".
	Credentials string `json:"credentials"`
	Action      string `json:"action"`
	// Noun is the kind of the resource: bucket, table.
	Noun     string `json:"noun"`
	Resource string `json:"resource"`
}

// Witness returns the request behind a judgment, by the JSON Pointer of the
// judgment in the facts; nil when there is none.
func (f *Facts) Witness(pointer string) *policy.Request { return f.witnesses[pointer] }

// Unreadable returns the facts about a file that could not be read.
func Unreadable(path string, problems []string) *Facts {
	return &Facts{Schema: Schema, File: &File{Path: path, Problems: problems}}
}

// Of returns the facts about an endpoint.
func Of(e *policy.Endpoint, asker *query.Asker) *Facts {
	s := asker.Subject(e)
	if e.Live && s.Recognised && s.Service.Policy == catalogue.Unsupported && document(e).FullAccess == query.Yes {
		// AWS shows its default document for endpoints that can have no other.
		bare := *e
		bare.Policy = policy.Attached{}
		e = &bare
		s.Endpoint = e
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
	const question = "stranger-to-stranger"
	a := s.Ask(query.StrangerToStranger)
	f.Questions = map[string]Judgment{question: f.judgment("/questions/"+question, a, false)}
	for i := range f.Policy.Statement {
		pointer := fmt.Sprintf("/policy/Statement/%d/wildcard_resource", i)
		f.Policy.Statement[i].WildcardResource = f.judgment(pointer, s.WildcardResource(i), true)
	}
	return f
}

// judgment turns an answer into a fact. It is about the Resource value where
// there is one and value is set, else about the statement.
func (f *Facts) judgment(pointer string, a query.Answer, value bool) Judgment {
	j := Judgment{Verdict: a.Verdict, Because: clip(a.Because), Assumptions: a.Assumptions}
	if j.Assumptions == nil {
		j.Assumptions = []string{}
	}
	if a.Statement >= 0 {
		j.At = fmt.Sprintf("/policy/Statement/%d", a.Statement)
		if value && a.Value >= 0 {
			j.At += fmt.Sprintf("/Resource/%d", a.Value)
			j.Value = clip(f.Policy.Statement[a.Statement].Resource[a.Value])
		}
	}
	if a.Witness != nil {
		f.witnesses[pointer] = a.Witness
		j.Request = &Request{Credentials: "your own", Action: a.Witness.Action, Noun: a.Noun, Resource: a.Witness.Resource}
		if a.Witness.PrincipalAccount == a.Witness.ResourceAccount {
			j.Request.Credentials = "a stranger's"
		}
	}
	return j
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
	p := &Policy{Why: e.Policy.Why, Reported: yesNo(e.Policy.Reported), FullAccess: query.No, Statement: []Statement{}}
	switch e.Policy.State {
	case policy.Default:
		p.State, p.FullAccess = "default", query.Yes
	case policy.Undetermined:
		p.State, p.FullAccess = "undetermined", query.Unknown
	default:
		p.State = "known"
		doc := e.Policy.Variants[0].Doc
		p.Version = doc.Version.String()
		for i := range doc.Statements {
			p.Statement = append(p.Statement, statement(&doc.Statements[i]))
		}
		p.FullAccess = yesNo(isDefault(doc))
	}
	return p
}

// isDefault reports whether a document is the one that AWS attaches where none
// is given (AWS PrivateLink Guide, "Default endpoint policy").
func isDefault(doc *policy.Document) bool {
	if len(doc.Statements) != 1 {
		return false
	}
	s := &doc.Statements[0]
	one := func(set policy.Set) bool {
		return !set.Not && len(set.Values) == 1 && set.Values[0].String() == "*"
	}
	return s.Unread == "" && s.Effect == policy.Allow && len(s.Conditions) == 0 && one(s.Actions) && one(s.Resources) &&
		!s.Principals.Not && len(s.Principals.Values) == 1 && s.Principals.Values[0].Value.String() == "*"
}

func statement(s *policy.Statement) Statement {
	out := Statement{Sid: s.Sid.String(), Effect: s.Effect.String(), Unread: s.Unread}
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
