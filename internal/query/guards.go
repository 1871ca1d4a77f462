package query

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// negatedAllow looks for an Allow that only says what it does not allow, and so
// lets strangers in: by negated operators, or by NotAction or NotResource. The
// condition is the first of them; -1 when it is an element.
func (s *Subject) negatedAllow(i int) ConditionAnswer {
	none := ConditionAnswer{no("it says what it allows"), -1}
	doc := s.ask().docs[0]
	st := &doc.Statements[i]
	if len(st.Conditions) == 0 && !st.Actions.Not && !st.Resources.Not {
		return none
	}
	first := -1
	for c := range st.Conditions {
		part := policy.Scope{}
		if !part.Compare(doc, st, &st.Conditions[c]).Negated {
			return none
		}
		first = max(first, 0)
	}
	a := s.AskOf(i, StrangerToStranger)
	if a.Verdict != Yes {
		return none
	}
	return ConditionAnswer{a, first}
}

// callersOwnGuard looks for an Allow whose only conditions are on what the caller
// chooses, or what holds for everybody, so that a stranger meets them (IAM User
// Guide, "AWS global condition context keys").
func (s *Subject) callersOwnGuard(i int) ConditionAnswer {
	none := ConditionAnswer{no("its conditions are on more than the caller chooses"), -1}
	st := &s.ask().docs[0].Statements[i]
	if len(st.Conditions) == 0 || slices.ContainsFunc(st.Conditions, func(c policy.Condition) bool { return !callerChooses(c.Key) }) {
		return none
	}
	a := s.AskOf(i, StrangerToStranger)
	if a.Verdict != Yes {
		return none
	}
	return ConditionAnswer{a, 0}
}

// callerChooses reports whether the value of a key is up to who makes the request,
// or is met by every request.
func callerChooses(key policy.Text) bool {
	name, known := key.Literal()
	if !known {
		return false
	}
	name = strings.ToLower(name)
	switch name {
	case "aws:useragent", "aws:referer", "aws:securetransport", "aws:currenttime", "aws:epochtime", "aws:tagkeys", "aws:viaawsservice", "s3:tlsversion":
		return true
	}
	return strings.HasPrefix(name, "aws:requesttag/")
}
