package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// places gives what a plan says the places of the sources.
type places struct {
	plan  *source.File
	whole source.Span // for what the sources do not write as the plan has it
}

// of is a place of the sources. What the plan gave to them has none there.
func (p places) of(s source.Span) source.Span {
	if s.File == nil || s.File == p.plan {
		return p.whole
	}
	return s
}

// settled is a text of the plan where the sources write it. What the plan does not
// know is as the sources have it.
func (p places) settled(planned, written policy.Text) policy.Text {
	switch {
	case planned.Absent():
		return planned
	case len(planned.Holes()) > 0 && !written.Absent():
		planned = written
	}
	planned.Span = p.of(written.Span)
	planned.Origin = slices.DeleteFunc(slices.Clone(written.Origin), func(s source.Span) bool { return s.File == p.plan })
	return planned
}

func (p places) attached(planned, written policy.Attached) policy.Attached {
	if planned.State == policy.Default {
		return planned
	}
	planned.Span = p.of(written.Span)
	planned.Faults = p.faults(planned.Faults, written.Faults)
	if planned.State != policy.Known {
		return planned
	}
	doc := &policy.Document{}
	if written.State == policy.Known {
		doc = written.Variants[0].Doc
	}
	planned.Variants = slices.Clone(planned.Variants)
	for i, v := range planned.Variants {
		planned.Variants[i].Doc = p.document(v.Doc, doc)
	}
	return planned
}

// faults are those of the plan: where the sources have as many they are the same.
func (p places) faults(planned, written []policy.Fault) []policy.Fault {
	if len(planned) == 0 {
		return nil
	}
	out := slices.Clone(planned)
	for i := range out {
		out[i].Span, out[i].First = p.whole, source.Span{}
		if planned[i].First.File != nil {
			out[i].First = p.whole
		}
		if len(planned) == len(written) {
			out[i].Span = p.of(written[i].Span)
			if planned[i].First.File != nil {
				out[i].First = p.of(written[i].First)
			}
		}
	}
	return out
}

func (p places) document(planned, written *policy.Document) *policy.Document {
	out := *planned
	out.Span = p.of(written.Span)
	if !out.Version.Absent() {
		out.Version = p.settled(out.Version, written.Version)
	}
	out.Statements = make([]policy.Statement, len(planned.Statements))
	pairs := paired(planned.Statements, written.Statements)
	for i := range planned.Statements {
		other := &policy.Statement{}
		if j := pairs[i]; j >= 0 {
			other = &written.Statements[j]
		}
		out.Statements[i] = p.statement(&planned.Statements[i], other)
	}
	return &out
}

// paired finds the statement of the sources for each of the plan's; -1 for none. One
// that agrees at the same place goes before those elsewhere, and what is left over
// is told by its place, or is what the sources do not know the number of.
func paired(planned, written []policy.Statement) []int {
	out := make([]int, len(planned))
	used := make([]bool, len(written))
	rest := slices.IndexFunc(written, func(s policy.Statement) bool { return s.Unread != "" && s.EffectSpan.File == nil })
	for i := range planned {
		out[i] = -1
		if i < len(written) && statementsAgree(&planned[i], &written[i]) {
			out[i], used[i] = i, true
		}
	}
	// Statements of which the sources know less take as many as there are.
	for i := range planned {
		for j := range written {
			if out[i] < 0 && !used[j] && len(planned)*len(written) <= maxCompared && statementsAgree(&planned[i], &written[j]) {
				out[i], used[j] = j, true
			}
		}
	}
	for i := range planned {
		switch {
		case out[i] >= 0:
		case len(planned) == len(written) && !used[i] && (written[i].Effect == planned[i].Effect || written[i].Effect == policy.Undecided):
			out[i], used[i] = i, true
		default:
			out[i] = rest
		}
	}
	return out
}

func (p places) statement(planned, written *policy.Statement) policy.Statement {
	out := *planned
	out.Span = p.of(written.Span)
	if written.Unread != "" {
		// Of a part of it the sources do not know what it is.
		p.whole = out.Span
	}
	out.Faults = p.faults(planned.Faults, written.Faults)
	if !out.Sid.Absent() {
		out.Sid = p.settled(out.Sid, written.Sid)
	}
	out.EffectSpan = p.element(planned.EffectSpan, written.EffectSpan, planned.Effect == written.Effect)
	var same bool
	out.Actions.Values, same = p.texts(planned.Actions.Values, written.Actions.Values)
	out.Actions.Span = p.element(planned.Actions.Span, written.Actions.Span, same)
	out.Resources.Values, same = p.texts(planned.Resources.Values, written.Resources.Values)
	out.Resources.Span = p.element(planned.Resources.Span, written.Resources.Span, same)
	values, same := p.texts(principalTexts(planned.Principals), principalTexts(written.Principals))
	out.Principals.Values = slices.Clone(planned.Principals.Values)
	for i := range values {
		out.Principals.Values[i].Value = values[i]
	}
	out.Principals.Span = p.element(planned.Principals.Span, written.Principals.Span, same)
	out.Conditions = slices.Clone(planned.Conditions)
	for i := range out.Conditions {
		out.Conditions[i] = p.condition(&planned.Conditions[i], written.Conditions)
	}
	return out
}

// element is the place of an element of the plan; zero where it has none.
func (p places) element(planned, written source.Span, same bool) source.Span {
	switch {
	case planned.File == nil:
		return source.Span{}
	case same:
		return p.of(written)
	default:
		return p.whole
	}
}

func (p places) condition(planned *policy.Condition, written []policy.Condition) policy.Condition {
	out := *planned
	other := &policy.Condition{}
	for i := range written {
		c := &written[i]
		if agrees(planned.Operator, c.Operator) && agrees(planned.Key, c.Key) {
			other = c
			break
		}
	}
	var same bool
	out.Operator, out.Key = p.settled(planned.Operator, other.Operator), p.settled(planned.Key, other.Key)
	out.Values, same = p.texts(planned.Values, other.Values)
	out.Span = p.element(planned.Span, other.Span, same)
	return out
}

// texts are values of the plan where the sources write them. It reports whether
// they are those of the sources.
func (p places) texts(planned, written []policy.Text) (out []policy.Text, same bool) {
	pairs, same := matched(planned, written)
	for i, t := range planned {
		other := policy.Text{}
		if pairs[i] >= 0 {
			other = written[pairs[i]]
		}
		out = append(out, p.settled(t, other))
	}
	return out, same
}

func principalTexts(p policy.Principals) []policy.Text {
	var list []policy.Text
	for _, one := range p.Values {
		t := one.Value
		list = append(list, t)
	}
	return list
}

// maxCompared bounds how many values or statements are compared with each other:
// beyond it only equal ones, or those at the same place, are found.
const maxCompared = 10_000

// matched finds the value of the sources for each of the plan's; -1 for none. A
// value of the sources that is not known stands for as many as there are.
func matched(planned, written []policy.Text) (pairs []int, same bool) {
	pairs = make([]int, len(planned))
	used := make([]bool, len(written))
	places := make(map[string]int, len(written))
	for j := len(written) - 1; j >= 0; j-- {
		places[written[j].String()] = j
	}
	left := 0
	for i, t := range planned {
		j, ok := places[t.String()]
		if pairs[i] = -1; ok && slices.Equal(t.Parts, written[j].Parts) {
			pairs[i], used[j] = j, true
			continue
		}
		left++
	}
	for j, t := range written {
		if first := places[t.String()]; used[first] && slices.Equal(t.Parts, written[first].Parts) {
			used[j] = true // given again
		}
	}
	find := func(fits func(i, j int) bool) {
		for i := range planned {
			for j := range written {
				if pairs[i] < 0 && fits(i, j) {
					pairs[i], used[j] = j, true
				}
			}
		}
	}
	if left > 0 && left*len(written) <= maxCompared {
		find(func(i, j int) bool {
			return !used[j] && len(planned[i].Holes()) > 0 && refers(written[j], planned[i].Holes()[0].Ref)
		})
		find(func(i, j int) bool { return !used[j] && agrees(planned[i], written[j]) })
		find(func(i, j int) bool { return agrees(planned[i], written[j]) })
	}
	return pairs, !slices.Contains(pairs, -1) && !slices.Contains(used, false)
}

// refers reports whether a value of the sources has the hole that a value of the plan
// is named by: of several the plan numbers all but the first.
func refers(written policy.Text, ref string) bool {
	ref, _, _ = strings.Cut(ref, " (")
	return slices.ContainsFunc(written.Holes(), func(h policy.Hole) bool { return h.Ref == ref })
}

// agrees reports whether a value of the sources may be the plan's.
func agrees(planned, written policy.Text) bool {
	text, known := planned.Literal()
	if !known {
		return len(written.Holes()) > 0
	}
	if other, ok := written.Literal(); ok {
		return text == other
	}
	for i, part := range written.Parts {
		if part.Hole.Kind != policy.NotHole {
			continue
		}
		at := strings.Index(text, part.Literal)
		last := i == len(written.Parts)-1
		if last {
			at = len(text) - len(part.Literal)
		}
		if at < 0 || i == 0 && at > 0 || !strings.HasPrefix(text[at:], part.Literal) {
			return false
		}
		text = text[at+len(part.Literal):]
	}
	return true
}

// statementsAgree reports whether a statement of the sources may be the plan's.
func statementsAgree(planned, written *policy.Statement) bool {
	if written.Unread != "" || planned.Effect != written.Effect || !agrees(planned.Sid, written.Sid) ||
		planned.Actions.Not != written.Actions.Not || planned.Resources.Not != written.Resources.Not || planned.Principals.Not != written.Principals.Not ||
		len(planned.Conditions) != len(written.Conditions) {
		return false
	}
	sets := [][2][]policy.Text{
		{planned.Actions.Values, written.Actions.Values},
		{planned.Resources.Values, written.Resources.Values},
		{principalTexts(planned.Principals), principalTexts(written.Principals)},
	}
	for i := range planned.Conditions {
		c := &planned.Conditions[i]
		j := slices.IndexFunc(written.Conditions, func(other policy.Condition) bool {
			return agrees(c.Operator, other.Operator) && agrees(c.Key, other.Key)
		})
		if j < 0 {
			return false
		}
		sets = append(sets, [2][]policy.Text{c.Values, written.Conditions[j].Values})
	}
	return !slices.ContainsFunc(sets, func(s [2][]policy.Text) bool {
		_, same := matched(s[0], s[1])
		return !same
	})
}

// likeness is how many statements two policies have alike, so that of the variants
// of the sources the one is taken that the plan has.
func likeness(planned, written policy.Attached) int {
	switch {
	case planned.State != written.State:
		return -1
	case planned.State != policy.Known:
		return 0
	}
	p, w := planned.Variants[0].Doc.Statements, written.Variants[0].Doc.Statements
	count := 0
	for i, j := range paired(p, w) {
		if j >= 0 && statementsAgree(&p[i], &w[j]) {
			count++
		}
	}
	if len(p) == len(w) {
		count++
	}
	return count
}
