// Package policytest makes random endpoint policies, and requests that come
// near them, for tests. The same seed always gives the same ones. What a policy
// lets through is for its users to ask.
package policytest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
)

// What the documents take for own, and the endpoint that they are attached to.
const (
	OwnAccount      = "111122223333"
	OwnOrganization = "o-exampleorg1"
	Region          = "us-east-1"
	Vpc             = "vpc-0123456789abcdef0"
	Endpoint        = "vpce-0f1e2d3c4b5a69788"
)

// Options say what documents may hold. The zero Options allow everything.
type Options struct {
	// Inner leaves out what AWS does not settle: everything on which the
	// readings of the policy package let different requests through, names of
	// buckets that anybody may take once they are free (A10), keys that only
	// some services send (A8) or that follow from other keys, and the variables
	// that Ground leaves out. An answer about such a document is yes or no.
	Inner bool
	// Ground leaves out all variables but those whose value is that of the
	// caller's or the resource's account or organization.
	Ground bool
	// Services are the ids of the services to take; all of Services when nil.
	Services []string
}

// A Document is one random policy of one endpoint.
type Document struct {
	// Text is the policy document, JSON.
	Text string
	// Service is the service's full name, and Type Gateway or Interface.
	Service, Type string
	// Cells are what the document's conditions test, for counting.
	Cells []Cell

	service    *service
	keys       []key               // those that the conditions look at
	values     map[string][]string // of the conditions, by key
	actions    []string            // patterns
	resources  []string            // patterns
	principals []string            // ARNs and account ids
}

// Documents makes the documents of a seed.
func Documents(seed uint64, n int, o Options) []Document {
	g := &generator{
		Rand:    rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // the same documents in every run
		Options: o,
	}
	for _, s := range newServices() {
		if o.Services == nil || slices.Contains(o.Services, s.id) {
			s.keys = keysOf(s, o.Inner)
			g.services = append(g.services, s)
		}
	}
	if len(g.services) == 0 {
		panic(fmt.Errorf("policytest: none of the services %q", o.Services))
	}
	documents := make([]Document, n)
	for i := range documents {
		documents[i] = g.document()
	}
	return documents
}

// A generator makes documents, one after the other.
type generator struct {
	*rand.Rand
	Options
	services []*service
	deck     []Cell // what is left of it

	// Of the document in the making.
	doc     *Document
	service *service
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// A choice is one of several things with how often it comes up.
type choice[T any] struct {
	weight int
	what   T
}

func weighted[T any](r *rand.Rand, choices []choice[T]) T {
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	n := r.IntN(total)
	for _, c := range choices {
		if n -= c.weight; n < 0 {
			return c.what
		}
	}
	panic("unreachable")
}

// A statement is one statement in the policy language's own JSON.
type statement struct {
	Sid          string `json:",omitempty"`
	Effect       string
	Principal    any                       `json:",omitempty"`
	NotPrincipal any                       `json:",omitempty"`
	Action       any                       `json:",omitempty"`
	NotAction    any                       `json:",omitempty"`
	Resource     any                       `json:",omitempty"`
	NotResource  any                       `json:",omitempty"`
	Condition    map[string]map[string]any `json:",omitempty"`
}

// The effects.
const (
	allow = "Allow"
	deny  = "Deny"
)

// document makes one document. Random conditions alone seldom close a policy to
// strangers, so that half of the documents are written by somebody who means to:
// with a condition in every Allow, or with a Deny. Now and then he slips.
func (g *generator) document() Document {
	d := Document{values: map[string][]string{}}
	g.doc = &d
	g.service = g.services[g.IntN(len(g.services))]
	d.service, d.Service, d.Type = g.service, g.service.name, "Interface"
	if g.service.gateway && g.chance(50) {
		d.Type = "Gateway"
	}
	const open, byAllow, byDeny = 0, 1, 2
	plan := weighted(g.Rand, []choice[int]{{40, open}, {42, byAllow}, {18, byDeny}})
	var list []statement
	for range 1 + g.IntN(3) {
		list = append(list, g.statement(allow, plan == byAllow && g.chance(95)))
	}
	if plan == byDeny {
		list = append(list, g.perimeter())
	}
	for range g.IntN(7 - (len(list)+1)/4) {
		list = append(list, g.statement(deny, false))
	}
	g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for i := range list {
		if g.chance(40) {
			list[i].Sid = fmt.Sprintf("Number%d", i+1)
		}
	}
	whole := map[string]any{"Version": "2012-10-17", "Statement": list}
	switch {
	case len(list) == 1 && g.chance(30):
		whole["Statement"] = list[0]
	case g.chance(5):
		whole["Version"] = "2008-10-17"
	case g.chance(3):
		delete(whole, "Version") // which is 2008-10-17
	}
	if g.chance(10) {
		whole["Id"] = "endpoint"
	}
	text, err := json.Marshal(whole)
	if err != nil {
		panic(err) // there are only strings in it
	}
	d.Text = string(text)
	return d
}

// statement makes a statement; closed is one that lets no stranger act on a
// stranger's resource.
func (g *generator) statement(effect string, closed bool) statement {
	s := statement{Effect: effect, Condition: map[string]map[string]any{}}
	g.principal(&s)
	g.action(&s)
	g.resource(&s)
	if closed {
		g.closing(&s)
	}
	conditions := weighted(g.Rand, []choice[int]{{30, 0}, {35, 1}, {23, 2}, {12, 3}})
	everything := s.Action == "*" && s.Resource == "*"
	if effect == deny && everything && conditions == 0 && !g.chance(4) {
		conditions = 1 + g.IntN(3) // a Deny of everything makes the others mute
	}
	for range conditions {
		g.condition(&s)
	}
	if g.chance(6) {
		g.same(&s)
	}
	return s
}

// same compares whose the resource is with who asks: strangers on their own
// resources meet it.
func (g *generator) same(s *statement) {
	operator := "StringEquals"
	if s.Effect == deny {
		operator = "StringNotEquals"
	}
	if g.chance(25) {
		operator += "IfExists"
	}
	if g.chance(50) {
		g.add(s, operator, "aws:ResourceOrgID", []string{"${aws:PrincipalOrgID}"})
		return
	}
	g.add(s, operator, "aws:ResourceAccount", []string{"${aws:PrincipalAccount}"})
}

// principal gives a statement its Principal or NotPrincipal.
func (g *generator) principal(s *statement) {
	if s.Effect == deny && g.chance(8) || !g.Inner && g.chance(1) {
		s.NotPrincipal = g.named(s.Effect)
		return
	}
	switch {
	case g.chance(78):
		s.Principal = "*"
	case g.chance(35):
		s.Principal = map[string]any{"AWS": "*"}
	default:
		s.Principal = g.named(s.Effect)
	}
}

// named makes a principal that is not everybody. Users and roles are what a
// gateway endpoint may or may not know (A12), and the user's own ARN may take in
// his federated sessions (A13).
func (g *generator) named(effect string) any {
	account := pick(g.Rand, accounts)
	const (
		ids = iota
		roots
		roles
		sessions
		users
		services
		several
		odd
	)
	choices := []choice[int]{{30, ids}, {15, roots}, {10, services}}
	if !g.Inner || g.doc.Type != "Gateway" {
		choices = append(choices, choice[int]{25, roles}, choice[int]{10, sessions}, choice[int]{15, several})
	}
	if !g.Inner {
		choices = append(choices, choice[int]{10, users}, choice[int]{6, odd})
	}
	role := "arn:aws:iam::" + account + ":role/" + pick(g.Rand, []string{"app", "app", "division/admin"})
	var names []string
	switch weighted(g.Rand, choices) {
	case services:
		return map[string]any{"Service": g.oneOrSome(func() string {
			return pick(g.Rand, []string{"logs.amazonaws.com", "cloudtrail.amazonaws.com", "lambda.amazonaws.com"})
		})}
	case odd:
		return pick(g.Rand, []any{
			map[string]any{"Federated": "cognito-identity.amazonaws.com"},
			map[string]any{"AWS": "AROAEXAMPLEID00000001"},
			map[string]any{"AWS": "arn:aws:iam::" + account + ":role/*"},
			map[string]any{"AWS": "arn:aws-cn:iam::" + account + ":root"},
			map[string]any{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
			map[string]any{"Service": "*"},
		})
	case roots:
		names = []string{"arn:aws:iam::" + account + ":root"}
	case roles:
		names = []string{role}
	case sessions:
		names = []string{pick(g.Rand, []string{"arn:aws:sts::" + account + ":assumed-role/app/one", "arn:aws:sts::" + account + ":federated-user/ana"})}
	case users:
		names = []string{"arn:aws:iam::" + account + ":user/ana"}
	case several:
		names = []string{account, role, pick(g.Rand, accounts)}
		if effect == allow && g.chance(20) {
			g.note(names)
			return map[string]any{"AWS": names, "Service": "logs.amazonaws.com"}
		}
	default:
		names = []string{account}
		if g.chance(25) {
			names = append(names, pick(g.Rand, accounts))
		}
	}
	g.note(names)
	return map[string]any{"AWS": g.list(names)}
}

func (g *generator) note(principals []string) {
	g.doc.principals = append(g.doc.principals, principals...)
}

// list writes values as a list, or as a string where there is one.
func (g *generator) list(values []string) any {
	if len(values) == 1 && g.chance(80) {
		return values[0]
	}
	return values
}

// oneOrSome makes a value or a list of them, now and then with one twice.
func (g *generator) oneOrSome(one func() string) any {
	values := []string{one()}
	for range weighted(g.Rand, []choice[int]{{55, 0}, {25, 1}, {14, 2}, {4, 3}, {2, 5}}) {
		values = append(values, one())
	}
	if g.chance(6) {
		values = append(values, values[0])
	}
	return g.list(values)
}

// action gives a statement its Action or NotAction.
func (g *generator) action(s *statement) {
	if g.chance(8) {
		s.NotAction = g.oneOrSome(g.actionPattern)
		return
	}
	switch {
	case g.chance(40):
		s.Action = "*"
	case g.chance(30):
		s.Action = g.service.id + ":*"
	default:
		s.Action = g.oneOrSome(g.actionPattern)
	}
}

// resource gives a statement its Resource or NotResource.
func (g *generator) resource(s *statement) {
	if g.chance(8) {
		s.NotResource = g.oneOrSome(func() string { return g.resourcePattern(s.Effect, true) })
		return
	}
	if g.chance(55) {
		s.Resource = "*"
		return
	}
	s.Resource = g.oneOrSome(func() string { return g.resourcePattern(s.Effect, false) })
}

// closing adds what keeps an Allow from strangers, on one side or on both.
func (g *generator) closing(s *statement) {
	if g.service.ownArn != "" && s.NotResource == nil && g.chance(12) {
		s.Resource = g.oneOrSome(func() string { return g.fill(g.service.ownArn, allow, false, OwnAccount) })
		return
	}
	if s.NotPrincipal == nil && g.chance(10) {
		g.note([]string{OwnAccount})
		s.Principal = map[string]any{"AWS": g.list([]string{OwnAccount})}
		return
	}
	for range 1 + g.IntN(5)/4 {
		operator, name, value := g.own("StringEquals", "StringLike", "ForAnyValue:StringLike", "ArnLike")
		if name == "aws:PrincipalAccount" || name == "aws:PrincipalOrgID" {
			switch {
			case g.chance(4):
				operator += "IfExists"
			case g.chance(3):
				operator = "ForAllValues:" + operator
			}
		}
		values := []string{value}
		if g.chance(6) {
			values = append(values, pick(g.Rand, g.service.key(name).values.literals))
		}
		g.add(s, operator, name, values)
	}
}

// own gives a comparison with what is own, by the operator for ids, for
// patterns, for several values or for ARNs, whichever is that of the key.
func (g *generator) own(ids, patterns, several, arns string) (operator, key, value string) {
	type test struct{ operator, key, value string }
	tests := []choice[test]{
		{6, test{ids, "aws:PrincipalOrgID", OwnOrganization}},
		{6, test{ids, "aws:ResourceOrgID", OwnOrganization}},
		{4, test{ids, "aws:PrincipalAccount", OwnAccount}},
		{4, test{ids, "aws:ResourceAccount", OwnAccount}},
		{2, test{several, "aws:PrincipalOrgPaths", OwnOrganization + "/*"}},
		{2, test{several, "aws:ResourceOrgPaths", OwnOrganization + "/r-ab12/*"}},
		{1, test{patterns, "aws:PrincipalArn", "arn:aws:iam::" + OwnAccount + ":role/*"}},
		{1, test{arns, "aws:PrincipalArn", "arn:aws:iam::" + OwnAccount + ":role/*"}},
	}
	if g.service.id == "s3" {
		tests = append(tests, choice[test]{3, test{ids, "s3:ResourceAccount", OwnAccount}})
	}
	t := weighted(g.Rand, tests)
	return t.operator, t.key, t.value
}

// perimeter is a Deny of all that is not own, as AWS's data perimeter policies
// have it.
func (g *generator) perimeter() statement {
	s := statement{Effect: deny, Principal: "*", Action: "*", Resource: "*", Condition: map[string]map[string]any{}}
	operator, key, value := g.own("StringNotEquals", "StringNotLike", "ForAllValues:StringNotLike", "ArnNotLike")
	if g.chance(50) && operator != "ForAllValues:StringNotLike" {
		operator += "IfExists"
	}
	g.add(&s, operator, key, []string{value})
	if g.chance(40) {
		g.add(&s, "BoolIfExists", "aws:PrincipalIsAWSService", []string{"false"})
	}
	if g.chance(15) {
		g.condition(&s)
	}
	return s
}
