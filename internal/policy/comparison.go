package policy

import (
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
)

// conditions checks operators, keys and values (IAM User Guide, "IAM JSON policy
// elements: Condition operators").
func (g *grammar) conditions() {
	for i := range g.statement.Conditions {
		c := &g.statement.Conditions[i]
		written, known := c.Operator.Literal()
		name, whole := c.Key.Literal()
		operator, key := written, name
		if !known || !whole {
			operator, key = c.Operator.String(), c.Key.String()
		}
		o, ok := operationOf(written)
		first := i == 0 || g.statement.Conditions[i-1].Operator.Span != c.Operator.Span
		if known && first && (!ok || !o.canonical) {
			g.add(operatorFault(written, o, ok), "Condition", operator)
		}
		if f, wrong := keyFault(name); wrong && whole {
			f.Name, f.Misses = name, ok && !o.null && !o.ifExists && !o.operator.negated && o.quantifier != forAll
			g.add(f, "Condition", operator, key)
		}
		if !known || !ok || !whole {
			continue
		}
		folded := strings.ToLower(name)
		switch {
		case o.quantifier == single && !o.null && isMultivalued(folded):
			g.add(MissingQualifier(operator, key), "Condition", operator, key)
		case o.operator.numeric && HoldsSystemID(folded):
			because := "holds an id of the system, which an endpoint policy compares with no number"
			g.add(Fault{Kind: IdentifierWildcard, Level: Warning, Name: name, Because: because}, "Condition", operator, key)
			continue
		}
		from := len(g.faults)
		g.values(c, o, operator, key, folded)
		if !o.operator.negated && !o.ifExists && o.quantifier != forAll {
			g.misses(from, len(c.Values))
		}
	}
}

// MissingQualifier is the fault of an operator for one value on a key that has
// several. Its place is left open.
func MissingQualifier(operator, key string) Fault {
	return Fault{
		Kind: InvalidOperator, Name: operator, Near: "ForAnyValue:" + operator,
		Because: "is for one value, and " + key + " has several",
	}
}

// operatorFault says what is wrong with an operator. Without a meaning nobody
// knows what it does.
func operatorFault(written string, o operation, ok bool) Fault {
	f := Fault{Kind: InvalidOperator, Name: written}
	if ok {
		f.Level, f.Because, f.Near = Warning, "is not spelled as AWS has it", o.String()
		return f
	}
	f.Undecides = true
	if o.null {
		name := "Null"
		switch {
		case o.ifExists:
			f.Because = "asks whether a key is there only if it is there: Null takes no IfExists"
		default:
			f.Level, f.Because = Warning, "says nothing: with a set operator Null always holds, or never does"
		}
		f.Near = name
		return f
	}
	f.Because = "is no condition operator"
	set, name, found := strings.Cut(written, ":")
	if !found {
		set, name = "", written
	}
	suffix := ""
	for _, ending := range [...]string{"IfExists", "IfExist"} {
		if cut := len(name) - len(ending); cut > 0 && strings.EqualFold(name[cut:], ending) {
			name, suffix = name[:cut], "IfExists"
		}
	}
	names := []string{"Null"}
	for _, op := range operators() {
		names = append(names, op.name)
	}
	near := nearest(name, names)
	if set != "" {
		set = nearest(set, []string{"ForAllValues", "ForAnyValue"})
		if set == "" {
			near = ""
		}
		set += ":"
	}
	if near != "" {
		f.Near = set + near + suffix
	}
	return f
}

// String returns the operator as AWS spells it.
func (o operation) String() string {
	name := o.operator.name
	if o.null {
		name = "Null"
	}
	if o.ifExists {
		name += "IfExists"
	}
	return [...]string{single: "", forAll: "ForAllValues:", forAny: "ForAnyValue:"}[o.quantifier] + name
}

// keyFault says what is wrong with the name of a condition key.
func keyFault(name string) (Fault, bool) {
	f := Fault{Kind: InvalidConditionKey}
	prefix, rest, colon := strings.Cut(name, ":")
	switch {
	case strings.Contains(name, "${"):
		f.Kind, f.Because = InvalidVariable, "is text in the name of a condition key, where AWS replaces no variable"
	case !colon || prefix == "" || rest == "":
		f.Because = "is no condition key, which has the form prefix:name"
	case name != strings.TrimSpace(name) || strings.ContainsFunc(prefix, isSpace):
		f.Because = "has white space in it"
	case strings.ContainsAny(name, "*?"):
		f.Because = "has a wildcard, where AWS takes none"
	case missesTag(name):
		f.Because = "does not say which tag: it has the form " + prefix + ":" + rest[:tagLength(rest)] + "/tag-key"
	default:
		return f, false
	}
	return f, true
}

// tagLength is how long the name of a key for tags is, without the tag; 0 for
// another key.
func tagLength(rest string) int {
	for _, tag := range [...]string{"PrincipalTag", "ResourceTag", "RequestTag"} {
		if len(rest) >= len(tag) && strings.EqualFold(rest[:len(tag)], tag) && (len(rest) == len(tag) || rest[len(tag)] == '/' || rest[len(tag)] == ':') {
			return len(tag)
		}
	}
	return 0
}

// missesTag reports whether a global key for tags names no tag.
func missesTag(name string) bool {
	rest, global := strings.CutPrefix(strings.ToLower(name), "aws:")
	n := tagLength(rest)
	return global && n > 0 && (len(rest) < n+2 || rest[n] != '/')
}

// values checks the values of a condition, of which the operator and the key are
// given as written, the key again in lower case.
func (g *grammar) values(c *Condition, o operation, operator, name, key string) {
	if len(c.Values) == 0 && g.statement.Unread == "" {
		g.add(Fault{Kind: InvalidConditionValue, Level: Warning, Name: "[]", Because: noValues(o)}, "Condition", operator, name)
	}
	if (o.null || o.operator.name == "Bool") && contradicts(c.Values) {
		because := "are both given for " + name + ", which has one of them: so " + operator + " says nothing"
		g.add(Fault{Kind: InvalidConditionValue, Name: "true and false", Because: because}, "Condition", operator, name)
	}
	for i, t := range c.Values {
		text, whole := specimen(t)
		number := strconv.Itoa(i)
		variable := strings.Contains(text, "${")
		switch {
		case !o.operator.variables && variable:
			because := "is text under " + operator + ", where AWS replaces no variable"
			g.add(Fault{Kind: InvalidVariable, Name: t.String(), Because: because}, "Condition", operator, name, number)
			continue
		case o.operator.variables && g.variables(t, text, whole, false, "Condition", operator, name, number):
			continue
		case variable && o.operator.name == "Bool":
			because := "stands under Bool, where AWS's pages disagree on whether it is replaced"
			g.add(Fault{Kind: InvalidVariable, Level: Warning, Name: t.String(), Because: because}, "Condition", operator, name, number)
			continue
		case !whole:
			continue
		}
		if f, ok := valueFault(o, key, name, text); ok {
			f.Name = t.String()
			g.add(f, "Condition", operator, name, number)
		}
	}
}

func noValues(o operation) string {
	switch {
	case o.quantifier == forAll || o.ifExists:
		return "holds no value: the condition is met by requests without the key alone"
	case o.operator.negated && o.quantifier == single:
		return "holds no value: every request meets the condition"
	default:
		return "holds no value: no request meets the condition"
	}
}

// contradicts reports whether true and false are both among some values.
func contradicts(values []Text) bool {
	var seen [2]bool
	for _, t := range values {
		text, known := t.Literal()
		if value, ok := boolean(text); known && ok {
			if value {
				seen[1] = true
			} else {
				seen[0] = true
			}
		}
	}
	return seen[0] && seen[1]
}

// valueFault says what is wrong with a value of a condition. The key is in lower
// case, and name as written.
func valueFault(o operation, key, name, text string) (Fault, bool) {
	op := o.operator
	bare := text
	if strings.Contains(text, "${") {
		bare = strings.ReplaceAll(strings.ReplaceAll(text, "${*}", "-"), "${?}", "-")
	}
	wild := strings.ContainsAny(bare, "*?")
	invalid := func(because string) (Fault, bool) {
		return Fault{Kind: InvalidConditionValue, Because: because}, true
	}
	switch {
	case o.null || op.name == "Bool":
		if _, ok := boolean(text); !ok {
			return invalid("of " + name + " is neither true nor false: the condition is never met")
		}
	case op.numeric:
		if _, ok := number(text); !ok {
			return invalid("of " + name + " is no number")
		}
	case strings.HasPrefix(op.name, "Date"):
		return dateFault(key, name, text)
	case op.name == "BinaryEquals":
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			return invalid("of " + name + " is not in base64")
		}
	case strings.HasSuffix(op.name, "IpAddress"):
		return addressFault(name, text)
	case mixesDigits(text):
		return Fault{Kind: MixedARNAccount, Level: Warning}, true
	case op.arn:
		if because := patternFault(text, wild); because != "" {
			return invalid("of " + name + " " + because)
		}
	}
	switch {
	case !op.variables || op.name == "Bool":
		return Fault{}, false
	case wild && op.wildcards && HoldsSystemID(key):
		because := "of " + name + " has a wildcard, which an endpoint policy may not have for an id of the system"
		return Fault{Kind: IdentifierWildcard, Level: Warning, Because: because}, true
	case wild && !op.wildcards:
		because := "of " + name + " has a wildcard that " + op.name + " takes for a character"
		return Fault{Kind: WildcardWithoutLike, Level: Warning, Because: because, Near: likeOf(op.name)}, true
	case wild && !op.arn && hasLooseWildcard(bare):
		return Fault{Kind: ShortWildcardAnchor, Level: Warning, Because: "of " + name}, true
	case !wild && !op.arn && !strings.Contains(text, "${"):
		return nameFault(key, name, text)
	default:
		return Fault{}, false
	}
}

// likeOf is the operator with wildcards that compares what another does.
func likeOf(operator string) string {
	if strings.Contains(operator, "Not") {
		return "StringNotLike"
	}
	return "StringLike"
}

// dateFault: "Epoch time might not resolve to the precise time that you expect"
// (Access Analyzer, "Invalid date value").
func dateFault(key, name, text string) (Fault, bool) {
	f := Fault{Kind: InvalidConditionValue}
	if _, ok := Date(text); !ok {
		f.Because = "of " + name + " is no date, which has a form such as 2006-01-02T15:04:05Z"
		return f, true
	}
	if key != "aws:epochtime" && len(text) > 4 && strings.Trim(text, "0123456789") == "" {
		f.Level, f.Because = Note, "of "+name+" counts seconds: a date such as 2006-01-02T15:04:05Z says the same to everybody"
		return f, true
	}
	return f, false
}

func addressFault(name, text string) (Fault, bool) {
	f := Fault{Kind: InvalidConditionValue}
	if _, err := netip.ParseAddr(text); err == nil {
		return f, false
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		f.Because = "of " + name + " is no range of addresses in CIDR form"
		return f, true
	}
	if masked := prefix.Masked(); masked != prefix {
		f.Level, f.Near = Note, masked.String()
		f.Because = "of " + name + " has bits beyond its mask, which AWS leaves out"
		return f, true
	}
	return f, false
}

// patternFault says what keeps a pattern of ARNs from matching any; empty when
// nothing does for certain.
func patternFault(text string, wild bool) string {
	literal := text
	if i := strings.IndexAny(text, "*?$"); i >= 0 {
		literal = text[:i]
	}
	const arn = "arn:"
	switch {
	case !strings.HasPrefix(literal, arn) && (!strings.HasPrefix(arn, literal) || literal == text):
		return "is no ARN: an ARN operator never matches it"
	case strings.Count(text, ":") < 5 && !wild && !strings.Contains(text, "${"):
		return "has fewer than the six parts of an ARN: it never matches"
	default:
		return ""
	}
}

// nameFault is about the keys whose values have a form of their own.
func nameFault(key, name, text string) (Fault, bool) {
	f := Fault{Kind: InvalidConditionValue}
	switch key {
	case "aws:requestedregion":
		f.Level, f.Because = Warning, "of "+name+" is no region"
		return f, !isRegion(text)
	case "aws:principalservicename", "aws:principalservicenameslist", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast":
		f.Because = "of " + name + " is no service principal, which has the form service.amazonaws.com"
		return f, !isServicePrincipal(text)
	}
	return f, false
}

// An Operator is what the name of a condition operator says.
type Operator struct {
	Compares Compares
	// Set is ForAllValues or ForAnyValue; empty for an operator without set
	// operator.
	Set string
}

// OperatorOf reads the name of a condition operator. It reports false for one
// that AWS does not have.
func OperatorOf(name string) (Operator, bool) {
	o, ok := operationOf(name)
	if !ok || o.null {
		return Operator{Compares: Presence}, ok
	}
	set := [...]string{single: "", forAll: "ForAllValues", forAny: "ForAnyValue"}[o.quantifier]
	return Operator{Compares: o.operator.compares(), Set: set}, true
}
