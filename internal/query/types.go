package query

import (
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/catalogue"
	"github.com/eplint/eplint/internal/policy"
)

// TypeFaults returns the conditions whose operator is not for their key, by the
// types of keys that AWS lists (IAM User Guide, "AWS global condition context
// keys", and the Service Authorization Reference). Keys that the catalogue does
// not have are left out.
func (s *Subject) TypeFaults() []policy.Fault {
	if s.Endpoint.Policy.State != policy.Known {
		return nil
	}
	var list []policy.Fault
	for i := range s.statements() {
		st := &s.statements()[i]
		for j := range st.Conditions {
			c := &st.Conditions[j]
			operator, known := c.Operator.Literal()
			key, whole := c.Key.Literal()
			o, ok := policy.OperatorOf(operator)
			if !known || !whole || !ok || o.Compares == policy.Presence {
				continue
			}
			kind, several, ok := keyType(key)
			if !ok {
				continue
			}
			if f, wrong := typeFault(operator, key, kind, several, o, st.Effect); wrong {
				f.At = "/policy/Statement/" + strconv.Itoa(i) + "/Condition/" + policy.Escape(operator) + "/" + policy.Escape(key)
				list = append(list, f)
			}
		}
	}
	return list
}

// typeFault says what is wrong with an operator on a key of a type. A global key
// with several values under an operator for one is policy's to tell.
func typeFault(operator, key, kind string, several bool, o policy.Operator, effect policy.Effect) (policy.Fault, bool) {
	global := strings.HasPrefix(strings.ToLower(key), "aws:")
	switch {
	case several && o.Set == "" && !global:
		return policy.MissingQualifier(operator, key), true
	case !several && o.Set == "ForAllValues" && effect == policy.Allow:
		// "Using ForAllValues qualifier with the single-valued condition key can be
		// overly permissive" (Access Analyzer).
		return policy.Fault{
			Kind: policy.InvalidOperator, Level: policy.Warning, Name: operator, Near: strings.TrimPrefix(operator, "ForAllValues:"),
			Because: "is for keys with several values, and " + key + " has one: a request without the key meets it",
		}, true
	case compares(o.Compares, kind), o.Compares == policy.Numbers && policy.HoldsSystemID(strings.ToLower(key)), kind == "String" && strings.Contains(key, "/"):
		// Numbers and ids are policy's to tell, and a tag may hold whatever one
		// compares.
		return policy.Fault{}, false
	}
	f := policy.Fault{
		Kind: policy.InvalidConditionValue, Level: policy.Warning, Misses: true, Name: key,
		Because: "holds values of the type " + kind + ", which " + operator + " does not compare",
	}
	if isText(o.Compares) {
		f.Level, f.Misses, f.Because = policy.Note, false, "holds values of the type "+kind+", which "+operator+" compares as text"
	}
	return f, true
}

// compares reports whether an operator is for keys of a type.
func compares(c policy.Compares, kind string) bool {
	switch kind {
	case "String", "ARN":
		return isText(c)
	case "Numeric", "Long", "Date":
		return c == policy.Numbers || c == policy.Dates
	case "IPAddress":
		return c == policy.Addresses
	case "Bool":
		return c == policy.Booleans
	case "Binary":
		return c == policy.Binaries
	default:
		return true
	}
}

// isText reports whether an operator compares texts; ARNs are such.
func isText(c policy.Compares) bool {
	return c == policy.Texts || c == policy.FoldedTexts || c == policy.ARNs
}

// keyType finds the type of a condition key, and whether it has several values.
func keyType(key string) (kind string, several, ok bool) {
	folded := strings.ToLower(key)
	for _, k := range catalogue.GlobalKeys() {
		if base, tag := strings.CutSuffix(k.Key, "*"); strings.EqualFold(k.Key, key) ||
			tag && len(key) > len(base) && strings.EqualFold(base, key[:len(base)]) {
			return k.Type, k.Multivalued, true
		}
	}
	prefix, _, _ := strings.Cut(folded, ":")
	keys := catalogue.ConditionKeys(prefix)
	kind, ok = keys[key]
	for name, one := range keys {
		if ok {
			break
		}
		if base, _, tag := strings.Cut(name, "${"); strings.EqualFold(name, key) ||
			tag && len(key) > len(base) && strings.EqualFold(base, key[:len(base)]) {
			kind, ok = one, true
		}
	}
	kind, several = strings.CutPrefix(kind, "ArrayOf")
	return kind, several, ok
}
