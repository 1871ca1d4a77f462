package loader

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// A variable is something that only the deployment knows and that functions
// depend on: a parameter, a pseudo parameter, an import, or a comparison of
// which neither side is known.
type variable struct {
	name  string // tells it apart
	label string // for people
	// truth says that its values are true and false, and no texts.
	truth bool
}

// A knowledge is what is known of a variable: it has one of some values, or,
// with not, any other.
type knowledge struct {
	not    bool
	values []string
}

func anything() knowledge { return knowledge{not: true} }

// holds reports whether the variable can have the value.
func (k knowledge) holds(value string) bool { return slices.Contains(k.values, value) != k.not }

// only returns the single value that the variable can have.
func (k knowledge) only() (string, bool) {
	if k.not || len(k.values) != 1 {
		return "", false
	}
	return k.values[0], true
}

// without leaves out some values.
func (k knowledge) without(values ...string) knowledge {
	if k.not {
		return knowledge{not: true, values: append(slices.Clone(k.values), values...)}
	}
	return knowledge{values: slices.DeleteFunc(slices.Clone(k.values), func(v string) bool { return slices.Contains(values, v) })}
}

// or is what is known when one of two things is.
func (k knowledge) or(other knowledge) knowledge {
	switch {
	case k.not:
		// What other cannot have either stays left out.
		return knowledge{not: true, values: slices.DeleteFunc(slices.Clone(k.values), other.holds)}
	case other.not:
		return other.or(k)
	default:
		return knowledge{values: append(slices.Clone(k.values), other.values...)}
	}
}

// A question is how the values of a variable fall apart.
type question struct {
	variable variable
	options  []knowledge // at least two
}

// A choice is a question and the option that a run takes.
type choice struct {
	question
	taken int
}

// A course is one way through what a template leaves undecided. Functions that
// meet a question take the option that the course has for it; beyond its end the
// first, which is added.
type course struct {
	choices []choice
	next    int
	facts   map[string]knowledge
	// room is how many more variants there may be.
	room int
	// asking lets questions be asked. Otherwise the first that was not is in
	// refused.
	asking  bool
	refused *question
	// full says that a question was not asked for want of room.
	full bool
}

// known is what is known of a variable on the course, of which initial is known
// at all times.
func (c *course) known(v variable, initial knowledge) knowledge {
	if k, ok := c.facts[v.name]; ok {
		return k
	}
	return initial
}

// ask takes an option of a question. It reports false when it may not.
func (c *course) ask(q question) bool {
	if !c.asking {
		if c.refused == nil {
			c.refused = &q
		}
		return false
	}
	// What had no room when the course was begun must not take a choice that was
	// made at another question.
	if c.next < len(c.choices) && !reflect.DeepEqual(c.choices[c.next].question, q) {
		c.full = true
		return false
	}
	if c.next == len(c.choices) {
		if c.room < len(q.options)-1 {
			c.full = true
			return false
		}
		c.room -= len(q.options) - 1
		c.choices = append(c.choices, choice{question: q})
	}
	taken := c.choices[c.next]
	c.next++
	c.facts[taken.variable.name] = taken.options[taken.taken]
	return true
}

// A leaf is where a course ends: what was read on it, nil for nothing.
type leaf struct {
	choices  []choice
	endpoint *policy.Endpoint
}

// variants reads an endpoint on every course. Read returns nil where there is
// no endpoint. Endpoints that are the same are one; what is left of several says
// when it holds. There are at most as many courses as the limit says.
func (t *template) variants(limit int, read func() *policy.Endpoint) []policy.Endpoint {
	var leaves []leaf
	var choices []choice
	before, most, expanded := *t.steps, 0, t.expanded
	pending := 0 // courses that are known to come
	for {
		t.course = &course{choices: choices, facts: map[string]knowledge{}, room: limit - len(leaves) - 1 - pending, asking: true}
		t.decided = map[string]decision{}
		*t.steps, t.expanded = before, expanded
		e := read()
		most = max(most, *t.steps-before)
		choices = t.course.choices
		leaves = append(leaves, leaf{slices.Clone(choices), e})
		for len(choices) > 0 && choices[len(choices)-1].taken == len(choices[len(choices)-1].options)-1 {
			choices = choices[:len(choices)-1]
		}
		if len(choices) == 0 {
			break
		}
		choices[len(choices)-1].taken++
		pending = 0
		for _, c := range choices {
			pending += len(c.options) - 1 - c.taken
		}
	}
	// The courses go over the same values again, each of them within the limit.
	*t.steps = before + most
	t.course, t.decided = &course{}, map[string]decision{}
	return merged(leaves)
}

// merged makes endpoints of leaves.
func merged(leaves []leaf) []policy.Endpoint {
	tree := grow(leaves, 0)
	if tree == nil {
		return nil
	}
	var endpoints []policy.Endpoint
	var whens [][]string
	tree.each(nil, func(path []choice, e *policy.Endpoint) {
		when := words(path)
		for i := range endpoints {
			if reflect.DeepEqual(&endpoints[i], e) {
				whens[i] = append(whens[i], when)
				return
			}
		}
		endpoints, whens = append(endpoints, *e), append(whens, []string{when})
	})
	if len(endpoints) > 1 {
		for i := range endpoints {
			endpoints[i].When = policy.AnyOf(whens[i])
		}
	}
	return endpoints
}

// A tree is what is left of the courses once the choices that change nothing
// are taken out.
type tree struct {
	endpoint *policy.Endpoint // of a leaf
	variable variable
	branches []branch
}

type branch struct {
	known knowledge
	tree  *tree
}

// grow makes a tree of leaves that share their first choices; nil when there is
// no endpoint on any of them.
func grow(leaves []leaf, depth int) *tree {
	if depth == len(leaves[0].choices) {
		if leaves[0].endpoint == nil {
			return nil
		}
		return &tree{endpoint: leaves[0].endpoint}
	}
	q := leaves[0].choices[depth].question
	out := &tree{variable: q.variable}
	for start := 0; start < len(leaves); {
		taken := leaves[start].choices[depth].taken
		end := start
		for end < len(leaves) && leaves[end].choices[depth].taken == taken {
			end++
		}
		below := grow(leaves[start:end], depth+1)
		start = end
		if below == nil {
			continue
		}
		same := slices.IndexFunc(out.branches, func(b branch) bool { return reflect.DeepEqual(b.tree, below) })
		if same >= 0 {
			out.branches[same].known = out.branches[same].known.or(q.options[taken])
			continue
		}
		out.branches = append(out.branches, branch{q.options[taken], below})
	}
	switch len(out.branches) {
	case 0:
		return nil
	case 1:
		return out.branches[0].tree
	}
	return out
}

// each calls f for each leaf with the choices that lead there.
func (t *tree) each(path []choice, f func([]choice, *policy.Endpoint)) {
	if t.endpoint != nil {
		f(path, t.endpoint)
		return
	}
	for _, b := range t.branches {
		one := choice{question: question{t.variable, []knowledge{b.known}}}
		b.tree.each(append(slices.Clone(path), one), f)
	}
}

// words says when a path is taken. What is known last of a variable takes in
// what was known before.
func words(path []choice) string {
	var list []string
	for i, c := range path {
		again := slices.ContainsFunc(path[i+1:], func(later choice) bool { return later.variable == c.variable })
		if !again {
			list = append(list, c.variable.words(c.options[0]))
		}
	}
	return strings.Join(list, " and ")
}

// manyValues is how many values are named in words.
const manyValues = 4

func (v variable) words(k knowledge) string {
	if v.truth {
		return syntax.Clip(v.label) + " is " + k.values[0]
	}
	label := syntax.Clip(v.label)
	var list []string
	for _, value := range k.values {
		list = append(list, strconv.Quote(syntax.Clip(value)))
	}
	if len(list) > manyValues {
		list = append(list[:manyValues-1], fmt.Sprintf("%d others", len(k.values)-manyValues+1))
	}
	last := len(list) - 1
	switch {
	case !k.not && last == 0:
		return label + " is " + list[0]
	case !k.not:
		return label + " is " + strings.Join(list[:last], ", ") + " or " + list[last]
	case last == 0:
		return label + " is not " + list[0]
	case last > 0:
		return label + " is none of " + strings.Join(list[:last], ", ") + " and " + list[last]
	default:
		return label + " is anything"
	}
}
