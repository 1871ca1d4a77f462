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

// owner says whose a principal or resource is, as far as its ARN does not.
func owner(arn, account, org string) string {
	var said []string
	if account != "" && !strings.Contains(arn, account) {
		said = append(said, "account "+visible(account))
	}
	if org != "" {
		said = append(said, "organization "+visible(org))
	}
	if len(said) == 0 {
		return ""
	}
	return " (" + strings.Join(said, ", ") + ")"
}

func contextValue(values []string) string {
	if len(values) == 1 {
		return visible(values[0])
	}
	return "[" + visible(strings.Join(values, ", ")) + "]"
}
