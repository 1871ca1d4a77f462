package report

import (
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// witnessSentence says a request as a person would, without a full stop.
func witnessSentence(q policy.Request) string {
	who := "an unsigned request"
	switch {
	case q.Principal == "*":
		who = "anybody"
	case q.Principal != "":
		who = visible(q.Principal)
	}
	var b strings.Builder
	b.WriteString(who)
	b.WriteString(owner(q.Principal, q.PrincipalAccount, q.PrincipalOrg))
	if q.Principal == "" {
		b.WriteString(" for ")
	} else {
		b.WriteString(" calls ")
	}
	b.WriteString(visible(q.Action))
	if q.Resource != "" {
		b.WriteString(" on " + visible(q.Resource))
		b.WriteString(owner(q.Resource, q.ResourceAccount, q.ResourceOrg))
	}
	for i, k := range keys(q.Context) {
		if i == 0 {
			b.WriteString(", with ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(visible(k) + " = " + contextValue(q.Context[k]))
	}
	return b.String()
}

// owner says whose a principal or resource is, as far as its ARN does not, in
// parentheses.
func owner(arn, account, org string) string {
	if said := whose(arn, account, org); said != "" {
		return " (" + said + ")"
	}
	return ""
}

// whose says whose a principal or resource is, as far as its ARN does not.
func whose(arn, account, org string) string {
	var said []string
	if account != "" && !strings.Contains(arn, account) {
		said = append(said, "account "+visible(account))
	}
	if org != "" {
		said = append(said, "organization "+visible(org))
	}
	return strings.Join(said, ", ")
}

func contextValue(values []string) string {
	if len(values) == 1 {
		return visible(values[0])
	}
	return "[" + visible(strings.Join(values, ", ")) + "]"
}

// Sentence says a request as a person would, without a full stop; who names the
// caller, such as "a stranger".
func Sentence(who string, q policy.Request) string {
	after := func(word, text string) string {
		if text == "" {
			return ""
		}
		return word + text
	}
	var b strings.Builder
	b.WriteString(who)
	if q.Principal != "" {
		of := after(" of ", whose(q.Principal, q.PrincipalAccount, q.PrincipalOrg))
		b.WriteString(" (" + visible(q.Principal) + of + ")")
	}
	b.WriteString(" calls " + visible(q.Action))
	if q.Resource == "" || q.Resource == "*" {
		// The action takes no resource: what it acts on is the account.
		b.WriteString(after(" in ", whose("", q.ResourceAccount, q.ResourceOrg)))
	} else {
		of := after(" of ", whose(q.Resource, q.ResourceAccount, q.ResourceOrg))
		b.WriteString(" on " + visible(q.Resource) + of)
	}
	for i, k := range keys(q.Context) {
		b.WriteString(pick(i+1, ", with ", ", "))
		if len(q.Context[k]) == 0 {
			b.WriteString("no " + visible(k))
			continue
		}
		b.WriteString(visible(k) + " = " + contextValue(q.Context[k]))
	}
	return b.String()
}
