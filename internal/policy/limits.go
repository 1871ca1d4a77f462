package policy

import "strings"

// The limits of endpoint policies (AWS PrivateLink Guide, "Control access to
// VPC endpoints using endpoint policies", "Considerations"). They are A6: only
// readings other than the plain one look at them.

// breaksLimit reports whether a value of a condition is one that endpoint
// policies may not hold. The key is in lower case. Of a value with holes that
// is unsure.
func breaksLimit(op operator, key string, value Text) Match {
	text, known := value.Literal()
	wild := op.wildcards && strings.ContainsAny(text, "*?")
	switch {
	case op.numeric && HoldsSystemID(key):
		return Matched
	case !known:
		return Unsure
	default:
		return matchIf(wild && HoldsSystemID(key) || wild && !op.arn && hasLooseWildcard(text) || mixesAccount(text))
	}
}

// HoldsSystemID reports whether a global key, in lower case, holds an identifier
// that AWS generates. Wildcards and numeric operators are not allowed with those.
func HoldsSystemID(key string) bool {
	switch key {
	case "aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid",
		"aws:sourceaccount", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce",
		"aws:vpceaccount", "aws:vpceorgid":
		return true
	}
	return false
}

// hasLooseWildcard reports whether some wildcard has neither six characters
// before it nor six after it, up to the next wildcard.
func hasLooseWildcard(text string) bool {
	chars := []rune(text)
	wild := func(i int) bool { return chars[i] == '*' || chars[i] == '?' }
	neighbours := func(i, step int) (n int) {
		for i += step; i >= 0 && i < len(chars) && !wild(i); i += step {
			n++
		}
		return n
	}
	for i := range chars {
		if wild(i) && neighbours(i, -1) < 6 && neighbours(i, 1) < 6 {
			return true
		}
	}
	return false
}

// mixesAccount reports whether the account of an ARN is part id, part wildcard.
func mixesAccount(text string) bool {
	f := strings.SplitN(text, ":", 6)
	return len(f) == 6 && f[0] == "arn" && f[4] != "*" && strings.ContainsAny(f[4], "*?")
}

// mixesDigits reports whether the account of an ARN is part wildcard, and not all
// wildcards.
func mixesDigits(text string) bool {
	return mixesAccount(text) && strings.Trim(strings.SplitN(text, ":", 6)[4], "*?") != ""
}
