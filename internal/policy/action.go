package policy

import "strings"

// matchActions compares the request's action with the Action element (IAM User
// Guide, "IAM JSON policy elements: Action"). Names ignore case, and variables
// have no place in them.
func (e *evaluation) matchActions(s Set, l lens) Match {
	action := strings.ToLower(e.request.Action)
	some := Missed
	for _, v := range s.Values {
		some = some.or(e.matchAction(v, action, l.turn(s.Not)))
	}
	if s.Not {
		return some.not()
	}
	return some
}

func (e *evaluation) matchAction(v Text, action string, l lens) Match {
	folded := Text{Parts: make([]Part, len(v.Parts))}
	for i, p := range v.Parts {
		folded.Parts[i] = Part{Literal: strings.ToLower(p.Literal), Hole: p.Hole}
	}
	m := e.settled(e.expand(folded, form{wildcards: true}).match(action), v, action)
	text, known := v.Literal()
	if !known || l.globsPrefixes() {
		return m
	}
	if prefix, _, _ := strings.Cut(text, ":"); text != "*" && strings.ContainsAny(prefix, "*?") {
		return Missed
	}
	return m
}
