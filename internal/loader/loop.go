package loader

import (
	"maps"
	"strings"

	"github.com/eplint/eplint/internal/policy"
)

// An entry is a field of an object once loops are expanded, with the variables
// of the loops that it comes from.
type entry struct {
	name  string // of the key, holes as ${Ref}
	key   *node
	value *node
	loops map[string]*node
}

const loopPrefix = "Fn::ForEach::"

func isLoop(key string) bool { return strings.HasPrefix(key, loopPrefix) }

// entries returns the fields of an object with the loops in it expanded
// (CloudFormation Template Reference, "Fn::ForEach"). A loop over a list that is
// not known stands for fields that differ in its variable, which is a hole. The
// problem is not empty when a loop is not expanded for being too large; then it
// is one over such a list.
func (t *template) entries(n *node) (list []entry, problem string) {
	for _, f := range n.fields {
		if !isLoop(f.key.value) {
			key := t.looped(f.key)
			list = append(list, entry{key.text().String(), key, f.value, t.loops})
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

func (t *template) loop(f field) (list []entry, problem string) {
	if f.value.kind != array || len(f.value.items) != 3 || f.value.items[2].kind != object {
		return nil, ""
	}
	id, ok := f.value.items[0].literal()
	if !ok {
		return nil, ""
	}
	asking, refused := t.course.asking, t.course.refused
	t.course.asking = false
	values := t.collection(f.value.items[1])
	t.course.asking, t.course.refused = asking, refused
	if t.expanded += len(values); t.expanded > maxExpanded {
		values, problem = nil, f.key.value+" of more values than are read"
	}
	if values == nil {
		values = []*node{unknown(f.value.items[0], id)}
	}
	for _, value := range values {
		loops := maps.Clone(t.loops)
		if loops == nil {
			loops = map[string]*node{}
		}
		loops[id] = value
		t.within(loops, func() *node {
			inner, fault := t.entries(f.value.items[2])
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
func (t *template) collection(n *node) []*node {
	list := t.resolve(n)
	if list == nil || list.kind != array {
		return nil
	}
	for _, item := range list.items {
		if _, ok := item.literal(); !ok {
			return nil
		}
	}
	return list.items
}

// within does something with the variables of some loops.
func (t *template) within(loops map[string]*node, f func() *node) *node {
	outer := t.loops
	t.loops = loops
	n := f()
	t.loops = outer
	return n
}

// looped puts the variables of the loops into a string: ${Name}, or &{Name} for
// its letters and digits alone.
func (t *template) looped(n *node) *node {
	if len(t.loops) == 0 || n == nil || n.kind != str || !strings.Contains(n.value, "{") {
		return n
	}
	var parts []part
	text, at := n.value, 0
	trace := n.place.trace()
	add := func(start, end int) {
		if start < end {
			parts = append(parts, part{text: text[start:end], trace: trace.Slice(start, end)})
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
		for _, p := range value.pieces() {
			if text[i] == '&' && p.hole.Kind == policy.NotHole {
				p = part{text: strings.Map(alphanumeric, p.text)}
			}
			parts = append(parts, p)
		}
		out.origin = appendNew(out.origin, value.origin...)
		i += length
		at = i + 1
	}
	if parts == nil {
		return n
	}
	add(at, len(text))
	out.value, out.parts = "", parts
	return &out
}

func alphanumeric(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return -1
}
