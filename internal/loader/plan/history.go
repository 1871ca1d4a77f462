package plan

import (
	"slices"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// history is what the plan does to endpoints and policies of which some are there
// afterwards.
func (r *reader) history(list []resource) []Change {
	byID := map[string]string{}
	endpointOf, byAddress := map[string]string{}, map[string]*resource{}
	for i := range list {
		byAddress[list[i].address] = &list[i]
	}
	joined, _ := r.join(list)
	for i, policies := range joined {
		for _, p := range policies {
			endpointOf[p.address] = list[i].address
		}
	}
	for _, item := range r.list {
		if kind, _ := item.Get("type").Literal(); kind == endpointType {
			if id, ok := item.Get("change").Get("before").Get("id").Literal(); ok {
				byID[id], _ = item.Get("address").Literal()
			}
		}
	}
	var out []Change
	for _, item := range r.list {
		mode, _ := item.Get("mode").Literal()
		kind, _ := item.Get("type").Literal()
		change := item.Get("change")
		before, after := given(change.Get("before")), given(change.Get("after"))
		if mode == "data" || kind != endpointType && kind != policyType || before == nil && after == nil {
			continue
		}
		c := Change{Attached: kind == policyType, Action: action(change.Get("actions")), At: item}
		if a := item.Get("address"); a != nil {
			c.Address, _ = a.Literal()
			c.At = a
		}
		c.Endpoint = c.Address
		if c.Attached {
			id, _ := before.Get("vpc_endpoint_id").Literal()
			c.Endpoint = endpointOf[c.Address]
			if c.Endpoint == "" {
				c.Endpoint = byID[id]
			}
		}
		c.Before = presence(before)
		if after != nil {
			c.After = presence(after)
			if one := byAddress[c.Address]; one != nil {
				c.Set = one.argument("policy") != nil
				if given(after.Get("policy")) == nil {
					c.After, c.Why = r.document(one)
				}
			}
			if c.After == nil {
				c.After = &syntax.Node{Place: c.At.Place}
			}
		}
		out = append(out, c)
	}
	return out
}

// presence is the policy of a resource: null where it has none, and nil where there
// is no resource.
func presence(values *syntax.Node) *syntax.Node {
	if values == nil {
		return nil
	}
	if n := values.Get("policy"); n != nil {
		return n
	}
	return &syntax.Node{Place: values.Place}
}

// action is what the actions of a change come to.
func action(list *syntax.Node) policy.Action {
	var names []string
	if list != nil {
		for _, item := range list.Items {
			name, _ := item.Literal()
			names = append(names, name)
		}
	}
	creates, deletes := slices.Contains(names, "create"), slices.Contains(names, "delete")
	switch {
	case creates && deletes:
		return policy.Replaced
	case creates:
		return policy.Created
	case deletes:
		return policy.Destroyed
	case slices.Contains(names, "update"):
		return policy.Updated
	case slices.Contains(names, "forget"):
		return policy.Forgotten
	}
	return policy.Kept
}
