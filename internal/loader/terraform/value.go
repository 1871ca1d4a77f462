package terraform

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// The tags tell values apart that are of one kind of node.
const (
	// tagRest is of a hole among the items of a list: it stands for any number of
	// them. Among the fields of an object it is the key.
	tagRest = "rest"
	// tagResource is of a hole that is a resource as a whole: its Ref is the
	// address.
	tagResource = "resource"
	// tagError is of a hole for an expression that Terraform refuses.
	tagError = "error"
	// tagSet is of a list that is a set.
	tagSet = "set"
)

func holeOf(kind policy.HoleKind, ref string, at syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.Hole, Hole: policy.Hole{Kind: kind, Ref: bounded(ref)}, Place: at}
}

func bounded(ref string) string { return syntax.Name(ref) }

func unknown(ref string, at syntax.Place) *syntax.Node { return holeOf(policy.Unknown, ref, at) }

// failed is the value of an expression that Terraform refuses.
func failed(ref string, at syntax.Place) *syntax.Node {
	n := unknown(ref, at)
	n.Tag = tagError
	return n
}

func stringOf(value string, at syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.String, Value: value, Place: bareAt{at}}
}

// bareAt is a place without a way into the text.
type bareAt struct{ syntax.Place }

func (bareAt) Trace() source.Trace { return source.Trace{} }

func numberOf(n int, at syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.Number, Value: strconv.Itoa(n), Place: at}
}

func booleanOf(b bool, at syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.Boolean, Value: strconv.FormatBool(b), Place: at}
}

func listOf(items []*syntax.Node, at syntax.Place) *syntax.Node {
	return &syntax.Node{Kind: syntax.Array, Items: items, Place: at}
}

func nullAt(at syntax.Place) *syntax.Node { return &syntax.Node{Value: "null", Place: at} }

func isHole(n *syntax.Node) bool  { return n.Kind == syntax.Hole }
func isRest(n *syntax.Node) bool  { return n.Kind == syntax.Hole && n.Tag == tagRest }
func isError(n *syntax.Node) bool { return n.Kind == syntax.Hole && n.Tag == tagError }

// rest is a hole as some items of a list, or some fields of an object.
func rest(n *syntax.Node, ref string) *syntax.Node {
	if isHole(n) && n.Tag != tagResource {
		ref = n.Hole.Ref
	}
	out := unknown(ref, n.Place)
	out.Tag, out.Origin = tagRest, n.Origin
	return out
}

// restAt is what a value that is not known stands for, at a place.
func (e *evaluator) restAt(n *syntax.Node, at source.Span, ref string) *syntax.Node {
	out := *rest(n, ref)
	out.Place = syntax.At(at)
	return &out
}

// maxOrigins bounds the defaults that a value is known to come from.
const maxOrigins = 16

// derived is a value with the defaults that others come from. Values are shared,
// so that it is another one where these are more.
func derived(n *syntax.Node, from ...*syntax.Node) *syntax.Node {
	list := n.Origin
	for _, f := range from {
		if f != nil {
			list = origins(list, f.Origin)
		}
	}
	if len(list) == len(n.Origin) {
		return n
	}
	out := *n
	out.Origin = list
	return &out
}

func origins(list, more []source.Span) []source.Span {
	for _, s := range more {
		if len(list) < maxOrigins && !slices.Contains(list, s) {
			list = append(slices.Clip(list), s)
		}
	}
	return list
}

// stamped is a value all of which comes from some defaults besides.
func (e *evaluator) stamped(n *syntax.Node, from []source.Span) *syntax.Node {
	if len(from) == 0 || !e.step(n.Place) {
		return n
	}
	out := n.With(func(inner *syntax.Node) *syntax.Node { return e.stamped(inner, from) })
	out.Origin = origins(out.Origin, from)
	if n.Encoded != nil {
		out.Encoded = e.stamped(n.Encoded, from)
	}
	return out
}

// moved is a scalar at the place where it is used. Its text keeps the way to
// where it is written, and text of several lines its place.
func moved(n *syntax.Node, at syntax.Place) *syntax.Node {
	switch n.Kind {
	case syntax.String:
		if n.Encoded != nil || strings.Contains(n.Value, "\n") {
			return n
		}
		for _, p := range n.Parts {
			if strings.Contains(p.Text, "\n") {
				return n
			}
		}
	case syntax.Array, syntax.Object:
		return n
	}
	out := *n
	if n.Kind == syntax.String {
		out.Parts, out.Value = n.Pieces(), ""
	}
	out.Place = at
	return &out
}

// key is a value as the key of an object: a string or a hole. It is nil for what
// no key can be.
func key(n *syntax.Node) *syntax.Node {
	if isHole(n) {
		return rest(n, n.Hole.Ref)
	}
	text, ok := n.Literal()
	if !ok {
		if n.Kind == syntax.String {
			return rest(n, n.Text().String())
		}
		return nil
	}
	if n.Kind == syntax.String && n.Parts == nil {
		return n
	}
	return derived(stringOf(text, n.Place), n)
}

// put sets a field of an object, whose fields have names of their own.
func put(fields []syntax.Field, key, value *syntax.Node) []syntax.Field {
	if !isHole(key) {
		fields = slices.DeleteFunc(fields, func(f syntax.Field) bool { return !isHole(f.Key) && f.Key.Value == key.Value })
	}
	return append(fields, syntax.Field{Key: key, Value: value})
}

// sorted are the fields in the order of their names, as Terraform goes over them.
// Those whose names are not known come first when known ones go before them.
func sorted(fields []syntax.Field) []syntax.Field {
	out := slices.Clone(fields)
	slices.SortStableFunc(out, func(a, b syntax.Field) int {
		if isHole(a.Key) || isHole(b.Key) {
			return 0
		}
		return cmp.Compare(a.Key.Value, b.Key.Value)
	})
	return out
}

// complete reports whether all items of a list, or all fields of an object, are
// told apart.
func complete(n *syntax.Node) bool {
	return !slices.ContainsFunc(n.Items, isRest) && !slices.ContainsFunc(n.Fields, func(f syntax.Field) bool { return isHole(f.Key) })
}

// whole reports whether a value holds no hole at all.
func (e *evaluator) whole(n *syntax.Node) bool {
	if !e.step(n.Place) {
		return false
	}
	switch n.Kind {
	case syntax.Hole:
		return false
	case syntax.Array:
		return !slices.ContainsFunc(n.Items, func(item *syntax.Node) bool { return !e.whole(item) })
	case syntax.Object:
		return !slices.ContainsFunc(n.Fields, func(f syntax.Field) bool { return isHole(f.Key) || !e.whole(f.Value) })
	case syntax.String:
		_, ok := n.Literal()
		return ok
	}
	return true
}

// wrong reports whether an expression inside a value is one that Terraform
// refuses.
func (e *evaluator) wrong(n *syntax.Node) bool {
	if !e.step(n.Place) {
		return false
	}
	return isError(n) || slices.ContainsFunc(n.Items, e.wrong) ||
		slices.ContainsFunc(n.Fields, func(f syntax.Field) bool { return e.wrong(f.Value) })
}

// alike reports whether two values without holes are equal.
func (e *evaluator) alike(a, b *syntax.Node) bool {
	if !e.step(a.Place) {
		return false
	}
	switch {
	case a.Kind == syntax.Array && b.Kind == syntax.Array:
		return slices.EqualFunc(a.Items, b.Items, e.alike)
	case a.Kind == syntax.Object && b.Kind == syntax.Object:
		return slices.EqualFunc(sorted(a.Fields), sorted(b.Fields), func(x, y syntax.Field) bool {
			return x.Key.Value == y.Key.Value && e.alike(x.Value, y.Value)
		})
	case a.Kind != b.Kind:
		return false
	case a.Kind == syntax.Null:
		return true
	}
	x, known := a.Literal()
	y, also := b.Literal()
	return known && also && x == y
}

// integer is a number, or text that is one.
func integer(n *syntax.Node) (int, bool) {
	text, ok := n.Literal()
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(text)
	return i, err == nil
}
