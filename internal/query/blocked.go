package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/policy"
)

// A Blocked is something that an AWS service owns, that resources of the files
// need, and that the policy keeps them from.
type Blocked struct {
	Owned catalogue.OwnedResource
	// Request is one that is needed and that does not pass, with the caller in
	// words.
	Request policy.Request
	Caller  string
	// Because is why it does not pass.
	Because string
	// Uses are the indexes of the endpoint's uses that need it.
	Uses []int
}

// Blocked returns what the uses of the endpoint need and its policy blocks, for
// certain: in every region that the endpoint may be in, for every account that
// may call or own. What hangs on something that is not known is left out.
func (s *Subject) Blocked() []Blocked {
	if s.Endpoint.Policy.State != policy.Known || !s.Recognised || s.Unrestricted() || s.Endpoint.Unused || len(s.Endpoint.Uses) == 0 {
		return nil
	}
	var out []Blocked
	for _, r := range catalogue.OwnedResources() {
		if !slices.Contains(r.Endpoints, strings.TrimSuffix(s.Service.ID, "-fips")) {
			continue
		}
		var uses []int
		for i, u := range s.Endpoint.Uses {
			if u.Owned == r.ID {
				uses = append(uses, i)
			}
		}
		if len(uses) == 0 {
			continue
		}
		if one, blocked := s.blocks(r); blocked {
			one.Uses = uses
			out = append(out, one)
		}
	}
	return out
}

// blocks looks for a request to an owned resource that passes nowhere.
func (s *Subject) blocks(r catalogue.OwnedResource) (Blocked, bool) {
	in := s.ask()
	callers, words := s.signersOf(r)
	for _, action := range r.Actions {
		if strings.Contains(action, "*") {
			continue
		}
		for _, arn := range r.ARNs {
			one := Blocked{Owned: r, Caller: words}
			denied, asked := true, false
			for _, region := range s.regions(in.docs) {
				resource := sampleOf(arn, region)
				if resource == "" {
					continue
				}
				for _, caller := range callers {
					for _, owner := range s.ownersOf(resource) {
						request := caller
						request.Action, request.Resource = action, resource
						request.ResourceAccount, request.ResourceOrg = owner.ResourceAccount, owner.ResourceOrg
						because, certain := s.denied(request)
						denied = denied && certain
						if !asked {
							asked, one.Request, one.Because = true, request, because
						}
					}
				}
			}
			if asked && denied {
				return one, true
			}
		}
	}
	return Blocked{}, false
}

// signersOf are the callers that may stand behind a request to an owned resource,
// but for action and resource, and what they are in words.
func (s *Subject) signersOf(r catalogue.OwnedResource) (list []policy.Request, words string) {
	in := s.ask()
	signed := func(own bool) {
		for _, c := range in.callers {
			if c.Own == own && c.Kind == policy.RoleSession {
				list = append(list, policy.Request{
					Principal:        "arn:" + partition(s.Region) + ":iam::" + c.Account + ":role/service",
					PrincipalAccount: c.Account, PrincipalOrg: c.Org,
				})
			}
		}
	}
	switch {
	case strings.HasPrefix(r.Caller, "unauthenticated"):
		return []policy.Request{{Kind: policy.Unsigned}}, "an unsigned request"
	case strings.Contains(r.Caller, ".amazonaws.com"):
		for _, word := range strings.Fields(r.Caller) {
			if strings.HasSuffix(word, ".amazonaws.com") {
				return []policy.Request{{Principal: word}}, "the service " + word
			}
		}
	case strings.Contains(r.Caller, "service account"):
		signed(false)
		return list, "an account of AWS"
	case strings.HasPrefix(r.Caller, "your identity"):
		signed(true)
		return list, "your own identity"
	}
	return nil, ""
}

// ownersOf are the accounts that a resource of AWS may be of, as far as the policy
// tells accounts apart.
func (s *Subject) ownersOf(resource string) []policy.Request {
	if f := strings.SplitN(resource, ":", 6); len(f) == 6 && f[4] != "" {
		return []policy.Request{{}}
	}
	var list []policy.Request
	for _, o := range s.ask().owners {
		if !o.Own {
			list = append(list, policy.Request{ResourceAccount: o.Account, ResourceOrg: o.Org})
		}
	}
	return list
}

// sampleOf is an ARN that a pattern of the catalogue stands for in a region; empty
// when the pattern leaves more open.
func sampleOf(arn, region string) string {
	arn = strings.NewReplacer("{region}", region, "{regionWithoutDashes}", strings.ReplaceAll(region, "-", "")).Replace(arn)
	arn = strings.Replace(arn, "arn:aws:", "arn:"+partition(region)+":", 1)
	f := strings.SplitN(arn, ":", 6)
	if len(f) != 6 || strings.Contains(arn, "{") {
		return ""
	}
	if f[3] == "*" {
		f[3] = region
	}
	f[5] = strings.ReplaceAll(f[5], "*", "x")
	if strings.Contains(strings.Join(f, ":"), "*") {
		return ""
	}
	return strings.Join(f, ":")
}

// denied reports whether no reading of the policy lets a request through, and why.
func (s *Subject) denied(r policy.Request) (because string, certain bool) {
	doc := s.ask().docs[0]
	r = s.derive(r)
	r.Unknown = s.unknownKeys(testedKeys(doc), r, nil)
	setting := s.setting(r.Action)
	d := policy.Decide(doc, r, setting, policy.Wide)
	if d.Outcome != policy.ImplicitlyDenied && d.Outcome != policy.ExplicitlyDenied {
		return "", false
	}
	return s.because(d, r), true
}
