package query

import (
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// The keys below hold the account or organization of who asks or of whose the
// resource is. They are in lower case, since key names ignore case (IAM User
// Guide, "AWS global condition context keys").

func isAccountKey(key string) bool {
	return key == "aws:principalaccount" || key == "aws:resourceaccount" || key == "s3:resourceaccount"
}

func isOrganizationKey(key string) bool {
	return key == "aws:principalorgid" || key == "aws:resourceorgid"
}

func isPathKey(key string) bool {
	return key == "aws:principalorgpaths" || key == "aws:resourceorgpaths"
}

// isOwnerKey reports whether a key says whose the resource is, or which
// organization asks.
func isOwnerKey(key string) bool {
	return isOrganizationKey(key) || isPathKey(key) || key == "aws:resourceaccount" || key == "s3:resourceaccount"
}

// requires reports whether a condition fails when its key is absent and tests
// for equality or likeness with one of its values, so that the key must have
// one of them (IAM User Guide, "IAM JSON policy elements: Condition
// operators"). IfExists and ForAllValues hold for an absent key.
func requires(c *policy.Condition) bool {
	operator, ok := c.Operator.Literal()
	operator = strings.ToLower(operator)
	operator = strings.TrimPrefix(operator, "foranyvalue:")
	if !ok || len(c.Values) == 0 {
		return false
	}
	switch operator {
	case "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "bool":
		return true
	}
	return false
}

// narrowsOwner reports whether a condition requires a value of a key that says
// whose the resource is or which organization asks, or an AWS service
// principal. A value of wildcards alone requires nothing.
func narrowsOwner(c *policy.Condition) bool {
	if !requires(c) {
		return false
	}
	key := strings.ToLower(c.Key.String())
	if key == "aws:principalisawsservice" {
		return all(c.Values, isTrue)
	}
	return isOwnerKey(key) && all(c.Values, func(t policy.Text) bool {
		value, ok := t.Literal()
		return !ok || strings.Trim(value, "*?") != "" && !strings.HasPrefix(value, "o-*")
	})
}

func all(values []policy.Text, is func(policy.Text) bool) bool {
	for _, v := range values {
		if !is(v) {
			return false
		}
	}
	return len(values) > 0
}

func allPrincipals(values []policy.Principal, is func(policy.Principal) bool) bool {
	for _, v := range values {
		if !is(v) {
			return false
		}
	}
	return true
}

func isTrue(t policy.Text) bool {
	value, ok := t.Literal()
	return ok && strings.EqualFold(value, "true")
}

// onlyHole returns the hole of a text that is nothing else.
func onlyHole(t policy.Text) policy.HoleKind {
	if len(t.Parts) != 1 {
		return policy.NotHole
	}
	return t.Parts[0].Hole.Kind
}

// ownAccount reports whether a value is an own account's id. Where nothing is
// configured, an account that the policy names is own; where only
// organizations are, a literal account is a stranger's.
func (s Subject) ownAccount(t policy.Text) bool {
	if onlyHole(t) == policy.OwnAccount {
		return true
	}
	id, ok := t.Literal()
	return ok && s.ownAccountID(id)
}

func (s Subject) ownAccountID(id string) bool {
	if len(id) != 12 || strings.Trim(id, "0123456789") != "" {
		return false
	}
	for _, own := range s.Perimeter.Accounts {
		if own == id {
			return true
		}
	}
	return s.Perimeter.Empty()
}

// ownOrganization reports whether a value is an own organization's id. Where
// only accounts are configured, every other account is a stranger, also a
// member of an organization that the policy names.
func (s Subject) ownOrganization(t policy.Text) bool {
	if onlyHole(t) == policy.OwnOrganization {
		return true
	}
	id, ok := t.Literal()
	if !ok || !strings.HasPrefix(id, "o-") || strings.ContainsAny(id, "*?$") {
		return false
	}
	for _, own := range s.Perimeter.Organizations {
		if own == id {
			return true
		}
	}
	return s.Perimeter.Empty()
}

// ownPrincipal reports whether a principal is of an own account, or none that
// a stranger can be.
func (s Subject) ownPrincipal(p policy.Principal) bool {
	if p.Type == "Service" {
		return true
	}
	if p.Type != "AWS" {
		return false
	}
	if s.ownAccount(p.Value) {
		return true
	}
	return s.ownPrincipalARN(p.Value)
}

func (s Subject) ownPrincipalARN(t policy.Text) bool {
	return s.ownARN(t, func(service string) bool { return service == "iam" || service == "sts" })
}

// ownPath reports whether an organization path (o-example/r-root/ou-a/) starts
// with an own organization.
func (s Subject) ownPath(t policy.Text) bool {
	if len(t.Parts) == 0 {
		return false
	}
	first := t.Parts[0]
	if first.Hole.Kind == policy.NotHole {
		id, _, found := strings.Cut(first.Literal, "/")
		if !found {
			return false
		}
		first.Literal = id
	} else if len(t.Parts) < 2 || !strings.HasPrefix(t.Parts[1].Literal, "/") {
		return false
	}
	return s.ownOrganization(policy.Text{Parts: []policy.Part{first}})
}

// ownResource reports whether a Resource value matches own resources alone: a
// reference to a resource of the same files, or an ARN with an own account.
func (s Subject) ownResource(t policy.Text) bool {
	if len(t.Parts) > 0 && t.Parts[0].Hole.Kind == policy.OwnResource {
		// The name or ARN may be followed by a path inside the resource.
		return len(t.Parts) == 1 || len(t.Parts) == 2 && strings.HasPrefix(t.Parts[1].Literal, "/")
	}
	return s.ownARN(t, func(string) bool { return true })
}

// ownARN reports whether the account of an ARN is own. An S3 bucket's ARN has
// no account: the part that an own bucket's reference fills names the owner.
func (s Subject) ownARN(t policy.Text, service func(string) bool) bool {
	fields := make([]policy.Text, 1, 6)
	for _, p := range t.Parts {
		if p.Hole.Kind != policy.NotHole {
			fields[len(fields)-1].Parts = append(fields[len(fields)-1].Parts, p)
			continue
		}
		rest := p.Literal
		for len(fields) < 6 {
			before, after, found := strings.Cut(rest, ":")
			if !found {
				break
			}
			fields[len(fields)-1].Parts = append(fields[len(fields)-1].Parts, policy.Part{Literal: before})
			fields = append(fields, policy.Text{})
			rest = after
		}
		if rest != "" {
			fields[len(fields)-1].Parts = append(fields[len(fields)-1].Parts, policy.Part{Literal: rest})
		}
	}
	if len(fields) != 6 {
		return false
	}
	if prefix, ok := fields[0].Literal(); !ok || prefix != "arn" {
		return false
	}
	name, ok := fields[2].Literal()
	if !ok || !service(name) {
		return false
	}
	// A * that closes a segment may take in what follows, the account too: the
	// IAM User Guide says so of Resource, and StringLike knows no segments.
	for _, f := range fields[:4] {
		if strings.Contains(f.String(), "*") {
			return false
		}
	}
	account := withoutEmpty(fields[4])
	if s.ownAccount(account) {
		return true
	}
	resource := withoutEmpty(fields[5])
	return name == "s3" && len(account.Parts) == 0 && s.ownBucket(resource)
}

func withoutEmpty(t policy.Text) policy.Text {
	var out policy.Text
	for _, p := range t.Parts {
		if p.Hole.Kind != policy.NotHole || p.Literal != "" {
			out.Parts = append(out.Parts, p)
		}
	}
	return out
}

// ownBucket reports whether the bucket of a bucket or object is one of the
// same files, or has a name that S3 reserves to an own account: one that ends
// in -ACCOUNT-REGION-an (S3 User Guide, "General purpose bucket naming
// rules").
func (s Subject) ownBucket(resource policy.Text) bool {
	if len(resource.Parts) == 0 {
		return false
	}
	if resource.Parts[0].Hole.Kind == policy.OwnResource {
		return len(resource.Parts) == 1 || strings.HasPrefix(resource.Parts[1].Literal, "/")
	}
	text, ok := resource.Literal()
	bucket, _, _ := strings.Cut(text, "/")
	// A * in the bucket's part crosses the slash after it.
	return ok && !strings.ContainsAny(bucket, "*?") && s.ownAccountID(reservedAccount(bucket))
}

// reservedAccount is the account that a bucket's name is reserved to; empty
// when it is to none.
func reservedAccount(bucket string) string {
	name, ok := strings.CutSuffix(bucket, "-an")
	if !ok {
		return ""
	}
	words := strings.Split(name, "-")
	for i := len(words) - 3; i > 0; i-- {
		if len(words[i]) == 12 && strings.Trim(words[i], "0123456789") == "" {
			return words[i]
		}
	}
	return ""
}

func holed(values []policy.Text) bool {
	for _, v := range values {
		if _, ok := v.Literal(); !ok {
			return true
		}
	}
	return false
}
