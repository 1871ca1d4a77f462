package terraform

import (
	"cmp"
	"slices"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// merge puts objects together: of a name that several have, the last one counts.
// Of an object that is not known any name may be.
func (c *call) merge() *syntax.Node {
	out := &syntax.Node{Kind: syntax.Object, Fields: []syntax.Field{}, Place: c.at}
	at := map[string]int{}
	for _, arg := range c.args {
		switch arg.Kind {
		case syntax.Null:
		case syntax.Object:
			for _, f := range arg.Fields {
				if i, ok := at[f.Key.Value]; ok && !isHole(f.Key) {
					// It goes to the end, after what may hold its name too.
					out.Fields[i].Key = nil
				}
				if !isHole(f.Key) {
					at[f.Key.Value] = len(out.Fields)
				}
				out.Fields = append(out.Fields, f)
			}
		case syntax.Hole:
			n := rest(arg, arg.Hole.Ref)
			out.Fields = append(out.Fields, syntax.Field{Key: n, Value: n})
		default:
			return c.refused()
		}
	}
	out.Fields = slices.DeleteFunc(out.Fields, func(f syntax.Field) bool { return f.Key == nil })
	return out
}

func (c *call) concat() *syntax.Node {
	out := listOf([]*syntax.Node{}, c.at)
	for _, arg := range c.args {
		switch arg.Kind {
		case syntax.Array:
			out.Items = append(out.Items, arg.Items...)
		case syntax.Hole:
			out.Items = append(out.Items, rest(arg, arg.Hole.Ref))
		default:
			return c.refused()
		}
	}
	return out
}

func (c *call) flatten() *syntax.Node {
	if len(c.args) != 1 || c.args[0].Kind != syntax.Array {
		return c.unlessHole(first(c.args))
	}
	out := listOf([]*syntax.Node{}, c.at)
	if !c.flat(out, c.args[0]) {
		return unknown(tooLarge, c.at)
	}
	return out
}

func first(args []*syntax.Node) *syntax.Node {
	if len(args) == 0 {
		return &syntax.Node{}
	}
	return args[0]
}

func (c *call) flat(out, n *syntax.Node) bool {
	if !c.step(c.at) {
		return false
	}
	for _, item := range n.Items {
		switch {
		case item.Kind == syntax.Array:
			if !c.flat(out, item) {
				return false
			}
		case isHole(item) && item.Tag != tagResource && item.Tag != tagError:
			// It may be one value, or a list of any length.
			out.Items = append(out.Items, rest(item, item.Hole.Ref))
		default:
			out.Items = append(out.Items, item)
		}
	}
	return true
}

func (c *call) lookup() *syntax.Node {
	if len(c.args) != 2 && len(c.args) != 3 {
		return c.refused()
	}
	name, ok := c.args[1].Literal()
	if !ok || isHole(c.args[0]) {
		return c.unknown()
	}
	n := c.into(c.args[0], step{name: name, index: true}, c.at)
	if isError(n) && len(c.args) == 3 {
		return c.args[2]
	}
	return n
}

func (c *call) coalesce() *syntax.Node {
	for _, arg := range c.args {
		text, known := arg.Literal()
		switch {
		case arg.Kind == syntax.Null || known && arg.Kind == syntax.String && text == "":
			continue
		case isHole(arg) && arg.Tag != tagResource:
			// It may be null.
			if len(c.args) == 1 {
				return arg
			}
			return c.unknown()
		}
		return arg
	}
	return c.refused()
}

func (c *call) coalescelist() *syntax.Node {
	for _, arg := range c.args {
		switch {
		case isHole(arg):
			return c.unknown()
		case arg.Kind == syntax.Array && len(arg.Items) > 0:
			if !slices.ContainsFunc(arg.Items, func(n *syntax.Node) bool { return !isRest(n) }) {
				return c.unknown()
			}
			return arg
		}
	}
	return c.refused()
}

func (c *call) tolist() *syntax.Node {
	if c.name == "list" {
		return listOf(c.args, c.at)
	}
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Array {
		if n.Kind == syntax.Null && len(c.args) == 1 {
			return n
		}
		return c.unlessHole(n)
	}
	out := *n
	out.Tag, out.Items = "", unified(n.Items)
	return &out
}

func (c *call) tomap() *syntax.Node {
	if c.name == "map" {
		out := &syntax.Node{Kind: syntax.Object, Fields: []syntax.Field{}, Place: c.at}
		for i := 0; i+1 < len(c.args); i += 2 {
			if k := key(c.args[i]); k != nil {
				out.Fields = put(out.Fields, k, c.args[i+1])
			}
		}
		return out
	}
	n := first(c.args)
	if len(c.args) == 1 && n.Kind == syntax.Object {
		var values []*syntax.Node
		for _, f := range n.Fields {
			values = append(values, f.Value)
		}
		out := *n
		out.Fields = slices.Clone(n.Fields)
		for i, value := range unified(values) {
			out.Fields[i].Value = value
		}
		return &out
	}
	if len(c.args) == 1 && n.Kind == syntax.Null {
		return n
	}
	return c.unlessHole(n)
}

func (c *call) tostring() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 {
		return c.refused()
	}
	switch n.Kind {
	case syntax.Number, syntax.Boolean:
		return stringOf(n.Value, n.Place)
	case syntax.Array, syntax.Object:
		return c.refused()
	}
	return n
}

func (c *call) keysOf() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Object {
		return c.unlessHole(n)
	}
	out := listOf([]*syntax.Node{}, c.at)
	for _, f := range sorted(n.Fields) {
		out.Items = append(out.Items, f.Key)
	}
	return out
}

func (c *call) values() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Object {
		return c.unlessHole(n)
	}
	out := listOf([]*syntax.Node{}, c.at)
	for _, f := range sorted(n.Fields) {
		if isHole(f.Key) {
			out.Items = append(out.Items, rest(f.Key, f.Key.Hole.Ref))
			continue
		}
		out.Items = append(out.Items, f.Value)
	}
	return out
}

func (c *call) element() *syntax.Node {
	if len(c.args) != 2 || c.args[0].Kind != syntax.Array {
		return c.unlessHole(first(c.args))
	}
	n := c.args[0]
	i, ok := integer(c.args[1])
	if !ok || !complete(n) {
		return c.unknown()
	}
	if len(n.Items) == 0 {
		return c.refused()
	}
	return n.Items[((i%len(n.Items))+len(n.Items))%len(n.Items)]
}

func (c *call) compact() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Array {
		return c.unlessHole(n)
	}
	out := listOf([]*syntax.Node{}, c.at)
	for _, item := range n.Items {
		if text, ok := item.Literal(); item.Kind == syntax.Null || ok && text == "" {
			continue
		}
		out.Items = append(out.Items, item)
	}
	return out
}

func (c *call) zipmap() *syntax.Node {
	if len(c.args) != 2 {
		return c.refused()
	}
	names, values := c.args[0], c.args[1]
	if names.Kind != syntax.Array || values.Kind != syntax.Array || !complete(names) || !complete(values) {
		if isHole(names) || isHole(values) || names.Kind == syntax.Array && values.Kind == syntax.Array {
			return c.unknown()
		}
		return c.refused()
	}
	if len(names.Items) != len(values.Items) {
		return c.refused()
	}
	out := &syntax.Node{Kind: syntax.Object, Fields: []syntax.Field{}, Place: c.at}
	for i, item := range names.Items {
		k := key(item)
		if k == nil {
			return c.refused()
		}
		out.Fields = put(out.Fields, k, values.Items[i])
	}
	return out
}

func (c *call) length() *syntax.Node {
	n := first(c.args)
	switch {
	case len(c.args) != 1:
		return c.refused()
	case n.Kind == syntax.Array && complete(n):
		return numberOf(len(n.Items), c.at)
	case n.Kind == syntax.Object && complete(n):
		return numberOf(len(n.Fields), c.at)
	case n.Kind == syntax.String && c.whole(n):
		return c.bridged()
	case n.Kind == syntax.Null || n.Kind == syntax.Boolean || n.Kind == syntax.Number:
		return c.refused()
	}
	return c.unknown()
}

func (c *call) one() *syntax.Node {
	n := first(c.args)
	switch {
	case len(c.args) != 1 || n.Kind != syntax.Array:
		return c.unlessHole(n)
	case !complete(n):
		return c.unknown()
	case len(n.Items) == 0:
		return nullAt(c.at)
	case len(n.Items) > 1:
		return c.refused()
	}
	return n.Items[0]
}

func (c *call) reverse() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Array {
		return c.unlessHole(n)
	}
	items := slices.Clone(n.Items)
	slices.Reverse(items)
	return listOf(items, c.at)
}

func (c *call) sort() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 1 || n.Kind != syntax.Array {
		return c.unlessHole(n)
	}
	out := listOf(slices.Clone(n.Items), c.at)
	for i, item := range out.Items {
		out.Items[i] = asText(item)
	}
	slices.SortStableFunc(out.Items, func(a, b *syntax.Node) int {
		return cmp.Compare(a.Text().String(), b.Text().String())
	})
	return out
}

func (c *call) slice() *syntax.Node {
	n := first(c.args)
	if len(c.args) != 3 || n.Kind != syntax.Array {
		return c.unlessHole(n)
	}
	start, known := integer(c.args[1])
	end, also := integer(c.args[2])
	if !known || !also || !complete(n) {
		return c.unknown()
	}
	if start < 0 || end < start || end > len(n.Items) {
		return c.refused()
	}
	return listOf(slices.Clone(n.Items[start:end]), c.at)
}

func (c *call) same() *syntax.Node {
	if len(c.args) != 1 {
		return c.refused()
	}
	if c.name == "issensitive" {
		return c.unknown()
	}
	return c.args[0]
}
