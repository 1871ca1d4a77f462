package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/eplint/eplint/internal/loader/syntax"
)

func (e *evaluator) index(x *hclsyntax.IndexExpr, t *text, s *scope) *syntax.Node {
	coll, at := e.eval(x.Collection, t, s), t.at(x.SrcRange)
	k := e.eval(x.Key, t, s)
	if isError(coll) || isError(k) {
		return failed(t.written(x.SrcRange), at)
	}
	text, ok := k.Literal()
	if !ok {
		if coll.Tag == tagResource {
			return coll
		}
		if one := e.onlyResource(coll); one != nil {
			return one
		}
		return derived(e.hole(x.SrcRange, t, s), coll, k)
	}
	return derived(e.follow(coll, way{{name: text, index: true, number: k.Kind == syntax.Number}}, at), k)
}

// onlyResource is the resource of which a collection holds all instances, where
// the index is not known: nil for other collections.
func (e *evaluator) onlyResource(n *syntax.Node) *syntax.Node {
	list, _ := pairs(n)
	for _, p := range list {
		if p.value.Tag == tagResource {
			if site := e.resources[p.value.Hole.Ref]; site != nil {
				return e.resourceHole(site.in.named(site.d.kind+"."+site.d.name), p.value.Place)
			}
		}
	}
	return nil
}

// follow goes along a path of attributes and indices.
func (e *evaluator) follow(n *syntax.Node, p way, at syntax.Place) *syntax.Node {
	for i, one := range p {
		if !e.step(at) {
			return unknown(tooLarge, at)
		}
		if one.splat {
			return e.legacySplat(n, p[i+1:], at)
		}
		from := n
		n = e.into(n, one, at)
		if isHole(n) && n != from && n.Place != at && n.Tag != tagResource {
			n = moved(n, at)
		}
		if len(from.Origin) > 0 && from.Kind != syntax.Hole {
			n = e.stamped(n, from.Origin)
		}
	}
	return n
}

func (e *evaluator) legacySplat(n *syntax.Node, p way, at syntax.Place) *syntax.Node {
	items := []*syntax.Node{n}
	switch {
	case n.Kind == syntax.Null:
		items = nil
	case n.Kind == syntax.Array:
		items = n.Items
	case isHole(n) && n.Tag != tagResource:
		return derived(unknown(n.Hole.Ref+"[*]"+p.suffix(), at), n)
	}
	out := derived(listOf(nil, at), n)
	for _, item := range items {
		if isRest(item) {
			out.Items = append(out.Items, rest(item, item.Hole.Ref))
			continue
		}
		out.Items = append(out.Items, e.follow(item, p, at))
	}
	return out
}

// into takes one step into a value.
func (e *evaluator) into(n *syntax.Node, one step, at syntax.Place) *syntax.Node {
	switch n.Kind {
	case syntax.Hole:
		switch {
		case isError(n):
			return n
		case n.Tag == tagResource:
			return e.attribute(n, one, at)
		}
		return derived(unknown(n.Hole.Ref+one.String(), at), n)
	case syntax.Object:
		for _, f := range slices.Backward(n.Fields) {
			if isHole(f.Key) {
				return derived(unknown(f.Key.Hole.Ref+one.String(), at), n)
			}
			if f.Key.Value == one.name {
				return f.Value
			}
		}
	case syntax.Array:
		if i, ok := integer(&syntax.Node{Kind: syntax.Number, Value: one.name}); ok && i >= 0 {
			if n.Tag == tagSet {
				break
			}
			for k, item := range n.Items {
				if isRest(item) {
					return derived(unknown(item.Hole.Ref+one.String(), at), n)
				}
				if k == i {
					return item
				}
			}
		}
	}
	return failed(one.String(), at)
}

// A step is one attribute or index of a path.
type step struct {
	name          string
	index, number bool
	splat         bool
}

// A way is a reference taken apart.
type way []step

func (s step) String() string {
	switch {
	case s.splat:
		return "[*]"
	case s.number:
		return "[" + s.name + "]"
	case s.index:
		return `["` + s.name + `"]`
	}
	return "." + s.name
}

// String is the path as Terraform writes it.
func (p way) String() string {
	return strings.TrimPrefix(p.suffix(), ".")
}

// suffix is the path as it is written after something.
func (p way) suffix() string {
	var b strings.Builder
	for _, one := range p {
		b.WriteString(one.String())
	}
	return b.String()
}

// steps takes a reference apart.
func steps(t hcl.Traversal) way {
	var p way
	for _, one := range t {
		switch one := one.(type) {
		case hcl.TraverseRoot:
			p = append(p, step{name: one.Name})
		case hcl.TraverseAttr:
			p = append(p, step{name: one.Name})
		case hcl.TraverseIndex:
			if one.Key.Type() == cty.Number {
				p = append(p, step{name: numberText(one.Key), index: true, number: true})
			} else if one.Key.Type() == cty.String && one.Key.IsKnown() {
				p = append(p, step{name: one.Key.AsString(), index: true})
			}
		case hcl.TraverseSplat:
			p = append(p, step{splat: true})
		}
	}
	return p
}
