package query

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/policy"
)

// add reports something about a condition.
func (m *misfits) add(one Misfit, condition int) {
	one.Statement, one.Condition = m.i, condition
	m.found = append(m.found, one)
}

// condition looks at the key of a condition and at what it is compared with.
func (m *misfits) condition(i int) {
	c := &m.st.Conditions[i]
	name, known := c.Key.Literal()
	operator, known2 := c.Operator.Literal()
	if !known || !known2 {
		return
	}
	key := strings.ToLower(name)
	one := Misfit{Name: name, Holds: m.withoutKey(c)}
	one.Kills = judged(m.death().Part == "Condition" && (m.death().Condition == i || one.Holds == No))
	null := strings.EqualFold(operator, "Null")
	switch {
	case key == "aws:sourceip":
		if null {
			return
		}
		one.Rule = "source-ip"
		one.Kills = judged(one.Holds == No)
		if one.Holds == Yes && len(m.st.Conditions) == 1 {
			one.Noun = "total"
		}
	case m.networkID(i, c, key):
		return
	case m.anonymousOnly() && strings.HasPrefix(key, "aws:principal") && key != "aws:principaltype":
		if null || one.Holds != No {
			return
		}
		one.Rule, one.Noun = "principal-on-anonymous-endpoint", "endpoint"
	case m.neverSent(key):
		one.Rule, one.Because = "key-not-in-request", m.absence(key)
	case knownGlobally(key), m.documentedHere(key), ofProvider(key):
		return
	case m.Recognised && m.ofOtherService(key):
		prefix, _, _ := strings.Cut(key, ":")
		one.Rule, one.Because = "key-not-in-request", "it is a key of "+prefix+", whose requests the endpoint does not carry"
	default:
		prefix, _, _ := strings.Cut(key, ":")
		if nothing := (policy.Scope{}); nothing.Compare(m.doc, m.st, c).Compares == policy.Nothing {
			return // where there is no such operator either, what stands here is no condition
		}
		one.Near = m.nearestKey(key)
		if one.Near == "" && prefix != "aws" && len(catalogue.Actions(prefix)) == 0 && strings.Contains(key, ":") {
			return // a service of which nothing is known
		}
		one.Rule = "unknown-condition-key"
	}
	if one.Rule == "key-not-in-request" && (null || hasIfExists(operator) || m.st.Effect == policy.Deny && one.Holds == Yes) {
		return // it is written for requests without the key
	}
	m.add(one, i)
}

func hasIfExists(operator string) bool {
	return strings.HasSuffix(strings.ToLower(operator), "ifexists")
}

// withoutKey says whether a condition holds where its key is absent.
func (m *misfits) withoutKey(c *policy.Condition) Verdict {
	nothing := policy.Scope{Keys: map[string][]string{}}
	switch nothing.Condition(m.doc, m.st, c) {
	case policy.Matched:
		return Yes
	case policy.Missed:
		return No
	default:
		return Unknown
	}
}

// neverSent reports whether no request that the endpoint carries has a global key,
// of a short list (IAM User Guide, "AWS global condition context keys").
func (m *misfits) neverSent(key string) bool {
	switch key {
	case "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast":
		return true
	case "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
		k := globalKey(key)
		return m.Recognised && k != nil && k.Prefixes != nil && len(m.Service.Prefixes) > 0 &&
			!slices.ContainsFunc(m.Service.Prefixes, func(p string) bool { return slices.Contains(k.Prefixes, p) })
	}
	return false
}

// absence says why requests do not have a key of neverSent.
func (m *misfits) absence(key string) string {
	switch {
	case strings.HasPrefix(key, "aws:calledvia"):
		return "what a service calls on your behalf does not come through the endpoint"
	case strings.HasPrefix(key, "aws:source") && key != "aws:sourcevpcarn":
		return "it is in the calls that AWS services make of their own, which do not come through the endpoint"
	default:
		return "AWS does not list " + m.Service.ID + " among the services that send it"
	}
}

// knownGlobally reports whether a key in lower case is a global one, or a tag.
func knownGlobally(key string) bool {
	keys := catalogue.GlobalKeys()
	for i := range keys {
		name := keys[i].Key
		if base, tag := strings.CutSuffix(name, "*"); tag {
			if len(key) > len(base) && strings.EqualFold(key[:len(base)], base) {
				return true
			}
		} else if strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

// documentedHere reports whether an own service of the endpoint has a key; of an
// endpoint whose service is not known, whether the service that the key names does.
func (m *misfits) documentedHere(key string) bool {
	if !m.Recognised {
		prefix, _, _ := strings.Cut(key, ":")
		return documented(prefix, key)
	}
	return slices.ContainsFunc(m.Service.Prefixes, func(prefix string) bool { return documented(prefix, key) })
}

// ofProvider reports whether a key is of a kind that nobody lists: that of an
// identity provider, which is named after its host, or of SAML (IAM User Guide,
// "IAM and AWS STS condition context keys").
func ofProvider(key string) bool {
	prefix, _, found := strings.Cut(key, ":")
	return found && (strings.ContainsAny(prefix, "./") || prefix == "saml" || prefix == "cognito-identity-unauth")
}

// ofOtherService reports whether the service that a key names has it.
func (m *misfits) ofOtherService(key string) bool {
	prefix, _, _ := strings.Cut(key, ":")
	return prefix != "aws" && documented(prefix, key)
}

// nearestKey is the key that a misspelled one may have meant; empty for none.
func (m *misfits) nearestKey(key string) string {
	var names, folded []string
	add := func(name string) {
		names, folded = append(names, name), append(folded, strings.ToLower(name))
	}
	for _, k := range catalogue.GlobalKeys() {
		if !strings.HasSuffix(k.Key, "*") {
			add(k.Key)
		}
	}
	prefix, rest, found := strings.Cut(key, ":")
	if !found {
		rest = key
	}
	// The name may stand with the wrong prefix, or with none.
	if i := slices.Index(folded, "aws:"+rest); i >= 0 {
		return names[i]
	}
	prefixes := m.Service.Prefixes
	if !m.Recognised {
		prefixes = []string{prefix}
	}
	for _, p := range prefixes {
		for name := range catalogue.ConditionKeys(p) {
			if !strings.Contains(name, "${") {
				add(name)
			}
		}
	}
	slices.Sort(folded)
	for _, near := range config.Nearest(key, folded, 1) {
		for _, name := range names {
			if strings.EqualFold(name, near) {
				return name
			}
		}
	}
	return ""
}

// anonymousOnly reports whether every caller of the endpoint is anonymous (Amazon
// CloudWatch Logs User Guide, endpoint for syslog).
func (m *misfits) anonymousOnly() bool {
	return m.Recognised && strings.TrimSuffix(m.Service.ID, "-fips") == "syslog-logs"
}

// networkID reports a condition on a part of the network that is compared with the
// id of something else.
func (m *misfits) networkID(i int, c *policy.Condition, key string) bool {
	var wants string
	switch key {
	case "aws:sourcevpc", "aws:ec2instancesourcevpc":
		wants = "the id of a VPC"
	case "aws:sourcevpce":
		wants = "the id of an endpoint"
	case "aws:vpcsourceip":
		wants = "an address"
	default:
		return false
	}
	var wrong []string
	noun := ""
	for _, v := range c.Values {
		if kind := m.idOf(v); kind != "" && kind != wants {
			noun, wrong = kind, append(wrong, v.String())
		}
	}
	if len(wrong) == 0 {
		return false
	}
	m.add(Misfit{
		Rule: "wrong-network-id", Name: c.Key.String(), Noun: noun, Near: quoted(wrong), Because: wants,
		Kills: judged(m.death().Part == "Condition" && m.death().Condition == i),
	}, i)
	return true
}

// idOf says what a value is the id of, as far as its form, or what it refers to,
// tells; empty when it does not.
func (m *misfits) idOf(v policy.Text) string {
	if text, known := v.Literal(); known {
		for _, id := range [][2]string{
			{"vpce-svc-", "the id of an endpoint service"},
			{"vpce-", "the id of an endpoint"},
			{"vpc-", "the id of a VPC"},
			{"subnet-", "the id of a subnet"},
			{"sg-", "the id of a security group"},
			{"rtb-", "the id of a route table"},
			{"igw-", "the id of an internet gateway"},
			{"eni-", "the id of a network interface"},
			{"tgw-", "the id of a transit gateway"},
			{"pl-", "the id of a prefix list"},
			{"o-", "the id of an organization"},
		} {
			if rest, ok := strings.CutPrefix(text, id[0]); ok && strings.Trim(rest, "0123456789abcdefghijklmnopqrstuvwxyz*?") == "" {
				return id[1]
			}
		}
		_, err := netip.ParsePrefix(text)
		_, err2 := netip.ParseAddr(text)
		switch {
		case err == nil, err2 == nil:
			return "an address"
		case isAccountID(text):
			return "the id of an account"
		default:
			return ""
		}
	}
	if sameParts(v, m.Endpoint.Vpc) {
		return "the id of a VPC"
	}
	if len(v.Parts) != 1 {
		return ""
	}
	if _, own := m.networkReference(v); own {
		return "the id of an endpoint"
	}
	return referred(v.Parts[0].Hole.Ref)
}

// referred says what a reference of Terraform is the id of; empty when it does not
// tell.
func referred(ref string) string {
	words := strings.Split(strings.TrimPrefix(ref, "data."), ".")
	last := words[len(words)-1]
	switch {
	case last == "vpc_id" || last == "VpcId" && len(words) > 1:
		return "the id of a VPC"
	case last != "id" || len(words) < 3:
		return ""
	}
	switch words[0] {
	case "aws_vpc", "aws_default_vpc":
		return "the id of a VPC"
	case "aws_vpc_endpoint":
		return "the id of an endpoint"
	case "aws_vpc_endpoint_service":
		return "the id of an endpoint service"
	case "aws_subnet":
		return "the id of a subnet"
	case "aws_security_group":
		return "the id of a security group"
	}
	return ""
}

// anonymousActions reports actions that callers without an IAM identity make, in a
// statement that asks for one.
func (m *misfits) anonymousActions() {
	if !m.Recognised || m.st.Actions.Not || len(m.Service.Unsigned) == 0 {
		return
	}
	id := strings.TrimSuffix(m.Service.ID, "-fips")
	if id != "sts" && !strings.HasPrefix(id, "cognito-") || !m.asksForPrincipal() {
		return
	}
	unsigned := m.unsignedActions()
	var which []int
	for i, v := range m.st.Actions.Values {
		name, known := v.Literal()
		if name = strings.ToLower(name); known && slices.Contains(unsigned, name) {
			which = append(which, i)
		}
	}
	if len(which) > 0 {
		m.element(Misfit{
			Rule: "principal-on-anonymous-endpoint", Noun: "action",
			Kills: judged(m.dead() && len(which) == len(m.st.Actions.Values)),
		}, "Action", which, m.st.Actions.Values)
	}
}

// asksForPrincipal reports whether a statement matches no caller without an IAM
// identity: by its Principal, or by a condition on a key that such a caller lacks.
func (m *misfits) asksForPrincipal() bool {
	// {"AWS": "*"} is nobody that STS federates.
	if !slices.ContainsFunc(m.st.Principals.Values, func(p policy.Principal) bool { return everybody(p.Value) && p.Type == "" || len(p.Value.Holes()) > 0 }) &&
		!m.st.Principals.Not && len(m.st.Principals.Values) > 0 {
		return true
	}
	return slices.ContainsFunc(m.st.Conditions, func(c policy.Condition) bool {
		key := strings.ToLower(c.Key.String())
		return (strings.HasPrefix(key, "aws:principal") || key == "aws:userid" || key == "aws:username") &&
			!strings.EqualFold(c.Operator.String(), "Null") && m.withoutKey(&c) == No
	})
}
