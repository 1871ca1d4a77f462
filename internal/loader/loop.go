package loader

import (
	"maps"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// An entry is a field of an object once loops are expanded, with the variables
// of the loops that it comes from.
type entry struct {
	name  string // of the key, holes as ${Ref}
	key   *syntax.Node
	value *syntax.Node
	loops map[string]*syntax.Node
}

const loopPrefix = "Fn::ForEach::"

func isLoop(key string) bool { return strings.HasPrefix(key, loopPrefix) }

// entries returns the fields of an object with the loops in it expanded
// (CloudFormation Template Reference, "Fn::ForEach"). A loop over a list that is
// not known stands for fields that differ in its variable, which is a hole. The
// problem is not empty when a loop is not expanded for being too large; then it
// is one over such a list.
func (t *template) entries(n *syntax.Node) (list []entry, problem string) {
	for _, f := range n.Fields {
		if !isLoop(f.Key.Value) {
			key := t.looped(f.Key)
			list = append(list, entry{key.String(), key, f.Value, t.loops})
			continue
		}
		inner, fault := t.loop(f)
		if fault != "" {
			problem = fault
		}
		list = append(list, inner...)
	}
	return list, problem
}

func (t *template) loop(f syntax.Field) (list []entry, problem string) {
	if f.Value.Kind != syntax.Array || len(f.Value.Items) != 3 || f.Value.Items[2].Kind != syntax.Object {
		return nil, ""
	}
	id, ok := f.Value.Items[0].Literal()
	if !ok {
		return nil, ""
	}
	asking, refused := t.course.asking, t.course.refused
	t.course.asking = false
	values := t.collection(f.Value.Items[1])
	t.course.asking, t.course.refused = asking, refused
	if t.expanded += len(values); t.expanded > maxExpanded {
		values, problem = nil, f.Key.Value+" of more values than are read"
	}
	if values == nil {
		values = []*syntax.Node{unknown(f.Value.Items[0], id)}
	}
	for _, value := range values {
		loops := maps.Clone(t.loops)
		if loops == nil {
			loops = map[string]*syntax.Node{}
		}
		loops[id] = value
		t.within(loops, func() *syntax.Node {
			inner, fault := t.entries(f.Value.Items[2])
			if fault != "" {
				problem = fault
			}
			list = append(list, inner...)
			return nil
		})
	}
	return list, problem
}

// collection is what a loop goes over; nil when it is not known.
func (t *template) collection(n *syntax.Node) []*syntax.Node {
	list := t.resolve(n)
	if list == nil || list.Kind != syntax.Array {
		return nil
	}
	for _, item := range list.Items {
		if _, ok := item.Literal(); !ok {
			return nil
		}
	}
	return list.Items
}

// within does something with the variables of some loops.
func (t *template) within(loops map[string]*syntax.Node, f func() *syntax.Node) *syntax.Node {
	outer := t.loops
	t.loops = loops
	n := f()
	t.loops = outer
	return n
}

// looped puts the variables of the loops into a string: ${Name}, or &{Name} for
// its letters and digits alone.
func (t *template) looped(n *syntax.Node) *syntax.Node {
	if len(t.loops) == 0 || n == nil || n.Kind != syntax.String || !strings.Contains(n.Value, "{") {
		return n
	}
	var parts []syntax.Part
	text, at := n.Value, 0
	trace := n.Place.Trace()
	add := func(start, end int) {
		if start < end {
			parts = append(parts, syntax.Part{Text: text[start:end], Trace: trace.Slice(start, end)})
		}
	}
	out := *n
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '$' && text[i] != '&' || text[i+1] != '{' {
			continue
		}
		length := strings.IndexByte(text[i:], '}')
		if length < 0 {
			break
		}
		value, ok := t.loops[text[i+2:i+length]]
		if !ok {
			continue
		}
		add(at, i)
		for _, p := range value.Pieces() {
			if text[i] == '&' && p.Hole.Kind == policy.NotHole {
				p = syntax.Part{Text: strings.Map(alphanumeric, p.Text)}
			}
			parts = append(parts, p)
		}
		out.Origin = appendNew(out.Origin, value.Origin...)
		i += length
		at = i + 1
	}
	if parts == nil {
		return n
	}
	add(at, len(text))
	out.Value, out.Parts = "", parts
	return &out
}

func alphanumeric(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}
