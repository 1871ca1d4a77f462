package cvc5

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// request makes the request that a model says. Every context key that the
// document tests and that is no other field's is in Context.
func (e *encoding) request(m model) (policy.Request, error) {
	at := slices.IndexFunc(e.routes, func(r route) bool { return m[r.selected] == "true" })
	if at < 0 {
		return policy.Request{}, fmt.Errorf("no route is selected in %v", m)
	}
	route := e.routes[at]
	if e.declared[callerName] == nil {
		m[callerName] = e.sampleCaller(rand.New(rand.NewPCG(0, 0)))
	}
	r := policy.Request{
		Principal:       joinFields(callerFields()).in(m),
		Action:          route.action,
		Resource:        route.arn.in(m),
		ResourceAccount: m[owner],
		Context:         map[string][]string{},
	}
	if m[organized] == "true" {
		r.PrincipalOrg = m[organization]
	}
	if m[ownedInOrg] == "true" {
		r.ResourceOrg = m[ownerOrg]
	}
	for name, k := range e.keys {
		switch name {
		case "aws:principalaccount", "aws:resourceaccount", "s3:resourceaccount", "aws:principalorgid", "aws:resourceorgid", "aws:principalarn":
			continue // the evaluator derives them
		}
		if !e.is(m, k.present) {
			continue
		}
		for _, one := range k.members {
			if !e.is(m, one.used) {
				continue
			}
			given := one.text.in(m)
			switch {
			case one.number != "":
				given = m[string(one.number)]
			case one.flag != "":
				given = strconv.FormatBool(e.is(m, one.flag))
			}
			r.Context[name] = append(r.Context[name], given)
		}
	}
	return r, e.fault(r)
}

// is reports whether a Boolean constant is true in a model.
func (e *encoding) is(m model, t term) bool {
	return t == always || t != never && m[string(t)] == "true"
}

var (
	accountID      = regexp.MustCompile(`^\d{12}$`)
	organizationID = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
)

// fault says what keeps a request from being one of a stranger to a stranger.
func (e *encoding) fault(r policy.Request) error {
	asks := strings.Split(r.Principal, ":")[4]
	for _, who := range [][2]string{{asks, r.PrincipalOrg}, {r.ResourceAccount, r.ResourceOrg}} {
		switch {
		case !accountID.MatchString(who[0]), who[1] != "" && !organizationID.MatchString(who[1]):
			return fmt.Errorf("%q is no account in %+v", who, r)
		case slices.Contains(e.perimeter.Accounts, who[0]), slices.Contains(e.perimeter.Organizations, who[1]):
			return fmt.Errorf("%q is own in %+v", who, r)
		}
	}
	if asks == r.ResourceAccount && r.PrincipalOrg != r.ResourceOrg {
		return fmt.Errorf("one account in two organizations in %+v", r)
	}
	f := strings.SplitN(r.Resource, ":", 6)
	switch bucket, key, _ := strings.Cut(f[len(f)-1], "/"); {
	case strings.HasPrefix(r.Resource, "arn:aws:s3:::") && (len(bucket) > 63 || len(key) > 1024), len(r.Resource) > 1100:
		return fmt.Errorf("the resource's name is too long in %+v", r)
	}
	return nil
}

// setting is the evaluator's for the question.
func (e *encoding) setting() policy.Setting {
	s := policy.Setting{Type: policy.Interface, Multivalued: map[string]bool{}}
	if e.gateway {
		s.Type = policy.Gateway
	}
	for name, kind := range e.kinds {
		s.Multivalued[name] = strings.HasPrefix(kind, "ArrayOf")
	}
	return s
}

// chance makes a request by chance, from the document's own words. It reports
// false for one that is not of a stranger to a stranger.
func (e *encoding) chance(r *rand.Rand) (policy.Request, bool) {
	m := model{}
	for _, v := range e.order {
		m[v.name] = v.sample(r)
	}
	chosen := e.routes[r.IntN(len(e.routes))]
	m[chosen.selected] = "true"
	if r.IntN(2) == 0 || chosen.fields == nil || m[account] == m[owner] {
		for _, v := range e.order {
			if name, found := strings.CutPrefix(v.name, "resource_"); found && m["principal_"+name] != "" {
				m[v.name] = m["principal_"+name]
			}
		}
	}
	request, err := e.request(m)
	return request, err == nil
}

func choose[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// word is one of the document's, its wildcards replaced by something.
func (e *encoding) word(r *rand.Rand) string {
	text := choose(r, e.words...)
	for strings.Contains(text, "*") {
		text = strings.Replace(text, "*", choose(r, "", "x", "archive"), 1)
	}
	return strings.NewReplacer("?", "x", "${aws:PrincipalAccount}", partnerAccount, "${aws:ResourceAccount}", partnerAccount, "${aws:PrincipalOrgID}", partner, "${aws:ResourceOrgID}", partner).Replace(text)
}

// sampleCaller is what follows role/, or all of the last field of an ARN.
func (e *encoding) sampleCaller(r *rand.Rand) string {
	name := "x"
	if arn := e.word(r); strings.HasPrefix(arn, "arn:aws:iam:") {
		f := strings.SplitN(arn, ":", 6)
		name = strings.NewReplacer("role/", "", "user/", "", ":", "").Replace(f[len(f)-1])
	}
	if !callersName.MatchString(name) {
		name = "x"
	}
	name = choose(r, "", "", "division/") + name + choose(r, "", "-9")
	kind := choose(r, callers()...)
	switch {
	case len(callers()) == 1:
		return name
	case !strings.HasSuffix(kind, "/"):
		return kind
	default:
		return kind + name
	}
}

func (e *encoding) number(r *rand.Rand) string {
	if n, err := strconv.Atoi(e.word(r)); err == nil {
		return strconv.Itoa(max(n+r.IntN(3)-1, 0))
	}
	return strconv.Itoa(r.IntN(2000))
}

var (
	someAccount      = regexp.MustCompile(`\d{12}`)
	someOrganization = regexp.MustCompile(`o-[a-z0-9]{10,32}`)
	somePath         = regexp.MustCompile(`/(r-.*/)$`)
)

func (e *encoding) sampleAccount(r *rand.Rand) string {
	if found := someAccount.FindString(e.word(r)); found != "" {
		return found
	}
	return choose(r, "444455556666", "999999999999")
}

func (e *encoding) sampleOrganization(r *rand.Rand) string {
	if found := someOrganization.FindString(e.word(r)); found != "" {
		return found
	}
	return choose(r, "o-partnerorg22", "o-strangersorg")
}

func (e *encoding) path(r *rand.Rand) string {
	if found := somePath.FindStringSubmatch(e.word(r)); found != nil {
		return found[1]
	}
	return choose(r, "r-ab12/", "r-cd34/ou-cd34-11111111/", "r-ab12/ou-ab12-22222222/")
}

var (
	callersName = regexp.MustCompile(`^([!-~]+/)?[A-Za-z0-9+=,.@_-]+$`)
	names       = map[string]*regexp.Regexp{
		"BucketName":    regexp.MustCompile(`^arn:aws:s3:::([a-z0-9][a-z0-9.-]{2,62})`),
		"ObjectName":    regexp.MustCompile(`^arn:aws:s3:::[^/]*/([ -~]+)$`),
		"LogGroupName":  regexp.MustCompile(`:log-group:([A-Za-z0-9_/.#-]+)`),
		"LogStreamName": regexp.MustCompile(`:log-stream:([^:*]+)$`),
	}
)

// sampleName is a part of a resource's name: one of the document's own.
func (e *encoding) sampleName(r *rand.Rand, kind string) string {
	if form := names[kind]; form != nil {
		if found := form.FindStringSubmatch(e.word(r)); found != nil {
			return found[1]
		}
	}
	return choose(r, "xxx", "confidential-reports", "archive")
}
