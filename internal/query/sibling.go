package query

import (
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// Siblings reports whether two endpoints lead to the same service from the same
// network, so that whoever is stopped by one can take the other: gateway and
// interface, the FIPS twin, and services that share their actions. Both must be
// known to be used.
func (a *Asker) Siblings(one, other *policy.Endpoint) bool {
	if !one.Used || !other.Used || len(one.Vpc.Parts) == 0 || len(one.Vpc.Parts) != len(other.Vpc.Parts) || len(one.Calls) != len(other.Calls) {
		return false
	}
	for i, p := range one.Vpc.Parts {
		if other.Vpc.Parts[i] != p {
			return false
		}
	}
	for i, c := range one.Calls {
		if other.Calls[i] != c {
			return false
		}
	}
	s, o := a.Subject(one), a.Subject(other)
	return s.Recognised && o.Recognised && family(s.Service.ID) == family(o.Service.ID)
}

// family is a name for the services that take the same requests as one does.
func family(id string) string {
	switch id = strings.TrimSuffix(id, "-fips"); id {
	case "ecr.dkr":
		return "ecr.api"
	case "eventsv2":
		return "events"
	}
	return id
}

// Weaker answers whether an endpoint lets something through that its sibling does
// not.
func (a *Asker) Weaker(e, sibling *policy.Endpoint) Answer {
	if e.Policy.State != policy.Known || sibling.Policy.State != policy.Known {
		return unknown(-1, "a policy is not there, or cannot be read")
	}
	// What both serve is what is compared.
	like := *sibling
	like.Service = e.Service
	return a.passesOnly(e, &like, words{nothing: "it lets nothing through that its sibling does not", other: "its sibling's policy"})
}
