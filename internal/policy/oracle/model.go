package oracle

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eplint/eplint/internal/glob"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/tools/differential"
)

// A question is one element of one statement put to both evaluators.
type question struct {
	pair      *differential.Pair
	setting   policy.Setting
	request   policy.Request
	version   string
	statement policy.Statement
	element   string // Principal, Action, Resource or Condition
	condition *policy.Condition
}

func (q question) String() string {
	if q.condition == nil {
		return q.element
	}
	var values []string
	for _, v := range q.condition.Values {
		values = append(values, v.String())
	}
	key := q.condition.Key.String()
	return fmt.Sprintf("condition %s on %s %q, which is %q", q.condition.Operator, key, values, q.request.Keys()[strings.ToLower(key)])
}

func literally(s string) policy.Text { return policy.Text{Parts: []policy.Part{{Literal: s}}} }

// ours is what Decide says of the element: of a document with no other.
func (q question) ours() policy.Match {
	everything := policy.Set{Values: []policy.Text{literally("*")}}
	st := policy.Statement{
		Effect: q.statement.Effect, Principals: policy.Principals{Values: []policy.Principal{{Value: literally("*")}}},
		Actions: everything, Resources: everything,
	}
	switch q.element {
	case "Principal":
		st.Principals = q.statement.Principals
	case "Action":
		st.Actions = q.statement.Actions
	case "Resource":
		st.Resources = q.statement.Resources
	case "Condition":
		st.Conditions = []policy.Condition{*q.condition}
	}
	doc := &policy.Document{Version: literally(q.version), Statements: []policy.Statement{st}}
	return policy.Decide(doc, q.request, q.setting, policy.Plain).Statements[0].Matched
}

// A difference is one known way in which the other evaluator differs.
type difference struct{ class, element string }

// differences are the known ones; known.json tells what AWS says. Each is a
// branch of the models below, so that a difference counts as known only when
// the other evaluator answers exactly as its causes say.
var differences = []difference{
	{"version", "Condition"},
	{"version-resource", "Resource"},
	{"null-variable-negated", "Condition"},
	{"malformed-negated", "Condition"},
	{"short-arn-negated", "Condition"},
	{"five-part-arn", "Condition"},
	{"arn-variable", "Condition"},
	{"epoch-milliseconds", "Condition"},
	{"year", "Condition"},
	{"address-family-negated", "Condition"},
	{"address-text", "Condition"},
	{"address-everything", "Condition"},
	{"binary-text", "Condition"},
	{"escape-exact", "Condition"},
	{"empty-set", "Condition"},
	{"null-empty", "Condition"},
	{"segment-case", "Resource"},
	{"star-in-the-middle", "Resource"},
	{"short-resource", "Resource"},
	{"short-not-resource", "Resource"},
	{"null-not-resource", "Resource"},
	{"type-wildcard", "Resource"},
	{"type-variable", "Resource"},
	{"role-case", "Principal"},
	{"root-partition", "Principal"},
	{"federated-user", "Principal"},
}

// causes is a set of classes.
type causes map[string]bool

// explain finds the fewest classes that together make the other evaluator's
// answer; nil when none do.
func (q question) explain(their bool) []string {
	var classes []string
	for _, d := range differences {
		if d.element == q.element {
			classes = append(classes, d.class)
		}
	}
	var try func(size, from int, chosen []string) []string
	try = func(size, from int, chosen []string) []string {
		if size == 0 {
			c := causes{}
			for _, name := range chosen {
				c[name] = true
			}
			if q.model(c) == their {
				return slices.Clone(chosen)
			}
			return nil
		}
		for i := from; i < len(classes); i++ {
			if found := try(size-1, i+1, append(chosen, classes[i])); found != nil {
				return found
			}
		}
		return nil
	}
	for size := 1; size <= 3; size++ {
		if found := try(size, 0, nil); found != nil {
			return found
		}
	}
	return nil
}

// model is what Decide would say if it had the faults.
func (q question) model(c causes) bool {
	switch q.element {
	case "Condition":
		return q.modelCondition(c)
	case "Resource":
		return q.modelResource(c)
	case "Principal":
		return q.modelPrincipal(c)
	default:
		return q.ours() == policy.Matched
	}
}

func (q question) modelCondition(c causes) bool {
	written := canonical(q.condition.Operator.String())
	key := strings.ToLower(q.condition.Key.String())
	values, present := q.request.Keys()[key]
	if written == "Null" {
		if c["null-empty"] && present && values[0] == "" {
			q.request.Context = map[string][]string{key: {"something"}}
		}
		return q.ours() == policy.Matched
	}
	if c["version"] {
		q.version = "2012-10-17"
	}
	quantifier, name, set := strings.Cut(written, ":")
	if !set {
		quantifier, name = "", written
	}
	name = strings.TrimSuffix(name, "IfExists")
	empty := len(values) == 1 && values[0] == ""
	switch {
	case !present, len(values) > 1 && !set, !set && multivalued(q.setting, key):
		return q.ours() == policy.Matched
	case empty && set && (!c["empty-set"] || bare(q.pair, key)):
		return q.ours() == policy.Matched
	}
	all, some := true, false
	for _, v := range values {
		m := q.modelValue(name, v, c)
		all, some = all && m, some || m
	}
	if quantifier == "ForAnyValue" {
		return some
	}
	return all
}

// canonical is an operator's name in AWS's spelling.
func canonical(written string) string {
	set, name, found := strings.Cut(written, ":")
	if !found {
		set, name = "", written
	}
	for _, s := range []string{"ForAllValues", "ForAnyValue"} {
		if strings.EqualFold(s, set) {
			set = s + ":"
		}
	}
	for o := range differential.Operators {
		switch {
		case strings.EqualFold(o, name):
			return set + o
		case strings.EqualFold(o+"IfExists", name):
			return set + o + "IfExists"
		}
	}
	return written
}

// modelValue is what an operator without set operator does with one value.
func (q question) modelValue(name, value string, c causes) bool {
	kind := differential.Operators[name]
	negated := strings.Contains(name, "Not")
	var policyValues []policy.Text
	arnVariable := false
	for _, t := range q.condition.Values {
		text := t.String()
		nulls, blanks := q.variables(text)
		variables := kind == "text" || kind == "glob" || kind == "arn" || kind == "bool"
		switch {
		case !negated:
		case c["null-variable-negated"] && variables && nulls && q.version == "2012-10-17":
			return false
		case c["malformed-negated"] && (malformed(kind, text) || malformed(kind, value)):
			return false
		case c["short-arn-negated"] && kind == "arn" && strings.Count(text, ":") < 4:
			return false
		case c["address-family-negated"] && kind == "address" && bareOfOtherFamily(text, value):
			return false
		}
		if c["arn-variable"] && kind == "arn" && variableBeforeTheSixthPart(text) {
			arnVariable = true
		}
		if blanks && (q.version == "2012-10-17" || c["version"]) {
			text = strings.ReplaceAll(text, "${aws:PrincipalTag/blank}", nobody)
		}
		if kind == "date" {
			text = epochAsMilliseconds(text, c)
		}
		if c["address-text"] && kind == "address" {
			if a, err := netip.ParseAddr(text); err == nil && a.String() != text {
				text = "fe80::ffff:ffff" // no request comes from there
			}
		}
		if c["five-part-arn"] && kind == "arn" && strings.Count(text, ":") == 4 {
			text += ":"
		}
		if c["address-everything"] && text == "0.0.0.0/0" {
			text = "0.0.0.0/32"
		}
		if c["escape-exact"] && kind == "text" {
			text = escape.ReplaceAllString(text, "$${$$}{$1}")
		}
		if c["binary-text"] && kind == "binary" {
			text = base64.StdEncoding.EncodeToString([]byte(text))
		}
		policyValues = append(policyValues, literally(text))
	}
	if kind == "date" {
		value = epochAsMilliseconds(value, c)
	}
	if c["five-part-arn"] && kind == "arn" && strings.Count(value, ":") == 4 {
		value += ":"
	}
	if c["binary-text"] && kind == "binary" {
		value = base64.StdEncoding.EncodeToString([]byte(value))
	}
	if arnVariable {
		q.version = "2008-10-17"
	}
	context := map[string][]string{}
	for k, v := range q.request.Context {
		context[k] = v
	}
	context["aws:PrincipalTag/the-one-value"] = []string{value}
	q.request.Context = context
	q.condition = &policy.Condition{Operator: literally(name), Key: literally("aws:PrincipalTag/the-one-value"), Values: policyValues}
	return q.ours() == policy.Matched
}

// nobody is a text that no request holds.
const nobody = "\x00"

// escape is a variable that stands for a character.
var escape = regexp.MustCompile(`\$\{([*?$])\}`)

var variable = regexp.MustCompile(`\$\{([^},]+)(, '[^']*')?\}`)

// variables reports whether a text has a variable without value or default, and
// whether it has one whose value is the empty string.
func (q question) variables(text string) (null, blank bool) {
	keys := q.request.Keys()
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		values, present := keys[strings.ToLower(m[1])]
		null = null || (!present && m[2] == "" && !slices.Contains([]string{"*", "?", "$"}, m[1]))
		blank = blank || (present && values[0] == "")
	}
	return null, blank
}

// malformed reports whether a value is none of its kind.
func malformed(kind, s string) bool {
	switch kind {
	case "number":
		_, err := strconv.ParseFloat(s, 64)
		return err != nil
	case "date":
		if _, err := strconv.Atoi(s); err == nil {
			return false
		}
		for _, layout := range []string{"2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", time.RFC3339} {
			if _, err := time.Parse(layout, s); err == nil {
				return false
			}
		}
		return true
	case "address":
		_, err := netip.ParseAddr(s)
		_, err2 := netip.ParsePrefix(s)
		return err != nil && err2 != nil
	case "arn":
		return !strings.HasPrefix(s, "arn:")
	}
	return false
}

// bareOfOtherFamily reports whether a policy's bare address is of another
// version of IP than the request's.
func bareOfOtherFamily(text, value string) bool {
	p, err := netip.ParseAddr(text)
	v, err2 := netip.ParseAddr(value)
	return err == nil && err2 == nil && p.Is4() != v.Is4()
}

func variableBeforeTheSixthPart(text string) bool {
	f := strings.SplitN(text, ":", 6)
	return strings.Contains(strings.Join(f[:len(f)-1], ":"), "${")
}

// epochAsMilliseconds reads an integer as milliseconds since 1970, also one that
// has the form of a year.
func epochAsMilliseconds(s string, c causes) string {
	n, err := strconv.ParseInt(s, 10, 64)
	cause := "epoch-milliseconds"
	if len(s) == len("2006") {
		cause = "year"
	}
	if err != nil || !c[cause] {
		return s
	}
	return time.UnixMilli(n).UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

func (q question) modelResource(c causes) bool {
	if c["version-resource"] {
		q.version = "2012-10-17"
	}
	not := q.statement.Resources.Not
	some := false
	for _, v := range q.statement.Resources.Values {
		m, open := q.modelPattern(v.String(), c)
		if open && not {
			return false
		}
		some = some || m
	}
	return some != not
}

// modelPattern is what one pattern does with the resource. Open is a pattern
// that does not match and that the other evaluator then does not turn around
// for NotResource either.
func (q question) modelPattern(text string, c causes) (match, open bool) {
	probe := func(pattern, resource string) bool {
		q := q
		q.request.ResourceAccount = q.pair.Request.Account
		q.request.Resource = resource
		q.statement.Resources = policy.Set{Values: []policy.Text{literally(pattern)}}
		return q.ours() == policy.Matched
	}
	resource := q.request.Resource
	if strings.Trim(text, "*") == "" {
		return true, false
	}
	short := strings.Count(text, ":") < 5
	padded := text
	if short && (strings.HasSuffix(text, "*") || (c["short-resource"] && strings.Contains(text, "*"))) {
		for strings.Count(padded, ":") < 5 {
			padded += ":*"
		}
	}
	nulls, blanks := q.variables(text)
	if blanks && (q.version == "2012-10-17" || c["version-resource"]) {
		padded = strings.ReplaceAll(padded, "${aws:PrincipalTag/blank}", nobody)
	}
	if resource == "*" {
		match = probe(text, resource)
		return match, short && !match && strings.Contains(text, "*") && c["short-not-resource"]
	}
	if c["segment-case"] {
		padded, resource = lowerHead(padded), lowerHead(resource)
	}
	p, r := strings.SplitN(padded, ":", 6), strings.SplitN(resource, ":", 6)
	head := len(p) == 6
	for i := 0; head && i < 5; i++ {
		head = glob.Match(p[i], r[i])
	}
	match = probe(padded, resource)
	if c["star-in-the-middle"] {
		// The first five segments match by themselves, so that the sixth must too.
		match = head && probe(strings.Join(r[:5], ":")+":"+p[len(p)-1], resource)
	}
	if cut := strings.IndexAny(p[len(p)-1], "/:"); head && cut >= 0 && p[2]+p[3]+p[4] != "s3" {
		kind := p[5][:cut+1]
		cause := "type-wildcard"
		if strings.Contains(kind, "${") {
			cause = "type-variable"
		}
		match = match && (!c[cause] || strings.HasPrefix(r[5], kind))
	}
	switch {
	case match:
	case short && strings.Contains(text, "*") && c["short-not-resource"]:
		open = true
	case head && nulls && q.version == "2012-10-17" && c["null-not-resource"]:
		open = true
	}
	return match, open
}

// lowerHead folds the first five segments of an ARN.
func lowerHead(arn string) string {
	f := strings.SplitN(arn, ":", 6)
	for i := 0; i < len(f) && i < 5; i++ {
		f[i] = strings.ToLower(f[i])
	}
	return strings.Join(f, ":")
}

func (q question) modelPrincipal(c causes) bool {
	caller := strings.SplitN(q.request.Principal, ":", 6)
	principals := policy.Principals{Not: q.statement.Principals.Not}
	for _, p := range q.statement.Principals.Values {
		text := p.Value.String()
		f := strings.SplitN(text, ":", 6)
		if p.Type == "AWS" && len(f) == 6 && len(caller) == 6 && f[4] == caller[4] {
			role := text[strings.LastIndexByte(text, '/')+1:]
			session := strings.Split(caller[5], "/")
			switch {
			case c["root-partition"] && f[5] == "root":
				text = f[4]
			case c["role-case"] && strings.HasPrefix(f[5], "role/") && session[0] == "assumed-role" && strings.EqualFold(role, session[1]):
				text = q.request.Principal
			case c["federated-user"] && session[0] == "federated-user" && f[5] == "user/"+session[1]:
				text = q.request.Principal
			}
		}
		principals.Values = append(principals.Values, policy.Principal{Type: p.Type, Value: literally(text)})
	}
	q.statement.Principals = principals
	return q.ours() == policy.Matched
}
