package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// defaultDocument is AWS's default policy (AWS PrivateLink Guide, "Default
// endpoint policy").
func defaultDocument() *policy.Document {
	star := policy.Text{Parts: []policy.Part{{Literal: "*"}}}
	return &policy.Document{
		Version: policy.Text{Parts: []policy.Part{{Literal: "2012-10-17"}}},
		Statements: []policy.Statement{{
			Effect:     policy.Allow,
			Principals: policy.Principals{Values: []policy.Principal{{Value: star}}},
			Actions:    policy.Set{Values: []policy.Text{star}},
			Resources:  policy.Set{Values: []policy.Text{star}},
		}},
	}
}

// grounded is a document with one value for each hole that has any of a kind:
// the region, its partition, an own account, an own organization, the endpoint's
// own network. A stranger is none of the own, whichever they are.
func (s *Subject) grounded(doc *policy.Document) *policy.Document {
	return mapped(doc, s.groundText)
}

// mapped is a document with every value replaced.
func mapped(doc *policy.Document, to func(policy.Text) policy.Text) *policy.Document {
	all := func(values []policy.Text) []policy.Text {
		out := slices.Clone(values)
		for i := range out {
			out[i] = to(out[i])
		}
		return out
	}
	out := *doc
	out.Statements = slices.Clone(doc.Statements)
	for i := range out.Statements {
		st := &out.Statements[i]
		st.Actions.Values = all(st.Actions.Values)
		st.Resources.Values = all(st.Resources.Values)
		st.Principals.Values = slices.Clone(st.Principals.Values)
		for j := range st.Principals.Values {
			st.Principals.Values[j].Value = to(st.Principals.Values[j].Value)
		}
		st.Conditions = slices.Clone(st.Conditions)
		for j := range st.Conditions {
			st.Conditions[j].Values = all(st.Conditions[j].Values)
		}
	}
	return &out
}

func (s *Subject) groundText(t policy.Text) policy.Text {
	if !slices.ContainsFunc(t.Parts, func(p policy.Part) bool { return p.Hole.Kind != policy.NotHole }) {
		return t
	}
	if network, ok := s.networkReference(t); ok {
		t.Parts = []policy.Part{{Literal: network}}
		return t
	}
	parts := slices.Clone(t.Parts)
	for i, p := range parts {
		switch p.Hole.Kind {
		case policy.Region:
			parts[i] = policy.Part{Literal: s.region()}
		case policy.Partition:
			parts[i] = policy.Part{Literal: partition(s.region())}
		case policy.OwnAccount:
			parts[i] = policy.Part{Literal: s.anOwnAccount()}
		case policy.OwnOrganization:
			parts[i] = policy.Part{Literal: s.anOwnOrganization()}
		}
	}
	t.Parts = joined(parts)
	return t
}

// joined puts neighbouring literals together.
func joined(parts []policy.Part) []policy.Part {
	var out []policy.Part
	for _, p := range parts {
		if last := len(out) - 1; p.Hole.Kind == policy.NotHole && last >= 0 && out[last].Hole.Kind == policy.NotHole {
			out[last].Literal += p.Literal
			continue
		}
		out = append(out, p)
	}
	return out
}

// networkReference is the id of the endpoint, or of its VPC, where a value refers
// to it.
func (s *Subject) networkReference(t policy.Text) (id string, ok bool) {
	if sameParts(t, s.Endpoint.Vpc) {
		return networkSample("aws:sourcevpc"), true
	}
	if len(t.Parts) == 1 && t.Parts[0].Hole.Kind == policy.OwnResource {
		if ref := t.Parts[0].Hole.Ref; ref == s.Endpoint.Name || strings.HasPrefix(ref, s.Endpoint.Name+".") {
			return networkSample("aws:sourcevpce"), true
		}
	}
	return "", false
}

func sameParts(a, b policy.Text) bool { return len(a.Parts) > 0 && slices.Equal(a.Parts, b.Parts) }

// vpc is the id of the endpoint's VPC. For one that the file refers to it stands
// for the id.
func (s *Subject) vpc() (id string, known bool) {
	if s.Endpoint.Vpc.Absent() {
		return "", false
	}
	if id, known := s.Endpoint.Vpc.Literal(); known {
		return id, id != ""
	}
	for _, h := range s.Endpoint.Vpc.Holes() {
		if h.Kind != policy.OwnResource && !s.comparesOnlyOwnVpc() {
			return "", false
		}
	}
	return networkSample("aws:sourcevpc"), true
}

// comparesOnlyOwnVpc reports whether every VPC that the policy names is the
// endpoint's, by the same reference: then nothing hangs on which it is.
func (s *Subject) comparesOnlyOwnVpc() bool {
	for _, st := range s.statements() {
		for _, c := range st.Conditions {
			if strings.EqualFold(c.Key.String(), "aws:SourceVpc") && slices.ContainsFunc(c.Values, func(t policy.Text) bool { return !sameParts(t, s.Endpoint.Vpc) }) {
				return false
			}
		}
	}
	return true
}

// endpointID is the id of the endpoint itself.
func (s *Subject) endpointID() (id string, known bool) {
	if s.Endpoint.Live {
		return s.Endpoint.Name, true
	}
	return "", false
}

// madeUp is a document in which the roles of the same files, and their resources
// too where it is asked for, have names: any
// name shows what happens to them, as the policy and the request name the same
// resource.
func (s *Subject) madeUp(doc *policy.Document, resources bool) *policy.Document {
	out := *doc
	out.Statements = slices.Clone(doc.Statements)
	for i := range out.Statements {
		st := &out.Statements[i]
		st.Resources.Values = slices.Clone(st.Resources.Values)
		for j, v := range st.Resources.Values {
			if resources {
				st.Resources.Values[j] = s.nameOwn(st, v)
			}
		}
		st.Principals.Values = slices.Clone(st.Principals.Values)
		for j, p := range st.Principals.Values {
			st.Principals.Values[j].Value = s.nameRole(p.Value)
		}
		st.Conditions = slices.Clone(st.Conditions)
		for j, c := range st.Conditions {
			if !strings.EqualFold(c.Key.String(), "aws:PrincipalArn") {
				continue
			}
			values := slices.Clone(c.Values)
			for k := range values {
				values[k] = s.nameRole(values[k])
			}
			st.Conditions[j].Values = values
		}
	}
	return &out
}

func (s *Subject) nameOwn(st *policy.Statement, t policy.Text) policy.Text {
	if !slices.ContainsFunc(t.Parts, func(p policy.Part) bool { return p.Hole.Kind == policy.OwnResource }) {
		return t
	}
	parts := slices.Clone(t.Parts)
	for i, p := range parts {
		if p.Hole.Kind != policy.OwnResource {
			continue
		}
		if i > 0 {
			parts[i] = policy.Part{Literal: "our-" + strings.ToLower(kebab(p.Hole.Ref))}
			continue
		}
		if arn, ok := s.exampleOf(st); ok {
			parts[i] = policy.Part{Literal: arn}
		}
	}
	t.Parts = joined(parts)
	return t
}

// nameRole gives a principal of the same files a name: a role, whose ARN it is.
func (s *Subject) nameRole(t policy.Text) policy.Text {
	if len(t.Parts) == 1 && t.Parts[0].Hole.Kind == policy.OwnResource && strings.HasSuffix(strings.ToLower(t.Parts[0].Hole.Ref), ".arn") {
		arn := "arn:" + partition(s.region()) + ":iam::" + s.anOwnAccount() + ":role/our-" + strings.ToLower(kebab(t.Parts[0].Hole.Ref))
		t.Parts = []policy.Part{{Literal: arn}}
	}
	return t
}

// kebab keeps of a reference what a name may hold.
func kebab(ref string) string {
	name, _, _ := strings.Cut(ref, ".")
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name)
}

// exampleOf is the ARN of an own resource that an action of a statement takes.
func (s *Subject) exampleOf(st *policy.Statement) (string, bool) {
	for a := range s.allowedActions(st) {
		for _, t := range a.targets {
			_, sample := s.arn(t.form, s.anOwnAccount())
			return strings.ReplaceAll(strings.TrimSuffix(sample, "/strangers-object"), "strangers-", "our-"), true
		}
	}
	return "", false
}

// anOwnAccount is the id of an own account: a configured one, or one that
// stands for it.
func (s *Subject) anOwnAccount() string {
	if len(s.Perimeter.Accounts) > 0 {
		return s.Perimeter.Accounts[0]
	}
	return documentationAccount
}

func (s *Subject) anOwnOrganization() string {
	if len(s.Perimeter.Organizations) > 0 {
		return s.Perimeter.Organizations[0]
	}
	return documentationOrganization
}

// standsFor adds to the perimeter the account and organization that stand for
// the own ones of the deployment, where the documents have such holes and the
// perimeter has no id for them.
func (s *Subject) standsFor(docs ...*policy.Document) {
	holds := map[policy.HoleKind]bool{}
	for _, doc := range docs {
		mapped(doc, func(t policy.Text) policy.Text {
			for _, h := range t.Holes() {
				holds[h.Kind] = true
			}
			return t
		})
	}
	if s.Perimeter.Empty() {
		return // the policy names them then, so that they are own
	}
	if holds[policy.OwnAccount] && len(s.Perimeter.Accounts) == 0 {
		s.Perimeter.Accounts = []string{documentationAccount}
	}
	if holds[policy.OwnOrganization] && len(s.Perimeter.Organizations) == 0 {
		s.Perimeter.Organizations = []string{documentationOrganization}
	}
}
