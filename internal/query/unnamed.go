package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/policy"
)

// An Unnamed is an account or organization that a statement names and the
// perimeter does not.
type Unnamed struct {
	ID string
	// Organization says that it is one, and Owner that it is named as the owner of
	// resources, not as a caller.
	Organization, Owner bool
	// Element is the element that names it, Principal, Resource or Condition, and
	// Index the value's, or the condition's.
	Element string
	Index   int
	// Answer is yes, with a request of that account or organization that the
	// statement lets through.
	Answer Answer
}

// unnamed looks for accounts and organizations that an Allow lets in by name and
// that the perimeter, which says whom the user trusts, does not have.
func (s *Subject) unnamed(i int) []Unnamed {
	if len(s.Perimeter.Accounts)+len(s.Perimeter.Organizations) == 0 {
		return nil
	}
	var out []Unnamed
	for _, n := range namedIn(&s.statements()[i]) {
		if s.trusted(n) || slices.ContainsFunc(out, func(have Unnamed) bool { return have.ID == n.ID && have.Owner == n.Owner }) {
			continue
		}
		scopes := []scope{{callers: strangers, owners: owns, callerOf: n.ID}, {callers: strangers, owners: strangers, callerOf: n.ID}}
		if n.Owner {
			scopes = []scope{{callers: owns, owners: strangers, ownerOf: n.ID}, {callers: strangers, owners: strangers, ownerOf: n.ID}}
		}
		for _, c := range scopes {
			if s.separate() && c.callers != c.owners {
				continue
			}
			if n.Answer = s.reach(c, func(j int) bool { return j == i }); n.Answer.Verdict == Yes {
				out = append(out, n)
				break
			}
		}
	}
	return out
}

// trusted reports whether an account or organization is own, a third party's, or
// one of AWS.
func (s *Subject) trusted(n Unnamed) bool {
	if n.Organization {
		return slices.Contains(s.Perimeter.Organizations, n.ID)
	}
	if s.ownAccountID(n.ID) || slices.ContainsFunc(s.Perimeter.ThirdParties, func(t config.ThirdParty) bool { return t.Account == n.ID }) {
		return true
	}
	for _, r := range catalogue.OwnedResources() {
		for _, account := range r.Accounts {
			if account == n.ID {
				return true
			}
		}
	}
	return false
}

// namedIn are the accounts and organizations that a statement names, where what it
// compares with them must be equal.
func namedIn(st *policy.Statement) []Unnamed {
	var out []Unnamed
	add := func(id, element string, index int, owner bool) {
		switch {
		case isAccountID(id):
			out = append(out, Unnamed{ID: id, Element: element, Index: index, Owner: owner})
		case strings.HasPrefix(id, "o-"):
			id, _, _ = strings.Cut(id, "/")
			out = append(out, Unnamed{ID: id, Element: element, Index: index, Owner: owner, Organization: true})
		case strings.HasPrefix(id, "arn:"):
			if f := strings.SplitN(id, ":", 6); len(f) == 6 && isAccountID(f[4]) {
				out = append(out, Unnamed{ID: f[4], Element: element, Index: index, Owner: owner})
			}
		}
	}
	if !st.Principals.Not {
		for i, p := range st.Principals.Values {
			if text, known := p.Value.Literal(); known {
				add(text, "Principal", i, false)
			}
		}
	}
	if !st.Resources.Not {
		for i, v := range st.Resources.Values {
			if text, known := v.Literal(); known {
				add(text, "Resource", i, true)
			}
		}
	}
	doc := &policy.Document{Statements: []policy.Statement{*st}}
	for i := range st.Conditions {
		c := &st.Conditions[i]
		key := strings.ToLower(c.Key.String())
		part := policy.Scope{}
		if compared := part.Compare(doc, st, c); compared.Negated || !namesParty(key) {
			continue
		}
		for _, v := range c.Values {
			if text, known := v.Literal(); known {
				add(text, "Condition", i, strings.Contains(key, "resource"))
			}
		}
	}
	return out
}
