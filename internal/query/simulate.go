package query

import (
	"maps"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/policy"
)

// A Simulation is what an endpoint does with one request.
type Simulation struct {
	policy.Decision
	// Sids are the Sids of the document's statements, in order; empty strings
	// where there are none.
	Sids []string
	// Because is the reason, for people.
	Because string
	// Context is every key that the request carries, those that were derived
	// too, by its name as AWS writes it.
	Context map[string][]string
	// Assumptions are the undocumented points that would change the outcome if
	// they were settled the other way. The limits of A6 are not among them.
	Assumptions []policy.Assumption
	// Notes are what else must be known about the answer.
	Notes []string
}

// Simulate decides one request. What can be derived of its context is: who asks
// and whose the resource is from their ARNs, the organization of own accounts,
// the network keys of the endpoint. A key that most requests carry, that cannot
// be derived and that is not in absent is unknown, and so is the outcome where
// it decides.
func (s *Subject) Simulate(r policy.Request, absent []string) Simulation {
	r = s.derive(r)
	out := Simulation{}
	var doc *policy.Document
	switch {
	case s.Recognised && s.Service.Policy == catalogue.Unsupported && s.Service.Confidence == catalogue.High:
		out.Because = "the service does not support endpoint policies, so that everything passes"
	case s.Endpoint.Policy.State == policy.Default:
		out.Because = "no policy is attached, and AWS's default allows everything"
	case s.Endpoint.Policy.State == policy.Undetermined:
		out.Statement, out.Because = -1, "the policy cannot be read: "+s.Endpoint.Policy.Why
		out.Context = named(r.Keys(), nil)
		return out
	default:
		doc = s.Endpoint.Policy.Variants[0].Doc
	}
	if doc != nil {
		for i := range doc.Statements {
			out.Sids = append(out.Sids, doc.Statements[i].Sid.String())
		}
	}
	names := testedKeys(doc)
	keys := r.Keys()
	r.Unknown = append(r.Unknown, s.unknownKeys(names, r, absent)...)
	setting := s.setting(r.Action)
	out.Decision = policy.Decide(doc, r, setting, policy.Plain)
	out.Context = named(keys, names)
	if doc != nil {
		out.Because = s.because(out.Decision, r)
		out.Assumptions = slices.DeleteFunc(policy.Matters(doc, r, setting), func(a policy.Assumption) bool { return a == policy.A6 })
		for _, a := range out.Assumptions {
			out.Because += "; another reading of " + a.String() + " decides otherwise"
		}
	}
	if prefix, _, _ := strings.Cut(r.Action, ":"); s.Recognised && len(s.Service.Prefixes) > 0 && !containsFold(s.Service.Prefixes, prefix) {
		out.Notes = append(out.Notes, "an endpoint for "+s.Service.ID+" carries no "+prefix+" actions: such a request takes another way")
	}
	return out
}

// unknownKeys are those of some keys that such a request mostly carries, and of
// which nothing tells the value, nor that they are absent.
func (s *Subject) unknownKeys(names map[string]string, r policy.Request, absent []string) []string {
	var list []string
	keys := r.Keys()
	for _, name := range slices.Sorted(maps.Values(names)) {
		if _, known := keys[strings.ToLower(name)]; !known && s.usual(name, r) && !containsFold(absent, name) {
			list = append(list, name)
		}
	}
	return list
}

// derive fills in what follows from the request and the endpoint.
func (s *Subject) derive(r policy.Request) policy.Request {
	context := map[string][]string{}
	give := func(key, value string) {
		if value != "" {
			context[key] = []string{value}
		}
	}
	if vpc, ok := s.Endpoint.Vpc.Literal(); ok {
		give("aws:SourceVpc", vpc)
	}
	if s.Endpoint.Live {
		give("aws:SourceVpce", s.Endpoint.Name)
	}
	if r.Caller() == policy.Unsigned {
		switch strings.TrimSuffix(s.Service.ID, "-fips") {
		case "s3", "sqs", "sns":
			give("aws:PrincipalAccount", "anonymous")
		}
	}
	for key, values := range r.Context {
		for derived := range context {
			if strings.EqualFold(derived, key) {
				delete(context, derived)
			}
		}
		context[key] = values
	}
	r.Context = context
	// With exactly one own organization the own accounts are its members.
	if len(s.Perimeter.Organizations) == 1 {
		keys := r.Keys()
		own := func(key string) bool {
			return len(keys[key]) == 1 && slices.Contains(s.Perimeter.Accounts, keys[key][0])
		}
		if r.PrincipalOrg == "" && own("aws:principalaccount") {
			r.PrincipalOrg = s.Perimeter.Organizations[0]
		}
		if r.ResourceOrg == "" && own("aws:resourceaccount") {
			r.ResourceOrg = s.Perimeter.Organizations[0]
		}
	}
	return r
}

func (s *Subject) setting(action string) policy.Setting {
	setting := policy.Setting{Type: policy.TypeOf(s.Endpoint.Type)}
	if s.Endpoint.Type.Absent() && s.Recognised {
		types := slices.DeleteFunc(slices.Clone(s.Service.Types), func(t catalogue.Type) bool {
			return t != catalogue.Gateway && t != catalogue.Interface
		})
		if len(types) == 1 {
			setting.Type = policy.TypeOf(policy.Text{Parts: []policy.Part{{Literal: string(types[0])}}})
		}
	}
	prefix, _, _ := strings.Cut(strings.ToLower(action), ":")
	for key, form := range catalogue.ConditionKeys(prefix) {
		if strings.HasPrefix(form, "ArrayOf") {
			if setting.Multivalued == nil {
				setting.Multivalued = map[string]bool{}
			}
			setting.Multivalued[strings.ToLower(key)] = true
		}
	}
	return setting
}

// usual reports whether requests of that kind mostly carry a key (IAM User
// Guide, "AWS global condition context keys"). What a principal carries follows
// from the principal.
func (s *Subject) usual(name string, r policy.Request) bool {
	name = strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "aws:principal") && r.Caller() != policy.Somebody:
		return false
	case strings.HasPrefix(name, "aws:resourceorg"):
		// Whether there is an organization hangs on the account.
		_, known := r.Keys()["aws:resourceaccount"]
		return !known && !policy.OmitsResourceOwner(r.Action)
	case strings.HasSuffix(name, ":resourceaccount") && policy.OmitsResourceOwner(r.Action):
		return false
	}
	for _, k := range catalogue.GlobalKeys() {
		if strings.EqualFold(k.Key, name) {
			return k.Presence == "always" || k.Presence == "usually"
		}
	}
	return false
}

// testedKeys returns the keys that a document's conditions and variables look at,
// by their names in lower case, as they are first written.
func testedKeys(doc *policy.Document) map[string]string {
	names := map[string]string{}
	add := func(name string) {
		if folded := strings.ToLower(name); names[folded] == "" {
			names[folded] = name
		}
	}
	variables := func(values []policy.Text) {
		for _, v := range values {
			rest, _ := v.Literal()
			for {
				_, after, found := strings.Cut(rest, "${")
				if !found {
					break
				}
				name, end, _ := strings.Cut(after, "}")
				name, _, _ = strings.Cut(name, ",")
				if strings.Contains(name, ":") {
					add(strings.TrimSpace(name))
				}
				rest = end
			}
		}
	}
	if doc == nil {
		return names
	}
	for i := range doc.Statements {
		for _, c := range doc.Statements[i].Conditions {
			if name, ok := c.Key.Literal(); ok {
				add(name)
			}
			variables(c.Values)
		}
		variables(doc.Statements[i].Resources.Values)
	}
	return names
}

// named gives keys the spelling of the policy, of AWS, or else their own.
func named(keys map[string][]string, spelled map[string]string) map[string][]string {
	out := make(map[string][]string, len(keys))
	for key, values := range keys {
		name := spelled[key]
		for _, k := range catalogue.GlobalKeys() {
			if strings.EqualFold(k.Key, key) {
				name = k.Key
			}
		}
		if name == "" {
			name = key
		}
		out[name] = values
	}
	return out
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}

// because says in one sentence what decides.
func (s *Subject) because(d policy.Decision, r policy.Request) string {
	switch d.Outcome {
	case policy.Allowed:
		return s.nameOf(d.Statement) + " allows it"
	case policy.ExplicitlyDenied:
		return s.nameOf(d.Statement) + " denies it"
	case policy.ImplicitlyDenied:
		return s.implicit(d)
	}
	reason := d.Statements[d.Statement].Because
	because := s.nameOf(d.Statement) + " is undecided: " + reason.String()
	for _, key := range r.Unknown {
		if strings.EqualFold(key, reason.Key) {
			because = s.nameOf(d.Statement) + " tests " + reason.Key + ", which is not known: " + flagFor(reason.Key)
		}
	}
	return because
}

// implicit says why no Allow matches: that of the one Allow that came nearest,
// by the order of its parts.
func (s *Subject) implicit(d policy.Decision) string {
	order := []string{"Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
	nearest, rank := -1, -1
	for i, result := range d.Statements {
		if result.Effect != policy.Allow {
			continue
		}
		if at := slices.Index(order, result.Because.Element); at > rank {
			nearest, rank = i, at
		}
	}
	if nearest < 0 {
		return "no statement allows it"
	}
	return "no statement allows it: " + s.nameOf(nearest) + " does not match by its " + d.Statements[nearest].Because.String()
}

// flagFor names the flag of simulate that says the value of a key.
func flagFor(key string) string {
	switch strings.ToLower(key) {
	case "aws:resourceaccount", "s3:resourceaccount":
		return "give --resource-account ID"
	case "aws:resourceorgid":
		return "give --resource-org ID"
	case "aws:principalorgid":
		return "give --principal-org ID"
	}
	return "give --context " + key + "=VALUE, or --absent " + key
}
