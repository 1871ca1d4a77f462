package terraform

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A Known is what is known of something that only the deployment knows: it has
// one of some values, or, with Not, any other.
type Known struct {
	Not    bool
	Values []string
}

// A Choice is what a course takes for known of something that nothing tells.
type Choice struct {
	Name, Label string
	// Truth says that the values are true and false, and no texts.
	Truth   bool
	Options [2]Known
	Taken   int
}

// A course is one way through what a configuration leaves undecided. Conditions
// that nothing decides take the option that the course has for them; beyond its
// end the first, which is added.
type course struct {
	choices []Choice
	next    int
	facts   map[string]Known
	room    int // how many more courses there may be
	asking  bool
	used    int // how often anything asked
}

// truth is what is known of a condition.
type truth int8

const (
	undecided truth = iota
	yes
	no
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return undecided
}

func (k Known) holds(value string) bool { return slices.Contains(k.Values, value) != k.Not }

// ask decides whether something has a value. It is undecided when it may not be
// asked.
func (c *course) ask(name, label, value string, isTruth bool) truth {
	c.used++
	k, ok := c.facts[name]
	if !ok {
		k = Known{Not: true}
		if isTruth {
			k = Known{Values: []string{"true", "false"}}
		}
	}
	if !k.holds(value) {
		return no
	}
	if !k.Not && len(k.Values) == 1 {
		return yes
	}
	if !c.asking {
		return undecided
	}
	if c.next == len(c.choices) {
		if c.room < 1 {
			return undecided
		}
		c.room--
		others := Known{Not: true, Values: append(slices.Clone(k.Values), value)}
		if !k.Not {
			others = Known{Values: slices.DeleteFunc(slices.Clone(k.Values), func(v string) bool { return v == value })}
		}
		c.choices = append(c.choices, Choice{Name: name, Label: label, Truth: isTruth, Options: [2]Known{{Values: []string{value}}, others}})
	}
	taken := c.choices[c.next]
	// What had no room when the course was begun must not take a choice that was
	// made at another question.
	if taken.Name != name || !slices.Equal(taken.Options[0].Values, []string{value}) {
		return undecided
	}
	c.next++
	c.facts[name] = taken.Options[taken.Taken]
	return truthOf(taken.Taken == 0)
}

// explore calls f on every course, at most as many as the limit says.
func (e *evaluator) explore(limit int, f func()) {
	var choices []Choice
	before, most, done, pending := e.steps, 0, 0, 0
	outer := e.course
	defer func() { e.course = outer; e.generation++ }()
	for {
		e.course = &course{choices: choices, facts: map[string]Known{}, room: limit - done - 1 - pending, asking: true}
		e.generation++
		// The courses go over the same values again, each within the limit.
		e.steps = before
		f()
		done++
		most = max(most, e.steps-before)
		choices = e.course.choices
		for len(choices) > 0 && choices[len(choices)-1].Taken == 1 {
			choices = choices[:len(choices)-1]
		}
		if len(choices) == 0 {
			break
		}
		choices = slices.Clone(choices)
		choices[len(choices)-1].Taken = 1
		pending = 0
		for _, c := range choices {
			pending += 1 - c.Taken
		}
	}
	e.steps = before + most
}

// quietly works something out without asking.
func (e *evaluator) quietly(f func() *syntax.Node) *syntax.Node {
	asking := e.course.asking
	e.course.asking = false
	defer func() { e.course.asking = asking }()
	return f()
}

// A decision is what is known of a condition, and the defaults that decide it.
type decision struct {
	truth   truth
	origins []source.Span
}

// holds decides whether a value is true.
func (e *evaluator) holds(n *syntax.Node) decision {
	if isError(n) {
		return decision{}
	}
	if isHole(n) {
		ref := n.Hole.Ref
		return decision{e.course.ask("truth of "+ref, ref, "true", true), n.Origin}
	}
	switch text, _ := n.Literal(); text {
	case "true":
		return decision{yes, n.Origin}
	case "false":
		return decision{no, n.Origin}
	}
	return decision{}
}

// same decides whether two values are equal. What cannot be compared is asked
// for as it is written.
func (e *evaluator) same(a, b *syntax.Node, written string) decision {
	from := origins(slices.Clip(a.Origin), b.Origin)
	if isError(a) || isError(b) {
		return decision{}
	}
	if e.whole(a) && e.whole(b) {
		return decision{truthOf(e.alike(a, b)), from}
	}
	if isHole(b) {
		a, b = b, a
	}
	if isHole(a) && isHole(b) && a.Hole == b.Hole && a.Tag == b.Tag {
		return decision{yes, from}
	}
	if isHole(a) && a.Tag != tagResource {
		if text, ok := b.Literal(); ok {
			isTruth := b.Kind == syntax.Boolean
			name := a.Hole.Ref
			if isTruth {
				name = "truth of " + name
			}
			return decision{e.course.ask(name, a.Hole.Ref, text, isTruth), from}
		}
	}
	if text, ok := b.Literal(); ok && a.Kind == syntax.String {
		if t := e.fits(a, text); t != undecided {
			return decision{t, from}
		}
	}
	if text, ok := a.Literal(); ok && b.Kind == syntax.String {
		if t := e.fits(b, text); t != undecided {
			return decision{t, from}
		}
	}
	return decision{e.course.ask(written, written, "true", true), from}
}

// fits decides whether a text with holes is a known one, where its ends say that
// it is not.
func (e *evaluator) fits(n *syntax.Node, text string) truth {
	parts := n.Text().Parts
	if len(parts) == 0 {
		return truthOf(text == "")
	}
	first, last := parts[0], parts[len(parts)-1]
	if first.Hole.Kind == policy.NotHole && !strings.HasPrefix(text, first.Literal) ||
		last.Hole.Kind == policy.NotHole && !strings.HasSuffix(text, last.Literal) {
		return no
	}
	return undecided
}
