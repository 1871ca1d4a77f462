package policy

import (
	"strconv"
	"strings"
)

// partitions are those of AWS (AWS General Reference, "Amazon Resource Names
// (ARNs)", and the endpoints of the SDKs).
var partitions = [...]string{
	"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc",
}

// resources checks the form of Resource: "*", or an ARN (IAM User Guide, "IAM
// JSON policy elements: Resource").
func (g *grammar) resources() {
	name, from := element(g.statement.Resources.Not, "Resource"), len(g.faults)
	for i, t := range g.statement.Resources.Values {
		text, whole := specimen(t)
		number := strconv.Itoa(i)
		if g.variables(t, text, whole, true, name, number) {
			continue
		}
		if f, ok := arnFault(text, whole); ok {
			f.Kind, f.Name = InvalidARN, t.String()
			g.add(f, name, number)
		} else if whole && mixesDigits(text) {
			g.add(Fault{Kind: MixedARNAccount, Level: Warning, Name: t.String()}, name, number)
		}
	}
	if !g.statement.Resources.Not {
		g.misses(from, len(g.statement.Resources.Values))
	}
}

// arnFault says what is wrong with an ARN, as far as it is known. An ARN that
// ends early in a wildcard takes in all that follows.
func arnFault(text string, whole bool) (Fault, bool) {
	fail := func(because string) (Fault, bool) { return Fault{Because: because}, true }
	if text == "*" || !whole && text == "" {
		return Fault{}, false
	}
	segments := strings.SplitN(text, ":", 6)
	open := len(segments) < 6 && strings.HasSuffix(text, "*")
	complete := segments
	if !whole || open {
		complete = segments[:len(segments)-1] // what follows may belong to the last
	}
	switch {
	case text == "":
		return fail("is empty")
	case isSpace(rune(text[0])) || whole && isSpace(rune(text[len(text)-1])):
		return fail("begins or ends with white space")
	case len(complete) > 0 && segments[0] != "arn" || whole && len(complete) == 0:
		f := Fault{Because: "is neither * nor an ARN, which begins with arn:"}
		if strings.EqualFold(segments[0], "arn") {
			f.Near = "arn" + text[len("arn"):]
		}
		return f, true
	}
	judged := complete
	if whole && open && len(segments) == 4 {
		judged = segments // a wildcard takes in no more than the rest of a region
	}
	for i, s := range judged {
		if f, ok := segmentFault(i, s); ok {
			if !whole {
				f.Near = ""
			}
			if f.Near != "" {
				f.Near = strings.Join(segments[:i], ":") + ":" + f.Near + text[len(strings.Join(segments[:i+1], ":")):]
			}
			return f, true
		}
	}
	switch {
	case open && len(segments) == 3 && segments[2] != "*":
		return Fault{Level: Warning, Because: "has a wildcard in its service, where AWS takes none"}, true
	case whole && !open && len(segments) < 6:
		return fail("has fewer than the six parts of an ARN, arn:partition:service:region:account:resource")
	case whole && !open && segments[5] == "":
		return fail("ends before the part that names the resource")
	}
	return Fault{}, false
}

// segmentFault says what is wrong with one of the first five segments of an ARN.
// A variable is no part of them, which is another fault.
func segmentFault(i int, s string) (Fault, bool) {
	wild := strings.ContainsAny(s, "*?")
	if strings.Contains(s, "$") {
		return Fault{}, false
	}
	switch i {
	case 1:
		return partitionFault(s, wild)
	case 2:
		switch {
		case s == "":
			return Fault{Because: "names no service"}, true
		case wild:
			return Fault{Level: Warning, Because: "has a wildcard in its service, where AWS takes none"}, true
		case s != strings.ToLower(s):
			return Fault{Because: "has capital letters in its service", Near: strings.ToLower(s)}, true
		}
	case 3:
		if s != "" && !wild && !isRegion(s) || wild && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-*?") != "" {
			return Fault{Because: "has the region " + strconv.Quote(s) + ", which is none"}, true
		}
	case 4:
		if s != "" && !wild && !isAccountID(s) && strings.Trim(s, "0123456789-") == "" || strings.ContainsFunc(s, isSpace) {
			return Fault{Because: "has the account " + strconv.Quote(s) + ", which is not twelve digits"}, true
		}
	}
	return Fault{}, false
}

func partitionFault(s string, wild bool) (Fault, bool) {
	switch {
	case wild:
		return Fault{Level: Warning, Because: "has a wildcard in its partition: an endpoint carries requests of its own partition alone"}, true
	case s == "":
		return Fault{Because: "names no partition"}, true
	}
	for _, p := range partitions {
		if p == s {
			return Fault{}, false
		}
	}
	return Fault{Because: "has the partition " + strconv.Quote(s) + ", which AWS does not have", Near: nearest(s, partitions[:])}, true
}

// isRegion reports whether s has the form of a region: us-east-1,
// us-iso-west-1, eusc-de-east-1.
func isRegion(s string) bool {
	words := strings.Split(s, "-")
	if len(words) < 3 || len(words) > 4 {
		return false
	}
	for i, w := range words {
		letters := strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == ""
		if last := i == len(words)-1; w == "" || last == letters || last && strings.Trim(w, "0123456789") != "" {
			return false
		}
	}
	return true
}

// principals checks Principal (IAM User Guide, "AWS JSON policy elements:
// Principal" and "…: NotPrincipal").
func (g *grammar) principals() {
	p := g.statement.Principals
	name := element(p.Not, "Principal")
	if p.Not {
		g.notPrincipal()
	}
	from := len(g.faults)
	for i, one := range p.Values {
		text, whole := specimen(one.Value)
		number := strconv.Itoa(i)
		if strings.Contains(text, "${") {
			g.variableInElement(name, one.Value, name, number)
			continue
		}
		f, ok := principalFault(one.Type, text, whole)
		if !ok && !whole && one.Type == "AWS" && hasInnerWildcard(one.Value) {
			f, ok = Fault{Because: innerWildcard}, true
		}
		if ok {
			f.Kind = InvalidPrincipal
			if f.Name == "" {
				f.Name = one.Value.String()
			}
			g.add(f, name, number)
		}
	}
	if !p.Not {
		g.misses(from, len(p.Values))
	}
}

// notPrincipal: with Allow it "is not supported"; with Deny it also denies any
// principal with a permissions boundary.
func (g *grammar) notPrincipal() {
	switch g.statement.Effect {
	case Allow:
		g.add(Fault{Kind: NotPrincipal, Name: "Allow"}, "NotPrincipal")
	case Deny:
		g.add(Fault{Kind: NotPrincipal, Level: Warning, Name: "Deny"}, "NotPrincipal")
	}
}

var principalTypes = []string{"AWS", "Service", "Federated", "CanonicalUser"}

// principalFault says what is wrong with a principal of a type, as far as it is
// known.
func principalFault(kind, text string, whole bool) (Fault, bool) {
	fail := func(because string) (Fault, bool) { return Fault{Because: because}, true }
	wild := strings.ContainsAny(text, "*?")
	switch kind {
	case "":
		if whole && text != "*" || !whole && strings.Trim(text, "*") != "" {
			f := Fault{Because: `has no type: other than "*", a principal stands in an object, after its type`, Undecides: true}
			if whole && (namedAccount(text) != "" || strings.HasPrefix(text, "arn:")) {
				f.Near = `{"AWS": "` + text + `"}`
			}
			return f, true
		}
	case "AWS":
		return awsPrincipalFault(text, whole)
	case "Service":
		switch {
		case wild:
			return fail("has a wildcard: a service principal is named in full")
		case whole && !isServicePrincipal(text):
			return fail("is no service principal, which has the form service.amazonaws.com")
		}
	case "Federated":
		return fail("is a federated provider, which only the trust policy of a role takes: here it matches nobody")
	case "CanonicalUser":
		if wild || whole && (len(text) != 64 || strings.Trim(text, "0123456789abcdef") != "") {
			return fail("is no canonical user id, which has 64 hexadecimal digits")
		}
	default:
		if strings.Contains(kind, "${") {
			break
		}
		return Fault{Name: kind, Because: "is no type of principal", Near: nearest(kind, principalTypes), Undecides: true}, true
	}
	return Fault{}, false
}

// isServicePrincipal reports whether text has the form of one, in any partition.
func isServicePrincipal(text string) bool {
	name, _, found := strings.Cut(text, ".amazonaws.")
	for _, suffix := range []string{".c2s.ic.gov", ".sc2s.sgov.gov", ".aws.internal", ".amazon.com"} {
		if before, ok := strings.CutSuffix(text, suffix); ok && !found {
			name, found = before, true
		}
	}
	return found && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}

const innerWildcard = "has a wildcard in it: AWS matches no part of a principal, so that it names nobody"

// hasInnerWildcard reports whether a wildcard stands beside other literal text:
// whatever the holes are.
func hasInnerWildcard(t Text) bool {
	wild, other := false, false
	for _, p := range t.Parts {
		wild = wild || strings.ContainsAny(p.Literal, "*?")
		other = other || strings.Trim(p.Literal, "*?") != ""
	}
	return wild && other
}

// awsPrincipalFault says what is wrong with a principal of {"AWS": …}.
func awsPrincipalFault(text string, whole bool) (Fault, bool) {
	fail := func(because string) (Fault, bool) { return Fault{Because: because}, true }
	if text == "*" || !whole && text == "" {
		return Fault{}, false
	}
	segments := strings.SplitN(text, ":", 6)
	switch {
	case text == "":
		return fail("is empty")
	case strings.ContainsAny(text, "*?"):
		return fail(innerWildcard)
	case isUniqueID(text):
		kind := "role"
		if strings.HasPrefix(text, "AIDA") {
			kind = "user"
		}
		return Fault{Level: Warning, Because: "is the unique id of a " + kind + ", as AWS leaves it when the " + kind + " is deleted"}, true
	case segments[0] != "arn":
		if !whole || isAccountID(text) {
			return Fault{}, false
		}
		return fail("is neither an account id of twelve digits nor the ARN of a principal")
	case whole && len(segments) < 6:
		return fail("has fewer than the six parts of an ARN")
	}
	complete := segments
	if !whole {
		complete = segments[:len(segments)-1]
	}
	for i, s := range complete[:min(len(complete), 3)] {
		if f, ok := segmentFault(i, s); ok {
			f.Near = ""
			return f, true
		}
	}
	switch {
	case len(complete) > 2 && segments[2] != "iam" && segments[2] != "sts":
		return fail("is no ARN of an account, a user, a role or a session")
	case len(complete) > 3 && segments[3] != "":
		return fail("has a region, where the ARN of a principal has none")
	case len(complete) > 4 && !isAccountID(segments[4]) && segments[4] != "cloudfront" && !strings.Contains(segments[4], "$"):
		return fail("has the account " + strconv.Quote(segments[4]) + ", which is not twelve digits")
	case len(segments) == 6:
		if because := entityFault(segments[2], segments[5], whole); because != "" {
			return fail(because)
		}
	}
	return Fault{}, false
}

// entityFault says what keeps the last segment of an ARN from naming a
// principal.
func entityFault(service, entity string, whole bool) string {
	kind, rest, slash := strings.Cut(entity, "/")
	switch {
	case !whole && !slash:
		return ""
	case service == "iam" && kind == "group":
		return "is a group, which AWS takes for no principal"
	case service == "iam" && entity == "root":
		return ""
	case service == "iam" && (kind == "user" || kind == "role"), service == "sts" && kind == "federated-user":
		if whole && strings.Trim(rest, "/") == "" {
			return "names no " + strings.ReplaceAll(kind, "-", " ")
		}
		return ""
	case service == "sts" && kind == "assumed-role":
		if whole && strings.Count(rest, "/") == 0 {
			return "names a role session without its name"
		}
		return ""
	case kind == "saml-provider", kind == "oidc-provider":
		return "is a federated provider, which only the trust policy of a role takes"
	default:
		return "is no ARN of an account, a user, a role or a session"
	}
}

// isUniqueID reports whether s is the unique id of a user or a role (IAM User
// Guide, "IAM identifiers").
func isUniqueID(s string) bool {
	return len(s) >= 16 && (strings.HasPrefix(s, "AIDA") || strings.HasPrefix(s, "AROA")) && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
