package terraform

import (
	"cmp"
	"slices"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// unified are values as those of one list: of numbers, truths and texts together
// all are texts.
func unified(items []*syntax.Node) []*syntax.Node {
	kinds := map[syntax.Kind]bool{}
	for _, item := range items {
		switch item.Kind {
		case syntax.String, syntax.Number, syntax.Boolean:
			kinds[item.Kind] = true
		}
	}
	if !kinds[syntax.String] || len(kinds) == 1 {
		return items
	}
	out := slices.Clone(items)
	for i, item := range out {
		out[i] = asText(item)
	}
	return out
}

// asText is a number or a truth as a text; another value is as it is.
func asText(n *syntax.Node) *syntax.Node {
	if n.Kind != syntax.Number && n.Kind != syntax.Boolean {
		return n
	}
	return derived(stringOf(n.Value, n.Place), n)
}

func (c *call) toset() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Array {
		if n.Kind == syntax.Null && len(c.args) == 1 {
			return n
		}
		return c.unlessHole(n)
	}
	out := *n
	out.Items = unified(n.Items)
	return c.set(&out)
}

// set is a list as a set: each element once, texts in their order.
func (e *evaluator) set(n *syntax.Node) *syntax.Node {
	out := *n
	out.Tag = tagSet
	out.Items = e.unique(n.Items)
	if !slices.ContainsFunc(out.Items, func(item *syntax.Node) bool { _, ok := item.Literal(); return !ok && !isHole(item) }) {
		slices.SortStableFunc(out.Items, func(a, b *syntax.Node) int {
			x, known := a.Literal()
			y, also := b.Literal()
			if !known || !also {
				return 0
			}
			return cmp.Compare(x, y)
		})
	}
	return &out
}

// unique are the values, each once.
func (e *evaluator) unique(items []*syntax.Node) []*syntax.Node {
	seen := map[string]bool{}
	out := []*syntax.Node{}
	for _, item := range items {
		if text, ok := item.Literal(); ok {
			if seen[text] {
				continue
			}
			seen[text] = true
		} else if slices.ContainsFunc(out, func(n *syntax.Node) bool {
			return n.Kind == item.Kind && n.Kind != syntax.Hole && e.whole(n) && e.alike(n, item)
		}) {
			continue
		}
		out = append(out, item)
	}
	return out
}

func (c *call) distinct() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Array {
		return c.unlessHole(n)
	}
	return listOf(c.unique(unified(n.Items)), c.at)
}

func (c *call) setunion() *syntax.Node {
	n := c.concat()
	if n.Kind != syntax.Array {
		return n
	}
	return c.set(n)
}

func (c *call) setproduct() *syntax.Node {
	if len(c.args) < 2 {
		return c.refused()
	}
	out := [][]*syntax.Node{{}}
	for _, arg := range c.args {
		if arg.Kind != syntax.Array || !complete(arg) {
			if arg.Kind == syntax.Array {
				return c.unknown()
			}
			return c.unlessHole(arg)
		}
		var more [][]*syntax.Node
		for _, row := range out {
			for _, item := range arg.Items {
				if !c.step(c.at) || len(more) > maxInstances*10 {
					return unknown(tooLarge, c.at)
				}
				more = append(more, append(slices.Clone(row), item))
			}
		}
		out = more
	}
	list := listOf([]*syntax.Node{}, c.at)
	for _, row := range out {
		list.Items = append(list.Items, listOf(row, c.at))
	}
	return list
}
