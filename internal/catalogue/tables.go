package catalogue

import (
	_ "embed"
	"sync"
)

// A GlobalKey is a condition key that is not bound to one service (IAM User
// Guide, "AWS global condition context keys").
type GlobalKey struct {
	Key         string `json:"key"`
	Type        string `json:"type"` // as in ConditionKeys, without ArrayOf
	Multivalued bool   `json:"multivalued"`
	Category    string `json:"category"` // principal, session, network, resource or request
	// Presence is how often a request through an endpoint carries the key
	// (always, usually, sometimes, some services, rarely, never/rarely, never),
	// and When says on what that depends.
	Presence string `json:"presence"`
	When     string `json:"when"`
	// NoWildcards marks keys that hold ids of the system: endpoint policies may
	// not use wildcards or numeric operators on them (AWS PrivateLink Guide).
	NoWildcards bool `json:"no_wildcards_in_endpoint_policy"`
	// Prefixes are the only services that send the key; nil means all.
	Prefixes []string `json:"supported_service_prefixes"`
	// Without are the actions that do not send the key. An entry may be a
	// pattern and may end in a remark in parentheses.
	Without []string `json:"unsupported_actions"`
	Source  string   `json:"source"`
	Note    string   `json:"note"`
}

// An OwnedResource is a resource of AWS itself that a service or a common tool
// reaches through the customer's endpoint, so that a policy limited to the
// customer's own accounts breaks it (aws-samples/data-perimeter-policy-examples,
// service_owned_resources.md, and the services' guides).
type OwnedResource struct {
	ID        string   `json:"id"`
	Endpoints []string `json:"endpoint_services"` // service ids; nil or empty when no endpoint carries it
	Type      string   `json:"resource_type"`
	Owner     string   `json:"owner"`
	// ARNs are patterns with {region}, {regionWithoutDashes}, {account} and
	// {unique-id} for the parts that vary.
	ARNs    []string `json:"arn_patterns"`
	Actions []string `json:"required_actions"`
	UsedBy  string   `json:"used_by"`
	// Caller says, in words, whose credentials sign the request, and so which
	// conditions on the principal it fails.
	Caller string `json:"caller"`
	// Accounts are the owner's account ids by region; nil when they are not known.
	Accounts map[string]string `json:"account_ids_by_region"`
	// Condition is what AWS pairs the access with, by operator and key, with
	// values such as <org-id> to be filled in; mostly nil.
	Condition  map[string]map[string]string `json:"suggested_condition"`
	Sources    []string                     `json:"sources"`
	Confidence Confidence                   `json:"confidence"`
	Note       string                       `json:"note"`
}

//go:embed data/global_condition_keys.json
var globalKeysJSON []byte

//go:embed data/service_owned_resources.json
var ownedResourcesJSON []byte

var (
	globalKeys     = sync.OnceValue(func() []GlobalKey { return decodeJSON[[]GlobalKey](globalKeysJSON) })
	ownedResources = sync.OnceValue(func() []OwnedResource { return decodeJSON[[]OwnedResource](ownedResourcesJSON) })
)

// GlobalKeys returns the global condition keys in the table's order, those of
// the principal first. The slice is shared: it is not to be changed.
func GlobalKeys() []GlobalKey { return globalKeys() }

// OwnedResources returns the resources that AWS services own, in the table's
// order. The slice is shared: it is not to be changed.
func OwnedResources() []OwnedResource { return ownedResources() }
