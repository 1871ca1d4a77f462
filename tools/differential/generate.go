// Package differential makes random (policy, request) pairs on which two
// evaluators of IAM policies can be compared, and asks the one that others
// wrote. It knows nothing of eplint's own.
package differential

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A Pair is one policy and one request.
type Pair struct {
	// Path is endpoint, where every Principal is *, or resource, where it is
	// anything and nothing else is tested.
	Path    string
	Policy  Document
	Request Request
	// Cells are what the pair tests, for counting.
	Cells []Cell
}

// The paths.
const (
	Endpoint = "endpoint"
	Resource = "resource"
)

// A Document is a policy document in the policy language's own JSON.
type Document struct {
	Version   string `json:",omitempty"`
	Statement []Statement
}

// A Statement is one statement. Its elements are a string or a list of them.
type Statement struct {
	Effect       string
	Principal    any                       `json:",omitempty"`
	NotPrincipal any                       `json:",omitempty"`
	Action       any                       `json:",omitempty"`
	NotAction    any                       `json:",omitempty"`
	Resource     any                       `json:",omitempty"`
	NotResource  any                       `json:",omitempty"`
	Condition    map[string]map[string]any `json:",omitempty"`
}

// A Request is one request. What its context holds beside Context is for the
// test to derive from the principal and the resource.
type Request struct {
	Principal string // empty: unsigned
	Action    string
	Resource  string
	Account   string // the resource's
	// Context holds keys with their values. A key without values is absent; one
	// with the value "" alone is empty.
	Context map[string][]string
	// Bare are the multivalued keys of Context whose emptiness is a list of
	// nothing rather than a list of an empty string.
	Bare map[string]bool
}

// A Cell is one cell of the table of what the pairs must test: an operator
// with a modifier on a key in some state, or a form of principal on a kind of
// caller.
type Cell struct{ What, How, State string }

// The states of a key, and the modifiers of an operator.
var (
	States    = []string{"absent", "empty", "one", "many"}
	Modifiers = []string{"", "IfExists", "ForAllValues", "ForAnyValue", "ForAllValues IfExists", "ForAnyValue IfExists"}
)

// Operators are the condition operators but Null, with the kind of their
// values.
var Operators = map[string]string{
	"StringEquals": "text", "StringNotEquals": "text",
	"StringEqualsIgnoreCase": "text", "StringNotEqualsIgnoreCase": "text",
	"StringLike": "glob", "StringNotLike": "glob",
	"ArnEquals": "arn", "ArnLike": "arn", "ArnNotEquals": "arn", "ArnNotLike": "arn",
	"NumericEquals": "number", "NumericNotEquals": "number", "NumericLessThan": "number",
	"NumericLessThanEquals": "number", "NumericGreaterThan": "number", "NumericGreaterThanEquals": "number",
	"DateEquals": "date", "DateNotEquals": "date", "DateLessThan": "date",
	"DateLessThanEquals": "date", "DateGreaterThan": "date", "DateGreaterThanEquals": "date",
	"Bool": "bool", "BinaryEquals": "binary", "IpAddress": "address", "NotIpAddress": "address",
}

// Multivalued are the service's own multivalued keys that the pairs use.
var Multivalued = []string{"dynamodb:LeadingKeys", "dynamodb:Attributes"}

// operatorNames are the operators in a fixed order: the pairs must be the same
// in every run.
var operatorNames = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
	"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
	"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
	"Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
}

// values are what conditions compare: on the policy's side, where some hold
// wildcards or variables, and on the request's. Most are well-formed; each list
// has a little of what is not.
var values = map[string]struct{ policy, request []string }{
	"text": {
		[]string{
			"alpha", "Alpha", "beta", "be*a", "be?a", "", "team/alpha", "${aws:PrincipalTag/team}", "${AWS:principaltag/Team}", "${aws:PrincipalTag/none}",
			"${aws:PrincipalTag/none, 'alpha'}", "${aws:PrincipalTag/team, 'beta'}", "x-${aws:PrincipalTag/team}", "be${*}a", "be${?}a", "${$}{alpha}",
			"${aws:username}", "${aws:PrincipalAccount}", "${aws:PrincipalTag/blank}", "${alpha",
		},
		[]string{"alpha", "ALPHA", "beta", "be*a", "be?a", "team/alpha", "x-alpha", "${alpha}", "111122223333", "${aws:PrincipalTag/team}", "alice", "${alpha"},
	},
	"glob": {
		[]string{
			"alpha", "al*", "*", "?lpha", "team/*", "*/alpha", "be${*}a", "be?a", "b*a", "*et*", "", "Al*", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}*",
			"${aws:PrincipalTag/none}*", "x-${aws:PrincipalTag/none, 'alpha'}", "${aws:PrincipalTag/star}", "a.pha", "[a]lpha", "**a", "${aws:PrincipalTag/blank}*",
		},
		[]string{"alpha", "ALPHA", "beta", "be*a", "team/alpha", "team/beta/x", "x-alpha", "a", "a.pha", "líne", "*"},
	},
	"arn": {
		[]string{
			"arn:aws:sns:us-east-1:111122223333:topic", "arn:aws:sns:*:111122223333:topic", "arn:aws:sns:*:*:*", "arn:aws:sns:us-east-1:111122223333:top*",
			"arn:aws:sns:us-east-?:1111*:topic", "arn:*:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}", "arn:aws:iam::*:role/${aws:PrincipalTag/none}",
			"arn:aws:iam::${aws:PrincipalAccount}:role/alpha", "arn:aws:iam::${aws:PrincipalAccount}:role/*", "arn:aws:s3:::*/alpha", "arn:aws:s3:::bucket", "arn:aws:sns:*", "arn:aws:sns:us-east-1:111122223333:TOPIC",
			"arn:aws:*:us-east-1:topic", "arn:aws:sns:us-east-1:111122223333:topic:*", "arn:aws:iam::*:role/${aws:PrincipalTag/none, 'alpha'}", "arn:aws:sqs:*:topic",
		},
		[]string{
			"arn:aws:sns:us-east-1:111122223333:topic", "arn:aws:sns:eu-west-1:111122223333:topic", "arn:aws:sns:us-east-1:444455556666:topic", "arn:aws:sns:us-east-1:111122223333:topic:sub",
			"arn:aws:iam::111122223333:role/alpha", "arn:aws:iam::111122223333:role/path/alpha", "arn:aws-cn:iam::111122223333:role/alpha", "arn:aws:s3:::bucket/alpha", "arn:aws:s3:::bucket", "alpha",
			"arn:aws:sqs:us-east-1:111122223333:x:topic",
		},
	},
	"number": {
		[]string{"5", "10", "10.0", "7.5", "-3", "0", "10.25", "1000000", "ten", "5", "10"},
		[]string{"5", "10", "10.0", "7.5", "-3", "0", "11", "10.25", "-0.5", "5", "ten", "100"},
	},
	"date": {
		[]string{
			"2024-03-01T00:00:00Z", "2024-03-01T12:00:00Z", "2024-03-01T13:00:00+01:00", "2024-03-01", "2024-03", "2024-03-01T12:00Z", "1709294400", "2024-03-01T12:00:00.500Z", "soon",
			"2024-03-01T12:00:00Z", "2025-01-01T00:00:00Z", "2024",
		},
		[]string{
			"2024-03-01T00:00:00Z", "2024-03-01T12:00:00Z", "2024-03-01T13:00:00+01:00", "2024-03-01", "2024-02-29T23:59:59Z", "1709294400", "2024-03-01T12:00:00.500Z", "2026-06-01T00:00:00Z",
			"2024-03-01T12:00:00Z", "soon", "2024-03-01T12:00:01Z", "2023-12-31T23:59:59Z", "2024",
		},
	},
	"bool": {
		[]string{"true", "false", "True", "FALSE", "${aws:SecureTransport}", "${aws:PrincipalTag/none}", "yes", "true", "false"},
		[]string{"true", "false", "TRUE", "False", "true", "false", "yes"},
	},
	"binary": {
		[]string{"QUJD", "YQ==", "Yg==", "AAEC", "/+8=", "not base64"},
		[]string{"QUJD", "YQ==", "Yg==", "AAEC", "/+8=", "not base64", "qujd"},
	},
	"address": {
		[]string{
			"10.0.0.0/8", "10.1.2.3", "10.1.2.0/24", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1", "2001:db8:1::/48", "::/0", "10.1.2.3/32", "10.1.2.7/24",
			"somewhere", "2001:0db8:0:0:0:0:0:1", "2001:DB8::1",
		},
		[]string{"10.1.2.3", "10.1.2.4", "192.0.2.7", "203.0.113.9", "2001:db8::1", "2001:db8:1::9", "2001:db9::1", "10.200.0.1", "somewhere"},
	},
}

// keys are real keys that hold one value of a kind; where they are used up, tags
// do as well, since no evaluator looks at the type of a key.
var keys = map[string][]string{
	"text":    {"aws:SourceVpce", "aws:SourceVpc", "aws:UserAgent", "aws:Referer", "aws:SourceIdentity", "aws:PrincipalOrgID", "aws:ResourceOrgID"},
	"glob":    {"aws:SourceVpce", "aws:SourceVpc", "aws:UserAgent", "aws:Referer", "aws:SourceIdentity"},
	"arn":     {"aws:SourceArn", "aws:PrincipalArn", "aws:ChatbotSourceArn"},
	"number":  {"aws:MultiFactorAuthAge"},
	"date":    {"aws:CurrentTime", "aws:TokenIssueTime", "aws:EpochTime"},
	"bool":    {"aws:MultiFactorAuthPresent", "aws:ViaAWSService", "aws:PrincipalIsAWSService"},
	"binary":  {"aws:RequestTag/blob"},
	"address": {"aws:SourceIp", "aws:VpcSourceIp"},
}

var multiKeys = []string{"aws:TagKeys", "aws:CalledVia", "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths", "aws:SourceOrgPaths", "aws:VpceOrgPaths"}

// targets are actions, each with the resources that it may be asked on.
var targets = []struct {
	action    string
	resources []string
}{
	{"s3:GetObject", []string{"arn:aws:s3:::amber/alice/report", "arn:aws:s3:::amber/alpha", "arn:aws:s3:::blue/a:b/what?", "arn:aws:s3:::amber-logs/alpha/x"}},
	{"s3:PutObject", []string{"arn:aws:s3:::amber/alice/report", "arn:aws:s3:::blue/alpha/Report"}},
	{"s3:DeleteObject", []string{"arn:aws:s3:::amber/ALPHA"}},
	{"s3:ListBucket", []string{"arn:aws:s3:::amber", "arn:aws:s3:::blue"}},
	{"s3:ListAllMyBuckets", []string{"*"}},
	{"dynamodb:GetItem", []string{"arn:aws:dynamodb:us-east-1:111122223333:table/alpha", "arn:aws:dynamodb:us-east-1:111122223333:table/alpha-1"}},
	{"dynamodb:PutItem", []string{"arn:aws:dynamodb:us-east-1:444455556666:table/alpha"}},
	{"dynamodb:Query", []string{"arn:aws:dynamodb:us-east-1:111122223333:table/alpha", "arn:aws:dynamodb:us-east-1:111122223333:table/alpha/index/by-name"}},
	{"dynamodb:ListTables", []string{"*"}},
	{"logs:PutLogEvents", []string{"arn:aws:logs:us-east-1:111122223333:log-group:alpha:log-stream:s"}},
	{"sqs:SendMessage", []string{"arn:aws:sqs:us-east-1:111122223333:alpha", "arn:aws:sqs:us-east-1:444455556666:jobs"}},
	{"kms:Decrypt", []string{"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}},
}

// Callers are principals by kind.
var Callers = map[string][]string{
	"user":      {"arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/path/alice", "arn:aws:iam::444455556666:user/bob"},
	"session":   {"arn:aws:sts::111122223333:assumed-role/reader/one", "arn:aws:sts::111122223333:assumed-role/reader/two", "arn:aws:sts::444455556666:assumed-role/reader/one"},
	"root":      {"arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"},
	"federated": {"arn:aws:sts::111122223333:federated-user/alice", "arn:aws:sts::444455556666:federated-user/carol"},
	"service":   {"logs.amazonaws.com", "cloudtrail.amazonaws.com"},
	"anonymous": {""},
}

var callerKinds = []string{"user", "session", "root", "federated", "service", "anonymous"}

// Forms are principals as policies write them, by form.
var Forms = map[string][]any{
	"*":                   {"*"},
	"AWS *":               {map[string]any{"AWS": "*"}},
	"account id":          aws("111122223333", "444455556666"),
	"root ARN":            aws("arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root", "arn:aws-cn:iam::111122223333:root"),
	"role ARN":            aws("arn:aws:iam::111122223333:role/reader", "arn:aws:iam::444455556666:role/reader", "arn:aws:iam::111122223333:role/Reader", "arn:aws:iam::111122223333:role/writer"),
	"role ARN with path":  aws("arn:aws:iam::111122223333:role/some/path/reader", "arn:aws:iam::111122223333:role/reader/writer"),
	"session ARN":         aws("arn:aws:sts::111122223333:assumed-role/reader/one", "arn:aws:sts::444455556666:assumed-role/reader/one", "arn:aws:sts::111122223333:assumed-role/reader/One"),
	"user ARN":            aws("arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/path/alice", "arn:aws:iam::444455556666:user/bob", "arn:aws:iam::111122223333:user/Alice"),
	"federated-user ARN":  aws("arn:aws:sts::111122223333:federated-user/alice", "arn:aws:sts::444455556666:federated-user/alice"),
	"service":             {map[string]any{"Service": "logs.amazonaws.com"}, map[string]any{"Service": []string{"cloudtrail.amazonaws.com", "ec2.amazonaws.com"}}},
	"identity provider":   {map[string]any{"Federated": "cognito-identity.amazonaws.com"}, map[string]any{"Federated": "arn:aws:iam::111122223333:saml-provider/idp"}},
	"unique id":           aws("AIDACKCEVSQ6C2EXAMPLE", "AROADBQP57FF2AEXAMPLE"),
	"wildcard in the ARN": aws("arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:user/*", "arn:aws:sts::111122223333:assumed-role/reader/*"),
	"several": {
		map[string]any{"AWS": []string{"444455556666", "arn:aws:iam::111122223333:user/alice"}, "Service": "logs.amazonaws.com"},
		map[string]any{"AWS": []string{"111122223333", "arn:aws:iam::111122223333:role/reader", "arn:aws:sts::111122223333:assumed-role/reader/one"}},
		map[string]any{"AWS": []string{"arn:aws:iam::111122223333:role/reader", "arn:aws:iam::444455556666:root"}},
	},
}

var formNames = []string{
	"*", "AWS *", "account id", "root ARN", "role ARN", "role ARN with path", "session ARN", "user ARN", "federated-user ARN",
	"service", "identity provider", "unique id", "wildcard in the ARN", "several",
}

func aws(names ...string) []any {
	var list []any
	for _, n := range names {
		list = append(list, map[string]any{"AWS": n})
	}
	return list
}

// Cover lists every cell that the pairs must test.
func Cover() []Cell {
	var cells []Cell
	for _, o := range operatorNames {
		for _, m := range Modifiers {
			for _, s := range States {
				cells = append(cells, Cell{o, m, s})
			}
		}
	}
	for _, s := range States {
		cells = append(cells, Cell{"Null", "true", s}, Cell{"Null", "false", s})
	}
	return cells
}

// CoverPrincipals lists the cells of principals.
func CoverPrincipals() []Cell {
	var cells []Cell
	for _, f := range formNames {
		for _, k := range callerKinds {
			cells = append(cells, Cell{"Principal", f, k}, Cell{"NotPrincipal", f, k})
		}
	}
	return cells
}

// Generate makes the pairs of a seed: so many through the endpoint's path, so
// many through the resource policy's.
func Generate(seed uint64, endpoint, resource int) []Pair {
	g := generator{Rand: rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // the same pairs in every run
	var pairs []Pair
	for range endpoint {
		pairs = append(pairs, g.endpointPair())
	}
	for range resource {
		pairs = append(pairs, g.principalPair())
	}
	return pairs
}

type generator struct {
	*rand.Rand
	conditions, nulls, principals []Cell // what is left of each deck
	used                          map[string]bool
}

// deal takes the next cell of a deck, so that all come up equally often.
func (g *generator) deal(deck *[]Cell, cells func() []Cell) Cell {
	if len(*deck) == 0 {
		*deck = cells()
		g.Shuffle(len(*deck), func(i, j int) { (*deck)[i], (*deck)[j] = (*deck)[j], (*deck)[i] })
	}
	c := (*deck)[0]
	*deck = (*deck)[1:]
	return c
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) request() Request {
	t := pick(g, targets)
	r := Request{
		Principal: pick(g, Callers[pick(g, callerKinds)]),
		Action:    t.action,
		Resource:  pick(g, t.resources),
		Account:   pick(g, []string{"111122223333", "444455556666"}),
		Context: map[string][]string{
			"aws:SecureTransport":    {pick(g, []string{"true", "false"})},
			"aws:PrincipalTag/team":  {pick(g, []string{"alpha", "beta", "alice"})},
			"aws:PrincipalTag/star":  {"*"},
			"aws:PrincipalTag/blank": {""},
		},
		Bare: map[string]bool{},
	}
	if f := strings.Split(r.Resource, ":"); len(f) > 5 && f[4] != "" {
		r.Account = f[4]
	}
	return r
}

func (g *generator) endpointPair() Pair {
	p := Pair{Path: Endpoint, Request: g.request()}
	p.Policy.Version = "2012-10-17"
	if g.chance(10) {
		p.Policy.Version = pick(g, []string{"", "2008-10-17"})
	}
	g.used = map[string]bool{}
	for range 1 + g.IntN(2) {
		p.Policy.Statement = append(p.Policy.Statement, g.statement(&p, "Allow"))
	}
	if g.chance(45) {
		p.Policy.Statement = append(p.Policy.Statement, Statement{Effect: "Allow", Principal: "*", Action: "*", Resource: "*"})
	}
	for range g.IntN(3) {
		p.Policy.Statement = append(p.Policy.Statement, g.statement(&p, "Deny"))
	}
	g.Shuffle(len(p.Policy.Statement), func(i, j int) {
		s := p.Policy.Statement
		s[i], s[j] = s[j], s[i]
	})
	return p
}

func (g *generator) statement(p *Pair, effect string) Statement {
	s := Statement{Effect: effect, Principal: "*"}
	actions := g.some(1, func() string { return g.action(p.Request.Action) })
	if g.chance(15) {
		s.NotAction = actions
	} else {
		s.Action = actions
	}
	resources := g.some(1, func() string { return g.resource(p.Request.Resource) })
	if g.chance(20) {
		s.NotResource = resources
	} else {
		s.Resource = resources
	}
	s.Condition = map[string]map[string]any{}
	for range 1 + g.IntN(2) {
		g.condition(p, s.Condition)
	}
	return s
}

// some makes one string or a list.
func (g *generator) some(least int, one func() string) any {
	if least <= 1 && g.chance(60) {
		return one()
	}
	var list []string
	for range least + g.IntN(3) {
		list = append(list, one())
	}
	return list
}

func (g *generator) action(action string) string {
	service, name, _ := strings.Cut(action, ":")
	return pick(g, []string{
		action, action, "*", service + ":*", service + ":*", strings.ToUpper(service) + ":" + strings.ToLower(name),
		service + ":" + name[:3] + "*", service + ":*" + name[len(name)-4:], service + ":?" + name[1:], service + ":" + name[:len(name)-1],
		"ec2:*", "s3:GetObject", service + ":" + name + "?", service + ":Get*",
	})
}

// resource makes a pattern near a resource.
func (g *generator) resource(resource string) string {
	if resource == "*" || g.chance(20) {
		return pick(g, []string{"*", "*", "arn:aws:s3:::*", "arn:aws:s3:::amber/*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:s3:*", "arn:aws:*", "**"})
	}
	f := strings.SplitN(resource, ":", 6)
	tail := f[5]
	with := func(i int, v string) string {
		c := append([]string(nil), f...)
		c[i] = v
		return strings.Join(c, ":")
	}
	at := g.IntN(len(tail) + 1)
	head, _, _ := strings.Cut(tail, "/")
	switch g.IntN(20) {
	case 0, 1:
		return resource
	case 2, 3:
		return with(5, tail[:at]+"*")
	case 4:
		return with(5, "*"+tail[at:])
	case 5:
		return with(5, tail[:at]+"?"+tail[min(at+1, len(tail)):])
	case 6:
		return with(5, head+"/*")
	case 7:
		return with(5, head+"/${aws:PrincipalTag/team}*")
	case 8:
		return with(5, head+"/"+pick(g, []string{"${aws:PrincipalTag/none}/*", "${aws:PrincipalTag/none, 'alpha'}*", "${aws:username}/*", "${aws:PrincipalTag/star}", "${aws:PrincipalTag/blank}*"}))
	case 9:
		return with(5, pick(g, []string{"${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}*", "*/alpha", "table/*", "log-group:*", "${aws:PrincipalTag/none}"}))
	case 10:
		return with(3, pick(g, []string{"*", "us-*", "eu-west-1", "US-EAST-1", "${aws:RequestedRegion}"}))
	case 11:
		return with(4, pick(g, []string{"*", "111122223333", "1111*", "????????????"}))
	case 12:
		return "arn:aws:" + f[2] + ":*:*:" + tail
	case 13:
		return "arn:aws:" + f[2] + ":*:" + tail // one segment too few
	case 14:
		return strings.Join(f[:3+g.IntN(3)], ":") + ":*"
	case 15:
		return strings.Join(f[:3+g.IntN(3)], ":")
	case 16:
		return pick(g, []string{"arn:*:" + f[2], "arn:aws:*:" + f[3], "arn:aws:" + f[2] + ":us-*"})
	case 17:
		return with(1, pick(g, []string{"*", "aws-cn", "AWS"}))
	case 18:
		return with(5, strings.ToUpper(tail))
	default:
		return with(2, pick(g, []string{"sns", strings.ToUpper(f[2]), "s*"}))
	}
}

// condition adds a condition of the next cell, on a key that no other has.
func (g *generator) condition(p *Pair, block map[string]map[string]any) {
	if g.chance(4) {
		c := g.deal(&g.nulls, func() []Cell { return Cover()[len(operatorNames)*len(Modifiers)*len(States):] })
		key := g.key(p, "text", c.State)
		if key == "" {
			return
		}
		g.give(p, key, c.State, "text", nil)
		add(block, "Null", g.spell(key), pick(g, []any{c.How, []string{c.How}, strings.ToUpper(c.How), c.How == "true"}))
		p.Cells = append(p.Cells, c)
		return
	}
	c := g.deal(&g.conditions, func() []Cell { return Cover()[:len(operatorNames)*len(Modifiers)*len(States)] })
	kind := Operators[c.What]
	key := g.key(p, kind, c.State)
	if key == "" {
		g.conditions = append(g.conditions, c) // another pair has room for it
		return
	}
	policy := g.some(1, func() string { return pick(g, values[kind].policy) })
	g.give(p, key, c.State, kind, policy)
	operator := c.What
	modifier, ifExists, both := strings.Cut(c.How, " ")
	switch {
	case both:
		operator = modifier + ":" + operator + ifExists
	case c.How == "IfExists":
		operator += c.How
	case c.How != "":
		operator = c.How + ":" + operator
	}
	add(block, operator, g.spell(key), policy)
	p.Cells = append(p.Cells, c)
}

func add(block map[string]map[string]any, operator, key string, values any) {
	if block[operator] == nil {
		block[operator] = map[string]any{}
	}
	block[operator][key] = values
}

// key chooses a key that can be in the state; empty when none is left.
func (g *generator) key(p *Pair, kind, state string) string {
	multi := state == "many" || g.chance(25)
	list := keys[kind]
	if multi {
		list = multiKeys
		if strings.HasPrefix(p.Request.Action, "dynamodb:") && p.Request.Resource != "*" {
			list = append(append([]string(nil), Multivalued...), multiKeys...)
		}
	}
	if multi || g.chance(60) {
		for range 4 {
			if k := pick(g, list); !g.used[k] {
				g.used[k] = true
				return k
			}
		}
		if multi {
			return ""
		}
	}
	k := fmt.Sprintf("aws:PrincipalTag/k%d", len(g.used))
	g.used[k] = true
	return k
}

// spell writes a key in other letters now and then.
func (g *generator) spell(key string) string {
	switch {
	case g.chance(8):
		return strings.ToLower(key)
	case g.chance(4):
		return strings.ToUpper(key)
	default:
		return key
	}
}

// give puts the key into the request, or takes it out.
func (g *generator) give(p *Pair, key, state, kind string, policy any) {
	r := &p.Request
	value := func() string {
		likely := 55
		if kind == "number" || kind == "date" {
			likely = 25 // these meet each other often by themselves, and < should hold too
		}
		if list := strs(policy); len(list) > 0 && g.chance(likely) {
			if v := g.fulfil(kind, pick(g, list), r); v != "" {
				return v
			}
		}
		return pick(g, values[kind].request)
	}
	switch state {
	case "absent":
		r.Context[key] = nil
	case "empty":
		r.Context[key] = []string{""}
		r.Bare[key] = IsMultivalued(key) && g.chance(50)
	case "one":
		r.Context[key] = []string{value()}
	case "many":
		list := []string{value()}
		for range 1 + g.IntN(2) {
			list = append(list, value())
		}
		r.Context[key] = list
	}
}

// fulfil makes a value that a value of the policy is likely to match.
func (g *generator) fulfil(kind, text string, r *Request) string {
	switch kind {
	case "address":
		address, _, _ := strings.Cut(text, "/")
		return address
	case "text", "glob", "arn":
		for _, c := range []string{"team", "Team", "star"} {
			for _, fallback := range []string{"", ", 'beta'"} {
				name := "PrincipalTag/" + c + fallback
				value := r.Context["aws:PrincipalTag/"+strings.ToLower(c)][0]
				text = strings.NewReplacer("${aws:"+name+"}", value, "${AWS:principaltag/Team}", value).Replace(text)
			}
		}
		text = strings.NewReplacer("${aws:PrincipalTag/none, 'alpha'}", "alpha", "${aws:PrincipalAccount}", "111122223333", "${aws:username}", "alice").Replace(text)
		if kind != "text" {
			const star, mark = "\x00", "\x01"
			text = strings.NewReplacer("${*}", star, "${?}", mark, "*", pick(g, []string{"", "x", "role/x"}), "?", "1").Replace(text)
			return strings.NewReplacer(star, "*", mark, "?").Replace(text)
		}
		if g.chance(50) {
			// What a pattern would match: under these operators it does not.
			text = strings.NewReplacer("${*}", "*", "${?}", "?", "*", "t", "?", "t").Replace(text)
		}
		text = strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$").Replace(text)
		if g.chance(20) {
			return strings.ToUpper(text)
		}
		return text
	case "bool":
		return ""
	default:
		return text
	}
}

func strs(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	}
	return nil
}

// IsMultivalued reports whether a key of the pairs is multivalued.
func IsMultivalued(key string) bool {
	for _, k := range append(append([]string(nil), multiKeys...), Multivalued...) {
		if strings.EqualFold(k, key) {
			return true
		}
	}
	return strings.EqualFold(key, "aws:PrincipalServiceNamesList")
}

// principalPair tests Principal, and NotPrincipal in a Deny, which AWS supports
// nowhere else.
func (g *generator) principalPair() Pair {
	p := Pair{Path: Resource, Request: g.request()}
	p.Policy.Version = "2012-10-17"
	first := g.deal(&g.principals, CoverPrincipals)
	p.Request.Principal = pick(g, Callers[first.State])
	cells := []Cell{first}
	for range g.IntN(3) {
		cells = append(cells, Cell{pick(g, []string{"Principal", "NotPrincipal"}), pick(g, formNames), first.State})
	}
	for _, c := range cells {
		s := Statement{Effect: pick(g, []string{"Allow", "Allow", "Deny"}), Action: "*", Resource: "*"}
		form := pick(g, Forms[c.How])
		if c.What == "Principal" {
			s.Principal = form
		} else {
			s.Effect, s.NotPrincipal = "Deny", form
		}
		p.Policy.Statement = append(p.Policy.Statement, s)
	}
	if g.chance(60) {
		p.Policy.Statement = append(p.Policy.Statement, Statement{Effect: "Allow", Principal: "*", Action: "*", Resource: "*"})
	}
	p.Cells = cells
	return p
}
