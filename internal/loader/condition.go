package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A decision is what is known of a condition, and the defaults that decide it.
type decision struct {
	truth   truth
	origins []source.Span
}

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

// condition decides a condition by its name. Where it hangs on something that
// only the deployment knows, that is asked.
func (t *template) condition(name string) decision {
	if d, ok := t.decided[name]; ok {
		return d
	}
	c := t.course
	e, ok := t.conditions[name]
	if ok && t.evaluating[name] {
		return decision{} // it hangs on itself
	}
	t.evaluating[name] = true
	defer delete(t.evaluating, name)
	for {
		asking, refused := c.asking, c.refused
		// What decides without an answer goes first: in Fn::And one that is false
		// is enough. So the question is only asked when it must be.
		c.asking, c.refused = false, nil
		var d decision
		if ok {
			t.within(e.loops, func() *syntax.Node { d = t.truth(e.value); return nil })
		} else {
			d.truth = t.opaque(variable{name: "condition " + name, label: syntax.Clip(name), truth: true})
		}
		open := c.refused
		c.asking, c.refused = asking, refused
		switch {
		case d.truth != undecided:
			t.decided[name] = d
			return d
		case open == nil:
			return d
		case !asking:
			if refused == nil {
				c.refused = open
			}
			return d
		case !c.ask(*open):
			return d
		}
	}
}

// truth evaluates a condition without asking (CloudFormation Template Reference,
// "Condition functions"). What would have to be asked first is left in the
// course.
func (t *template) truth(n *syntax.Node) decision {
	if !t.step() || t.depth == syntax.MaxDepth {
		return decision{}
	}
	t.depth++
	defer func() { t.depth-- }()
	name, arg, ok := function(n)
	if !ok && n.Kind == syntax.Object && len(n.Fields) == 1 {
		name, arg = n.Fields[0].Key.Value, n.Fields[0].Value
	}
	switch {
	case name == "Condition":
		if text, ok := t.resolve(arg).Literal(); ok {
			return t.condition(text)
		}
	case name == "Fn::Not" && arg.Kind == syntax.Array && len(arg.Items) == 1:
		d := t.truth(arg.Items[0])
		switch d.truth {
		case yes:
			d.truth = no
		case no:
			d.truth = yes
		}
		return d
	case name == "Fn::And" && arg.Kind == syntax.Array:
		return t.several(arg.Items, no)
	case name == "Fn::Or" && arg.Kind == syntax.Array:
		return t.several(arg.Items, yes)
	case name == "Fn::Equals" && arg.Kind == syntax.Array && len(arg.Items) == 2:
		return t.equals(arg.Items[0], arg.Items[1], n)
	}
	return decision{truth: t.opaque(t.named(n))}
}

// several evaluates conditions of which one is enough that is as decisive says.
func (t *template) several(items []*syntax.Node, decisive truth) decision {
	out := decision{truth: yes}
	if decisive == yes {
		out.truth = no
	}
	var first *question
	for _, item := range items {
		t.course.refused = nil
		d := t.truth(item)
		if d.truth == decisive {
			t.course.refused = nil
			return d
		}
		if d.truth == undecided {
			if out.truth != undecided || first == nil {
				first = t.course.refused
			}
			out.truth = undecided
		}
		out.origins = appendNew(out.origins, d.origins...)
	}
	t.course.refused = first
	return out
}

// equals evaluates Fn::Equals.
func (t *template) equals(a, b, whole *syntax.Node) decision {
	if v, _, free := t.free(a); free {
		if w, _, also := t.free(b); also && v.name == w.name {
			return decision{truth: yes}
		}
	}
	for _, sides := range [][2]*syntax.Node{{a, b}, {b, a}} {
		v, k, free := t.free(sides[0])
		if !free {
			continue
		}
		other := t.resolve(sides[1])
		if text, ok := other.Literal(); ok {
			return decision{t.compare(v, k, text), other.Origin}
		}
	}
	left, right := t.resolve(a), t.resolve(b)
	if t.course.refused != nil {
		return decision{}
	}
	if left == nil || right == nil {
		return decision{truth: truthOf(left == right)}
	}
	origins := appendNew(left.Origin, right.Origin...)
	if isScalar(left) && isScalar(right) {
		l, leftKnown := left.Literal()
		r, rightKnown := right.Literal()
		switch {
		case leftKnown && rightKnown:
			return decision{truthOf(l == r), origins}
		case leftKnown:
			return decision{t.fits(right, l, whole), origins}
		case rightKnown:
			return decision{t.fits(left, r, whole), origins}
		}
	} else if isKnown(left) && isKnown(right) {
		return decision{truthOf(alike(left, right)), origins}
	}
	return decision{t.opaque(t.named(whole)), origins}
}

func isScalar(n *syntax.Node) bool { return n.Kind != syntax.Array && n.Kind != syntax.Object }

// isKnown reports whether a resolved value holds no hole.
func isKnown(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.Hole:
		return false
	case syntax.Array:
		return !slices.ContainsFunc(n.Items, func(item *syntax.Node) bool { return !isKnown(item) })
	case syntax.Object:
		return !slices.ContainsFunc(n.Fields, func(f syntax.Field) bool { return !isKnown(f.Key) || !isKnown(f.Value) })
	default:
		return len(n.Text().Holes()) == 0
	}
}

// compare decides whether a variable has a value.
func (t *template) compare(v variable, k knowledge, value string) truth {
	if only, ok := k.only(); ok {
		return truthOf(only == value)
	}
	if !k.holds(value) {
		return no
	}
	t.course.ask(question{v, []knowledge{{values: []string{value}}, k.without(value)}})
	if now := t.course.known(v, k); !now.not {
		if only, ok := now.only(); ok {
			return truthOf(only == value)
		}
	}
	return undecided
}

// fits decides whether a text with holes is a known one. A single hole must then
// be what is left of it.
func (t *template) fits(n *syntax.Node, text string, whole *syntax.Node) truth {
	parts := n.Text().Parts
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first.Literal) || !strings.HasSuffix(text, last.Literal) {
		return no
	}
	var holes []policy.Hole
	for _, p := range parts {
		if p.Hole.Kind != policy.NotHole {
			holes = append(holes, p.Hole)
		} else if !strings.Contains(text, p.Literal) {
			return no
		}
	}
	if len(holes) > 1 {
		return t.opaque(t.named(whole))
	}
	rest := strings.TrimPrefix(text, first.Literal)
	if len(parts) > 1 && last.Hole.Kind == policy.NotHole {
		if len(rest) < len(last.Literal) {
			return no
		}
		rest = strings.TrimSuffix(rest, last.Literal)
	}
	v, initial := variable{name: holes[0].Ref, label: holes[0].Ref}, anything()
	if parameter, ok := t.parameters[v.name]; ok {
		if kind, _ := parameter.Get("Type").Literal(); !isSSMValue(kind) && !isList(kind) {
			v, initial = t.variableOf(v.name, parameter)
		}
	}
	return t.compare(v, t.course.known(v, initial), rest)
}

// opaque decides what nothing more is known of than that it is true or false.
func (t *template) opaque(v variable) truth {
	either := knowledge{values: []string{"true", "false"}}
	return t.compare(v, t.course.known(v, either), "true")
}

// named is the variable of a condition that compares what is not known: the same
// for the same comparison. It has the name of the condition that is nothing else.
func (t *template) named(n *syntax.Node) variable {
	var b strings.Builder
	rendered(&b, n, t.looped)
	v := variable{name: b.String(), label: syntax.Clip(b.String()), truth: true}
	if label, ok := t.labels[v.name]; ok {
		v.label = syntax.Clip(label)
	}
	return v
}
