package policy

import (
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/source"
)

// Place returns the place of a part of the endpoint by its JSON Pointer (RFC
// 6901): /service, /policy/Statement/0/Principal. Statement is a list always;
// so are Action and Resource, and a number after them names one value. A part
// that the endpoint may have but does not write is at the endpoint itself. It
// reports false for a pointer that names no part.
func (e *Endpoint) Place(pointer string) (source.Span, bool) {
	if pointer == "" {
		return e.Span, true
	}
	words := strings.Split(pointer, "/")[1:]
	for i, w := range words {
		words[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(w)
	}
	switch words[0] {
	case "service":
		return e.or(e.Service.Span), len(words) == 1
	case "type":
		return e.or(e.Type.Span), len(words) == 1
	case "vpc":
		return e.or(e.Vpc.Span), len(words) == 1
	case "policy":
		return e.placeInPolicy(words[1:])
	case "faults":
		return placeOf(e.Faults, words[1:])
	case "siblings":
		if len(words) == 2 {
			if i, ok := index(words[1], len(e.Siblings)); ok {
				return e.Siblings[i].Span, true
			}
		}
	case "uses":
		if len(words) == 2 {
			if i, ok := index(words[1], len(e.Uses)); ok {
				return e.Uses[i].Span, true
			}
		}
	}
	return source.Span{}, false
}

func (e *Endpoint) or(s source.Span) source.Span {
	if s.File == nil {
		return e.Span
	}
	return s
}

func (e *Endpoint) placeInPolicy(words []string) (source.Span, bool) {
	if len(words) == 0 {
		return e.or(e.Policy.Span), true
	}
	if words[0] == "faults" {
		return placeOf(e.Policy.Faults, words[1:])
	}
	if words[0] == "Version" && len(words) == 1 && len(e.Policy.Variants) > 0 {
		version := e.Policy.Variants[0].Doc.Version.Span
		return version, version.File != nil
	}
	if len(words) < 2 || words[0] != "Statement" || len(e.Policy.Variants) == 0 {
		return source.Span{}, false
	}
	statements := e.Policy.Variants[0].Doc.Statements
	i, ok := index(words[1], len(statements))
	if !ok {
		return source.Span{}, false
	}
	return statements[i].place(words[2:])
}

// index is the number that a word of a pointer is, below a limit.
func index(word string, limit int) (int, bool) {
	i, err := strconv.Atoi(word)
	return i, err == nil && i >= 0 && i < limit
}

func (s *Statement) place(words []string) (source.Span, bool) {
	if len(words) == 0 {
		return s.Span, true
	}
	written := func(span source.Span, values []source.Span) (source.Span, bool) {
		if span.File == nil {
			return source.Span{}, false
		}
		if len(words) == 1 {
			return span, true
		}
		i, ok := index(words[1], len(values))
		if !ok || len(words) > 2 {
			return source.Span{}, false
		}
		return values[i], true
	}
	switch words[0] {
	case "Sid":
		return written(s.Sid.Span, nil)
	case "Effect":
		return written(s.EffectSpan, nil)
	case "Principal", "NotPrincipal":
		var values []source.Span
		for _, p := range s.Principals.Values {
			values = append(values, p.Value.Span)
		}
		return written(s.Principals.Span, values)
	case "Action", "NotAction":
		return written(s.Actions.Span, spans(s.Actions.Values))
	case "Resource", "NotResource":
		return written(s.Resources.Span, spans(s.Resources.Values))
	case "Condition":
		return s.placeOfCondition(words[1:])
	case "faults":
		return placeOf(s.Faults, words[1:])
	}
	return source.Span{}, false
}

// placeOfCondition finds /Condition/OPERATOR, the operator as written, with a KEY
// the key as written, and with a number after it one of its values.
func (s *Statement) placeOfCondition(words []string) (source.Span, bool) {
	if len(words) == 0 {
		return source.Span{}, false
	}
	for _, c := range s.Conditions {
		switch {
		case c.Operator.String() != words[0]:
			continue
		case len(words) == 1:
			return c.Operator.Span, true
		case c.Key.String() != words[1]:
			continue
		case len(words) == 2:
			return c.Key.Span, true
		}
		i, ok := index(words[2], len(c.Values))
		if !ok || len(words) > 3 {
			return source.Span{}, false
		}
		return c.Values[i].Span, true
	}
	return source.Span{}, false
}

func spans(values []Text) []source.Span {
	var list []source.Span
	for _, v := range values {
		list = append(list, v.Span)
	}
	return list
}
