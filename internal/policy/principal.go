package policy

import "strings"

// matchPrincipals compares who asks with the Principal element (IAM User Guide,
// "AWS JSON policy elements: Principal" and "…: NotPrincipal").
func (e *evaluation) matchPrincipals(p Principals, l lens) Match {
	if p.Not {
		return e.listed(p.Values, l.turn(true)).not()
	}
	return e.anyPrincipal(p.Values, l)
}

func (e *evaluation) anyPrincipal(values []Principal, l lens) Match {
	some := Missed
	for _, v := range values {
		some = some.or(e.matchPrincipal(v, l))
	}
	return some
}

// listed reports whether the values of NotPrincipal exempt the caller.
func (e *evaluation) listed(values []Principal, l lens) Match {
	some := e.anyPrincipal(values, l)
	switch e.caller.kind {
	case User, RoleSession, FederatedUser, Somebody:
	default:
		return some
	}
	if !l.wantsEveryLevel() {
		return some
	}
	// * names everybody at every level. Otherwise the account must be listed,
	// and the user or role too.
	everybody, account, entity := Missed, Missed, Missed
	for _, v := range values {
		m := e.matchPrincipal(v, l)
		switch text, known := v.Value.Literal(); {
		case !known, v.Type != "AWS", text == "*":
			everybody = everybody.or(m) // what is not known may be *
		case namedAccount(text) != "":
			account = account.or(m)
		case !isSessionARN(text):
			entity = entity.or(m)
		}
	}
	return everybody.or(account.and(entity))
}

// matchPrincipal compares who asks with one principal.
func (e *evaluation) matchPrincipal(p Principal, l lens) Match {
	value, known := p.Value.Literal()
	switch {
	case p.Type == "" && known && value == "*":
		return Matched
	case p.Type == "AWS" && known:
		return e.matchAWSPrincipal(value, l)
	case p.Type == "AWS":
		return e.settled(e.matchHoledPrincipal(p.Value), p.Value, e.caller.arn)
	case p.Type == "Service":
		return e.matchService(p.Value)
	case p.Type == "Federated":
		// Providers are for trust policies. "The caller is not an AWS principal":
		// only * matches it (IAM User Guide, "VPC endpoint policies for AWS STS").
		return Missed
	default:
		// CanonicalUser is an account that only AWS can tell; what is left is no
		// principal of the policy language.
		return Unsure
	}
}

// matchAWSPrincipal compares who asks with a principal of {"AWS": …}.
func (e *evaluation) matchAWSPrincipal(value string, l lens) Match {
	c := e.caller
	if value == "*" {
		switch c.kind {
		case STSFederated:
			return Missed
		case AWSService:
			return matchIf(l.countsServices())
		default:
			return Matched
		}
	}
	if !c.kind.signs() || c.kind == AWSService {
		return Missed
	}
	if account := namedAccount(value); account != "" {
		return e.matchAccount(value, account)
	}
	m := e.matchEntity(value, l)
	switch e.setting.Type {
	case Interface:
		return m
	case Gateway:
		if l.namesOnGateway() {
			return m
		}
		return Missed
	default:
		if l.namesOnGateway() {
			return m
		}
		return m.agree(Missed)
	}
}

// matchAccount compares who asks with a whole account. On an interface endpoint
// that is everybody in it; on a gateway endpoint its root user alone (AWS
// PrivateLink Guide, "Control access to VPC endpoints using endpoint policies",
// "Principals for gateway endpoints").
func (e *evaluation) matchAccount(value, account string) Match {
	c := e.caller
	if c.account == "" || c.account == "*" {
		return Unsure
	}
	inside := c.account == account
	if partition, ok := strings.CutPrefix(value, "arn:"); ok && c.partition != "" {
		partition, _, _ = strings.Cut(partition, ":")
		inside = inside && c.partition == partition
	}
	root := matchIf(inside && c.kind == Root)
	if inside && c.kind == Somebody {
		root = Unsure
	}
	switch e.setting.Type {
	case Interface:
		return matchIf(inside)
	case Gateway:
		return root
	default:
		return matchIf(inside).agree(root)
	}
}

// matchEntity compares who asks with the ARN of a user, role or session. Names
// are compared exactly: "you cannot use a wildcard to match part of a principal
// name or ARN".
func (e *evaluation) matchEntity(value string, l lens) Match {
	c := e.caller
	f := strings.SplitN(value, ":", 6)
	if len(f) != 6 || f[0] != "arn" {
		return Missed // the unique id of an entity that is deleted
	}
	if c.kind == Somebody {
		return matchIf(c.account == "" || c.account == f[4]).agree(Missed)
	}
	if f[1] != c.partition || f[4] != c.account {
		return Missed
	}
	switch kind, name := kindOfARN(f[2], f[5]); {
	case f[2] == "iam" && kind == RoleSession:
		// A session's ARN does not carry the path of its role. Names of roles are
		// unique in an account.
		return matchIf(c.kind == RoleSession && name == c.name)
	case kind == User && c.kind == FederatedUser:
		return matchIf(name == c.name && l.countsFederatedUsers())
	default:
		return matchIf(value == c.arn)
	}
}

// matchHoledPrincipal compares who asks with a principal that has holes: with
// literal text in it, it is not * and so nobody without credentials.
func (e *evaluation) matchHoledPrincipal(t Text) Match {
	for _, p := range t.Parts {
		if p.Hole.Kind != NotHole || p.Literal == "" || p.Literal == "*" {
			continue
		}
		if !e.caller.kind.signs() || e.caller.kind == AWSService {
			return Missed
		}
	}
	return Unsure
}

func (e *evaluation) matchService(t Text) Match {
	if e.caller.kind != AWSService {
		return Missed
	}
	if value, known := t.Literal(); known && value == "*" {
		return Unsure // AWS documents names alone
	}
	return e.expand(t, form{}).match(e.caller.arn)
}

// namedAccount returns the account that a principal names as a whole, by its id
// or by the ARN of its root, which mean the same; empty for another principal.
func namedAccount(value string) string {
	if isAccountID(value) {
		return value
	}
	if f := strings.SplitN(value, ":", 6); len(f) == 6 && f[0] == "arn" && f[2] == "iam" && f[3] == "" && f[5] == "root" {
		return f[4]
	}
	return ""
}

func isSessionARN(value string) bool {
	f := strings.SplitN(value, ":", 6)
	return len(f) == 6 && f[2] == "sts" && strings.HasPrefix(f[5], "assumed-role/")
}
