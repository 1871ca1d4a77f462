package query

import (
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// ownResource reports whether a Resource value matches own resources alone: a
// reference to a resource of the same files, or an ARN with an own account.
func (s *Subject) ownResource(t policy.Text) bool {
	if len(t.Parts) > 0 && t.Parts[0].Hole.Kind == policy.OwnResource {
		// The name or ARN may be followed by a path inside the resource.
		return len(t.Parts) == 1 || len(t.Parts) == 2 && strings.HasPrefix(t.Parts[1].Literal, "/")
	}
	return s.ownARN(t, func(string) bool { return true })
}

// ownARN reports whether the account of an ARN is own. An S3 bucket's ARN has
// no account: the part that an own bucket's reference fills names the owner.
func (s *Subject) ownARN(t policy.Text, service func(string) bool) bool {
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
func (s *Subject) ownBucket(resource policy.Text) bool {
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

// ownAccount reports whether a value is an own account's id. Where nothing is
// configured, an account that the policy names is own; where only
// organizations are, a literal account is a stranger's.
func (s *Subject) ownAccount(t policy.Text) bool {
	if onlyHole(t) == policy.OwnAccount {
		return true
	}
	id, ok := t.Literal()
	return ok && s.ownAccountID(id)
}

// onlyHole returns the hole of a text that is nothing else.
func onlyHole(t policy.Text) policy.HoleKind {
	if len(t.Parts) != 1 {
		return policy.NotHole
	}
	return t.Parts[0].Hole.Kind
}
