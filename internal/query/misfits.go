package query

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/config"
	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
)

// A Misfit is something that does not fit the endpoint: a name that its service
// does not have, or that has no meaning at such an endpoint.
type Misfit struct {
	// Rule is the rule that reports it.
	Rule string
	// Statement is the index of the statement that it is in; -1 for none.
	Statement int
	// Condition is the index of the condition that it is in; -1 for none.
	Condition int
	// At is its place, as a JSON Pointer into the endpoint, and Related are those
	// of further places with the same.
	At      string
	Related []string
	// Name is the text as written, in quotes; of many it has a few.
	Name string
	// Near is what may have been meant; mostly empty.
	Near string
	// Noun is what it is, and Because why it does not fit, in words.
	Noun, Because string
	// Kills is yes when it is why its statement never matches.
	Kills Verdict
	// Holds says of a condition that it holds for every request (yes), or for none
	// (no), because of it.
	Holds Verdict
}

// Misfits returns what does not fit the endpoint, given the answers about its
// statements. What hangs on something that is not known is left out.
func (s *Subject) Misfits(answers []StatementAnswer) []Misfit {
	m := misfits{Subject: s, answers: answers}
	m.service()
	m.kind()
	if s.Endpoint.Policy.State == policy.Known && !s.Unrestricted() {
		doc := s.document()
		for i := range doc.Statements {
			m.doc, m.st, m.i = doc, &doc.Statements[i], i
			m.statement()
		}
	}
	return m.found
}

// misfits collects them, statement by statement.
type misfits struct {
	*Subject
	answers []StatementAnswer
	found   []Misfit
	doc     *policy.Document
	st      *policy.Statement
	i       int
}

func (m *misfits) statement() {
	m.principals()
	m.actions()
	m.resources()
	m.anonymousActions()
	for c := range m.st.Conditions {
		m.condition(c)
	}
	m.wildcards()
}

// death is what makes the statement dead; of one that lives it is none.
func (m *misfits) death() Death {
	if m.dead() {
		return m.answers[m.i].Death
	}
	return Death{Condition: -1}
}

// dead reports whether the statement matches nothing, for whatever reason.
func (m *misfits) dead() bool {
	return m.i < len(m.answers) && m.answers[m.i].NeverMatches.Verdict == Yes
}

func (m *misfits) pointer(parts ...string) string {
	return "/policy/Statement/" + strconv.Itoa(m.i) + "/" + strings.Join(parts, "/")
}

// element reports values of an element, once for all of them: at the element where
// all of its values are among them.
func (m *misfits) element(one Misfit, name string, which []int, values []policy.Text) {
	one.Statement, one.Condition = m.i, -1
	texts := make([]string, len(which))
	for n, v := range which {
		texts[n] = values[v].String()
		if n > 0 {
			one.Related = append(one.Related, m.pointer(name, strconv.Itoa(v)))
		}
	}
	one.At, one.Name = m.pointer(name, strconv.Itoa(which[0])), quoted(texts)
	if len(which) == len(values) && len(which) > 1 {
		one.At, one.Related = m.pointer(name), nil
	}
	m.found = append(m.found, one)
}

// quoted lists some texts, and of many a few.
func quoted(texts []string) string {
	const few = 3
	var b strings.Builder
	for i, t := range texts {
		switch {
		case i == few && len(texts) > few+1:
			fmt.Fprintf(&b, " and %d more", len(texts)-few)
			return b.String()
		case i > 0 && i == len(texts)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(t))
	}
	return b.String()
}

func judged(b bool) Verdict {
	if b {
		return Yes
	}
	return No
}

// head is the literal text that a value begins with, up to its first hole.
func head(t policy.Text) string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole.Kind != policy.NotHole {
			break
		}
		b.WriteString(p.Literal)
	}
	return b.String()
}

// service looks at the name of the endpoint's service.
func (m *misfits) service() {
	name, known := serviceName(m.Endpoint.Service)
	if m.Recognised || !known || name == "" || strings.ContainsAny(strings.ReplaceAll(name, catalogue.UnresolvedRegion, ""), "<>{}$") {
		return // what is in such brackets is to be filled in
	}
	one := Misfit{Rule: "unknown-service", Statement: -1, Condition: -1, At: "/service", Name: strconv.Quote(m.Endpoint.Service.String())}
	if one.Because = notAName(name); one.Because != "" && !m.Endpoint.Live {
		one.Noun = "impossible"
	}
	near := catalogue.Nearest(name, 3)
	for i, id := range near {
		region := catalogue.RegionIn(name)
		if service, ok := catalogue.ByID(id); ok && region != "" && region != catalogue.UnresolvedRegion {
			near[i] = cmp.Or(service.NameIn(region), id)
		}
	}
	one.Near = strings.Join(near, " or ")
	m.found = append(m.found, one)
}

// notAName says why a text cannot be the full name of an endpoint service; empty
// when it can.
func notAName(name string) string {
	plain := strings.ReplaceAll(name, catalogue.UnresolvedRegion, "")
	if strings.Trim(plain, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		return "such a name has no characters but lower-case letters, digits, dots and hyphens"
	}
	begins := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	// How names begin in each partition, and as AWS's newer ones do.
	if !slices.ContainsFunc([]string{"com.amazonaws.", "aws.", "api.aws.", "cn.com.amazonaws.", "gov.", "uk.", "eu."}, begins) {
		return "such a name begins with com.amazonaws"
	}
	if rest, ok := strings.CutPrefix(name, "com.amazonaws."); ok {
		if _, known := catalogue.ByID(rest); known {
			return "it lacks the region"
		}
	}
	return ""
}

// kind looks at the type of the endpoint.
func (m *misfits) kind() {
	written, known := m.Endpoint.Type.Literal()
	if !known || written == "" {
		return
	}
	one := Misfit{Rule: "wrong-endpoint-type", Statement: -1, Condition: -1, At: "/type", Name: written}
	switch kind := catalogue.Type(strings.ToLower(written)); kind {
	case catalogue.Gateway:
		// Gateway endpoints are for S3, DynamoDB and S3 Express alone.
		if !m.Recognised || slices.Contains(m.Service.Types, kind) {
			return
		}
		one.Because = "there are gateway endpoints for s3, dynamodb and s3express alone, and none for " + m.Service.ID
	case catalogue.GatewayLoadBalancer, catalogue.Resource, catalogue.ServiceNetwork:
		// What is said about the service is said of its policy too.
		if m.Endpoint.Policy.State == policy.Default || m.Recognised && m.Service.Policy == catalogue.Unsupported && m.Service.Confidence != catalogue.Low {
			return
		}
		one.Because = "an endpoint of this type takes no policy"
	default:
		return
	}
	m.found = append(m.found, one)
}

// principals looks at a gateway endpoint's Principal (AWS PrivateLink Guide,
// "Control access to VPC endpoints using endpoint policies", "Principals for
// gateway endpoints").
func (m *misfits) principals() {
	p := m.st.Principals
	anonymous := m.anonymousOnly()
	if p.Not || !anonymous && m.setting("").Type != policy.Gateway {
		return
	}
	var accounts, others []int
	values := make([]policy.Text, len(p.Values))
	for i, one := range p.Values {
		values[i] = one.Value
		switch {
		case everybody(one.Value):
		case one.Type == "AWS" && wholeAccount(one.Value):
			accounts = append(accounts, i)
		default:
			others = append(others, i)
		}
	}
	if anonymous {
		if all := slices.Sorted(slices.Values(append(accounts, others...))); len(all) > 0 {
			m.element(Misfit{Rule: "principal-on-anonymous-endpoint", Noun: "principal", Kills: judged(m.death().Part == "Principal")}, "Principal", all, values)
		}
		return
	}
	kills := judged(m.death().Part == "Principal" && len(accounts)+len(others) == len(values))
	if len(accounts) > 0 {
		m.element(Misfit{Rule: "gateway-principal", Noun: "account", Kills: kills}, "Principal", accounts, values)
	}
	if len(others) > 0 {
		m.element(Misfit{Rule: "gateway-principal", Noun: "principal", Kills: kills}, "Principal", others, values)
	}
}

// everybody reports whether a principal is *, or something of which it is not
// known that it is not.
func everybody(t policy.Text) bool {
	for _, p := range t.Parts {
		if p.Hole.Kind != policy.NotHole && p.Hole.Kind != policy.Unknown || strings.Trim(p.Literal, "*") != "" {
			return false
		}
	}
	return true
}

// wholeAccount reports whether a principal is an account, by its id or its root.
func wholeAccount(t policy.Text) bool {
	text, known := t.Literal()
	if known && isAccountID(text) || onlyHole(t) == policy.OwnAccount {
		return true
	}
	last := t.Parts[len(t.Parts)-1]
	return strings.HasPrefix(head(t), "arn:") && strings.HasSuffix(last.Literal, ":root")
}

// actions looks at the names of actions.
func (m *misfits) actions() {
	values := m.st.Actions.Values
	var foreign []int
	for i, v := range values {
		written := head(v)
		prefix, rest, found := strings.Cut(written, ":")
		if !found || strings.ContainsAny(prefix, "*?") {
			continue // * alone, or a fault of grammar
		}
		prefix = strings.ToLower(prefix)
		name, known := v.Literal()
		switch {
		case m.Recognised && !slices.Contains(m.Service.Prefixes, prefix):
			if !m.st.Actions.Not && !m.tolerated(prefix, rest) {
				foreign = append(foreign, i)
			}
		case known && rest != "" && rest != "*":
			m.unknownAction(i, prefix, name)
		}
	}
	if len(foreign) > 0 && len(m.Service.Prefixes) > 0 {
		m.element(Misfit{
			Rule: "foreign-action", Noun: m.Service.ID, Because: m.unsaid(), Kills: judged(m.death().Part == "Action" && len(foreign) == len(values)),
		}, "Action", foreign, values)
	}
}

// unsaid doubts the service of a document that is all about another, where no file
// says it: the file's name may mean something else. It is mostly empty.
func (m *misfits) unsaid() string {
	if m.Endpoint.Service.Span.File != nil {
		return ""
	}
	for _, st := range m.doc.Statements {
		for _, v := range st.Actions.Values {
			prefix, _, found := strings.Cut(strings.ToLower(head(v)), ":")
			if found && slices.Contains(m.Service.Prefixes, prefix) {
				return ""
			}
		}
	}
	return "the file does not say that it is for " + m.Service.ID + ", and nothing in it is"
}

// tolerated reports whether an action of another service has a reason to be in the
// policy: AWS's guides put iam:PassRole there, and calls to S3's relatives may come
// through an endpoint for S3.
func (m *misfits) tolerated(prefix, name string) bool {
	return prefix == "iam" && strings.EqualFold(name, "PassRole") || m.relative(prefix)
}

// relative reports whether a prefix is one of S3's relatives, on an endpoint for
// S3.
func (m *misfits) relative(prefix string) bool {
	return m.Service.ID == "s3" && (prefix == "s3tables" || prefix == "s3-object-lambda" || prefix == "s3-outposts")
}

// unknownAction reports a name that no action has, of a service whose actions are
// known.
func (m *misfits) unknownAction(i int, prefix, name string) {
	folded := strings.ToLower(name)
	list := m.asker.actionsOf(prefix)
	wild := strings.ContainsAny(folded, "*?")
	if len(list) == 0 || slices.ContainsFunc(list, func(a action) bool { return a.folded == folded || wild && glob.Match(folded, a.folded) }) {
		return
	}
	element := "Action"
	if m.st.Actions.Not {
		element = "NotAction"
	}
	one := Misfit{Rule: "unknown-action", Near: callOf(folded), Noun: prefix}
	if one.Near == "" && !wild {
		one.Near = nearestAction(folded, list)
	}
	m.element(one, element, []int{i}, m.st.Actions.Values)
}

// nearestAction is the action that a misspelled one, in lower case, may have meant.
func nearestAction(folded string, list []action) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.folded
	}
	for _, near := range config.Nearest(folded, names, 1) {
		return list[slices.Index(names, near)].full
	}
	return ""
}

// callOf is the action that a call of S3 needs whose name is no action, in lower
// case (S3 User Guide, "Required permissions for Amazon S3 API operations").
func callOf(folded string) string {
	switch folded {
	case "s3:headobject", "s3:selectobjectcontent":
		return "s3:GetObject"
	case "s3:headbucket", "s3:listobjects", "s3:listobjectsv2":
		return "s3:ListBucket"
	case "s3:listobjectversions":
		return "s3:ListBucketVersions"
	case "s3:listbuckets":
		return "s3:ListAllMyBuckets"
	case "s3:deleteobjects":
		return "s3:DeleteObject"
	case "s3:copyobject", "s3:createmultipartupload", "s3:uploadpart", "s3:uploadpartcopy", "s3:completemultipartupload", "s3:postobject":
		return "s3:PutObject"
	case "s3:listmultipartuploads":
		return "s3:ListBucketMultipartUploads"
	case "s3:listparts":
		return "s3:ListMultipartUploadParts"
	default:
		return ""
	}
}

// wildcards notes an Allow of every action, and one of everybody. Where that does
// no harm the rules say nothing.
func (m *misfits) wildcards() {
	if m.st.Effect != policy.Allow || !m.Recognised || m.Service.Policy == catalogue.Unsupported {
		return
	}
	for i, v := range m.st.Actions.Values {
		if !m.st.Actions.Not && m.everyAction(v) {
			m.element(Misfit{Rule: "wildcard-action", Noun: m.Service.ID}, "Action", []int{i}, m.st.Actions.Values)
			break
		}
	}
	for i, p := range m.st.Principals.Values {
		if text, known := p.Value.Literal(); known && text == "*" && !m.st.Principals.Not && !m.needsEverybody() {
			m.element(Misfit{Rule: "wildcard-principal", Noun: m.Service.ID}, "Principal", []int{i}, []policy.Text{p.Value})
			break
		}
	}
}

// everyAction reports whether a value of Action is every action of the endpoint.
func (m *misfits) everyAction(v policy.Text) bool {
	text, known := v.Literal()
	prefix, rest, _ := strings.Cut(strings.ToLower(text), ":")
	return known && (glob.Universal(text) || glob.Universal(rest) && len(m.Service.Prefixes) > 0 && prefix == m.Service.Prefixes[0])
}

// needsEverybody reports whether an Allow can name nobody but *: on a gateway
// endpoint, and where callers have no IAM identity.
func (m *misfits) needsEverybody() bool {
	id := strings.TrimSuffix(m.Service.ID, "-fips")
	switch {
	case m.setting("").Type != policy.Interface, id == "syslog-logs", id == "execute-api", strings.HasPrefix(id, "bedrock-agentcore"):
		return true
	case id != "sts" && !strings.HasPrefix(id, "cognito-"):
		return false
	}
	unsigned := m.unsignedActions()
	for a := range m.allowedActions(m.st) {
		if a.named(unsigned) {
			return true
		}
	}
	return false
}
