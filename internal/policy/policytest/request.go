package policytest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// A Party is somebody who asks, or whose a resource is.
type Party int

// The parties. Strangers are in accounts that are not own, and in organizations
// that are not own or in none.
const (
	Stranger Party = iota
	Own
)

// Request makes a request of one party on a resource of another, near what the
// document tests. It is signed, but for some of strangers on an sts endpoint,
// whom STS federates. An account is in one organization, and nothing that
// follows from who asks and whose the resource is is said otherwise.
func (d *Document) Request(random *rand.Rand, asks, owns Party) policy.Request {
	m := maker{random, d}
	federated := func(a catalogue.Action) bool { return d.service.bare && matches(d.service.unsigned, a) }
	if d.service.bare && asks == Stranger && !m.often() {
		r := m.on(m.action(federated), m.account(owns), "")
		r.Kind = policy.STSFederated
		return m.complete(r)
	}
	caller, owner := m.account(asks), m.account(owns)
	if asks == owns && m.often() {
		owner = caller
	}
	r := m.on(m.action(func(a catalogue.Action) bool {
		// An action that takes no resource acts on the caller's own account.
		return !federated(a) && (asks == owns || len(m.takes(a)) > 0)
	}), owner, caller)
	r.Principal, r.PrincipalOrg = m.principal(caller), organizationOf(caller)
	return m.complete(r)
}

// Unsigned makes a request without credentials. It reports false for a document
// of a service that has no such requests.
func (d *Document) Unsigned(random *rand.Rand, owns Party) (policy.Request, bool) {
	if len(d.service.unsigned) == 0 || d.service.bare {
		return policy.Request{}, false
	}
	m := maker{random, d}
	r := m.on(m.action(func(a catalogue.Action) bool {
		return matches(d.service.unsigned, a) && len(m.takes(a)) > 0
	}), m.account(owns), "")
	r.PrincipalAccount = "anonymous"
	return m.complete(r), true
}

// organizationOf is the organization of an account; empty for one in none.
func organizationOf(account string) string {
	switch account {
	case OwnAccount:
		return OwnOrganization
	case "444455556666":
		return "o-strangerorg9"
	case "777788889999":
		return "o-partnerorg77"
	default:
		return ""
	}
}

// A maker makes one request.
type maker struct {
	*rand.Rand
	doc *Document
}

func (m maker) often() bool { return m.IntN(3) > 0 }

func (m maker) account(p Party) string {
	if p == Own {
		return OwnAccount
	}
	return pick(m.Rand, []string{"444455556666", "444455556666", "777788889999", "999999999999"})
}

// principal is the ARN of somebody in an account, now and then one that the
// document names.
func (m maker) principal(account string) string {
	if len(m.doc.principals) > 0 && m.often() {
		named := pick(m.Rand, m.doc.principals)
		if f := strings.SplitN(named, ":", 6); len(f) == 6 && f[4] == account && !strings.HasSuffix(named, "*") {
			return named
		}
	}
	return "arn:aws:" + pick(m.Rand, []string{"iam::" + account + ":role/app", "sts::" + account + ":assumed-role/app/one", "iam::" + account + ":user/ana", "iam::" + account + ":root", "sts::" + account + ":federated-user/ana"})
}

// on is a request for an action on a resource of an owner. An action that takes
// none acts on the caller's account, if there is one.
func (m maker) on(action catalogue.Action, owner, caller string) policy.Request {
	resource := m.resource(action, owner)
	if resource == "*" {
		owner = caller
	}
	return policy.Request{
		Action: m.doc.service.id + ":" + action.Name, Resource: resource, ResourceAccount: owner, ResourceOrg: organizationOf(owner),
		Context: map[string][]string{"aws:SourceVpc": {Vpc}, "aws:SourceVpce": {Endpoint}, "aws:RequestedRegion": {Region}},
	}
}

// complete adds the keys that the document tests.
func (m maker) complete(r policy.Request) policy.Request {
	derived := r.Keys()
	for _, k := range m.doc.keys {
		if _, said := derived[strings.ToLower(k.name)]; said {
			continue
		}
		if values := m.context(k, &r); values != nil {
			r.Context[k.name] = values
		}
	}
	return r
}

// action is one of those wanted; one that the document tests, if that is easy to
// find.
func (m maker) action(wanted func(catalogue.Action) bool) catalogue.Action {
	if len(m.doc.actions) > 0 && m.often() {
		pattern := []string{pick(m.Rand, m.doc.actions)}
		for range 20 {
			if a := pick(m.Rand, m.doc.service.actions); wanted(a) && matches(pattern, a) {
				return a
			}
		}
	}
	for _, from := range [][]catalogue.Action{m.doc.service.usual, m.doc.service.actions} {
		if list := slices.DeleteFunc(slices.Clone(from), func(a catalogue.Action) bool { return !wanted(a) }); len(list) > 0 {
			return pick(m.Rand, list)
		}
	}
	panic(fmt.Errorf("policytest: no action of %s is wanted", m.doc.service.id))
}

// takes are the types of resources that an action takes and the catalogue knows.
func (m maker) takes(a catalogue.Action) []catalogue.ResourceType {
	var list []catalogue.ResourceType
	for _, name := range a.ResourceTypes {
		if kind, ok := m.doc.service.types[strings.TrimSuffix(name, "*")]; ok {
			list = append(list, kind)
		}
	}
	return list
}

func matches(patterns []string, a catalogue.Action) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return glob.Match(strings.ToLower(p), strings.ToLower(a.Service+":"+a.Name))
	})
}

// resource is a resource of an owner that the action takes, near a pattern of
// the document if that is possible.
func (m maker) resource(action catalogue.Action, owner string) string {
	types := m.takes(action)
	if len(types) == 0 {
		return "*"
	}
	kind := pick(m.Rand, types)
	arn := m.example(kind.ARNs[0], owner)
	if len(m.doc.resources) == 0 || !m.often() {
		return arn
	}
	// The pattern's last part in the place of the ARN's own.
	pattern := strings.SplitN(pick(m.Rand, m.doc.resources), ":", 6)
	parts := strings.SplitN(arn, ":", 6)
	if len(pattern) < 6 || strings.Contains(pattern[5], "${") {
		return arn
	}
	name := m.fulfil(pattern[5])
	if kind.Account == catalogue.NoAccount && (strings.Contains(name, "/") != strings.Contains(parts[5], "/") || reservedToAnother(name, owner)) {
		return arn // a bucket is no object, and its name may say whose it is
	}
	parts[5] = name
	return strings.Join(parts, ":")
}

// reservedToAnother reports whether a bucket's name, or that of an object in
// it, is reserved to an account other than the owner (S3 User Guide, "General
// purpose bucket naming rules").
func reservedToAnother(name, owner string) bool {
	bucket, _, _ := strings.Cut(name, "/")
	return strings.HasSuffix(bucket, "-an") && !strings.Contains(bucket, owner)
}

// example fills the variables of the ARN of a type of resource.
func (m maker) example(shape, owner string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(shape, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		variable, rest, _ := strings.Cut(after, "}")
		shape = rest
		switch variable {
		case "Partition":
			b.WriteString("aws")
		case "Region":
			b.WriteString(Region)
		case "Account":
			b.WriteString(owner)
		default:
			b.WriteString(pick(m.Rand, names))
		}
	}
}

// fulfil makes a text that a pattern matches.
func (m maker) fulfil(pattern string) string {
	const star = "\x00"
	text := strings.NewReplacer("${*}", star, "*", pick(m.Rand, []string{"", "x", "one", "x/y"}), "?", "x").Replace(pattern)
	return strings.ReplaceAll(text, star, "*")
}

// context is the value of a key that nothing else of the request says; nil for
// none.
func (m maker) context(k key, r *policy.Request) []string {
	switch {
	case strings.HasSuffix(k.name, "OrgPaths"):
		organization := map[string]string{"aws:PrincipalOrgPaths": r.PrincipalOrg, "aws:ResourceOrgPaths": r.ResourceOrg}[k.name]
		return m.paths(organization)
	case strings.HasPrefix(k.name, "aws:Principal") && !strings.HasPrefix(k.name, "aws:PrincipalTag/"), k.name == "aws:username", k.name == "aws:ResourceOrgID", strings.HasSuffix(k.name, ":ResourceAccount"):
		return nil // the request has it if there is one
	case k.caller && r.Principal == "":
		return nil // there are no credentials
	case k.name == "aws:SourceIp", strings.HasPrefix(k.name, "aws:CalledVia"), strings.HasPrefix(k.name, "aws:Source") && k.name != "aws:SourceIdentity":
		return nil // through an endpoint there is none
	case k.optional && !m.often():
		return nil
	}
	values := []string{m.near(k)}
	for k.many && !m.often() {
		values = append(values, m.near(k))
	}
	return values
}

func (m maker) paths(organization string) []string {
	switch organization {
	case OwnOrganization:
		return []string{OwnOrganization + "/r-ab12/ou-ab12-" + pick(m.Rand, []string{"11112222/", "99998888/"})}
	case "":
		return nil
	default:
		return []string{organization + "/r-cd34/ou-cd34-33334444/"}
	}
}

// near is a value that one of the document's is likely to match. It is of its
// kind, whatever the document compares it with.
func (m maker) near(k key) string {
	value := pick(m.Rand, k.values.literals)
	free := k.kind == text || k.kind == arn
	if seen := m.doc.values[k.name]; len(seen) > 0 && m.often() {
		if v := pick(m.Rand, seen); free && v != "" && !strings.Contains(v, "${aws") || slices.Contains(k.values.literals, v) {
			value = v
		}
	}
	switch {
	case k.kind == address:
		value, _, _ = strings.Cut(value, "/")
	case free:
		value = m.fulfil(value)
	}
	return value
}
