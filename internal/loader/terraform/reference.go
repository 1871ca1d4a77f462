package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// reference works out a reference (Terraform documentation, "References to Named
// Values").
func (e *evaluator) reference(p way, t *text, r hcl.Range, s *scope) *syntax.Node {
	at := t.at(r)
	if n := s.name(p[0].name); n != nil {
		return e.follow(n, p[1:], at)
	}
	if s.in == nil {
		return failed(p.String(), at)
	}
	if len(p) == 1 {
		return failed(p.String(), at)
	}
	i, name := s.in, p[1].name
	switch p[0].name {
	case "var":
		return e.follow(e.variable(i, name, at), p[2:], at)
	case "local":
		x, ok := i.module.locals[name]
		if !ok {
			return unknown(i.named(p.String()), at)
		}
		n := e.once(i, "local."+name, at, func() *syntax.Node { return e.value(x, &scope{in: i}) })
		return e.follow(elsewhere(n, at), p[2:], at)
	case "path":
		return e.pathOf(i, name, at)
	case "module":
		return e.moduleReference(i, p, at)
	case "data":
		if len(p) < 3 {
			return failed(p.String(), at)
		}
		return e.resourceReference(i, "data."+name, p[2].name, p[3:], at)
	case "each", "count", "self", "terraform":
		return unknown(i.named(p.String()), at)
	}
	return e.resourceReference(i, p[0].name, name, p[2:], at)
}

// elsewhere is a value at the place where it is used, unless it has a place of
// its own that is better: where it is written.
func elsewhere(n *syntax.Node, at syntax.Place) *syntax.Node {
	if isHole(n) && n.Tag != tagResource {
		return moved(n, at)
	}
	return n
}

func (e *evaluator) pathOf(i *instance, name string, at syntax.Place) *syntax.Node {
	switch name {
	case "root":
		return stringOf(".", at)
	case "module":
		if i.parent == nil {
			return stringOf(".", at)
		}
		return stringOf(relative(e.rootDir, i.module.dir), at)
	}
	return unknown("path."+name, at)
}

// variable returns the value of a variable of a module: what it is given, else
// its default.
func (e *evaluator) variable(i *instance, name string, at syntax.Place) *syntax.Node {
	d := i.module.variables[name]
	ref := i.named("var." + name)
	if d == nil {
		return unknown(ref, at)
	}
	n := e.once(i, "var."+name, at, func() *syntax.Node {
		value := e.input(i, name, d)
		if value == nil {
			return unknown(ref, at)
		}
		if x, ok := d.body.argument("type"); ok {
			return e.converted(value, x, value.Place)
		}
		return value
	})
	if i.parent == nil {
		return moved(n, at)
	}
	return elsewhere(n, at)
}

// input is what a variable is given, or its default; nil when neither is known.
func (e *evaluator) input(i *instance, name string, d *declaration) *syntax.Node {
	nullable := true
	if x, ok := d.body.argument("nullable"); ok {
		text, _ := e.value(x, &scope{}).Literal()
		nullable = text != "false"
	}
	fallback, hasDefault := d.body.argument("default")
	if i.parent != nil {
		if x, ok := i.call.body.argument(name); ok {
			n := e.value(x, i.scope)
			if n.Kind != syntax.Null || nullable || !hasDefault {
				return n
			}
		}
		if !hasDefault {
			return nil
		}
		return e.value(fallback, &scope{})
	}
	if n := e.given[name]; n != nil && (n.Kind != syntax.Null || nullable || !hasDefault) {
		return n
	}
	if !hasDefault || e.opened[name] {
		return nil
	}
	n := e.value(fallback, &scope{})
	return e.stamped(n, []source.Span{n.Span()})
}

// resourceReference is a resource or data source, or an attribute of one.
func (e *evaluator) resourceReference(i *instance, kind, name string, p way, at syntax.Place) *syntax.Node {
	d := i.module.resources[kind+"."+name]
	address := i.named(kind + "." + name)
	if d == nil {
		// It stands in a file that cannot be read, or nowhere: its kind is known.
		e.resources[address] = &site{in: i, d: &declaration{kind: kind, name: name}, key: instanceKey{unknown: true}}
		return e.follow(e.resourceHole(address, at), p, at)
	}
	all := e.once(i, "resource "+kind+"."+name, at, func() *syntax.Node { return e.resourceValue(i, d, at) })
	if isHole(all) {
		all = moved(all, at)
	}
	return e.follow(all, p, at)
}

// resourceValue is a resource as a whole: a list or an object of its instances
// where it has several.
func (e *evaluator) resourceValue(i *instance, d *declaration, at syntax.Place) *syntax.Node {
	address := i.named(d.kind + "." + d.name)
	return e.collected(e.keys(d.body, &scope{in: i}), at, func(k instanceKey) *syntax.Node {
		e.resources[address+k.suffix] = &site{in: i, d: d, key: k}
		return e.resourceHole(address+k.suffix, at)
	})
}

// collected is what stands for a block as a whole, made of what stands for each
// of its instances.
func (e *evaluator) collected(k keys, at syntax.Place, one func(instanceKey) *syntax.Node) *syntax.Node {
	switch {
	case k.unknown:
		return one(e.unknownKey(k))
	case k.form == countForm:
		out := listOf([]*syntax.Node{}, at)
		for _, key := range k.list {
			out.Items = append(out.Items, one(key))
		}
		out.Origin = k.origins
		return out
	case k.form == eachForm:
		out := &syntax.Node{Kind: syntax.Object, Fields: []syntax.Field{}, Place: at, Origin: k.origins}
		for _, key := range k.list {
			out.Fields = append(out.Fields, syntax.Field{Key: key.names["each"].Get("key"), Value: one(key)})
		}
		return out
	}
	return one(k.list[0])
}

func (e *evaluator) resourceHole(address string, at syntax.Place) *syntax.Node {
	// An address must not be clipped: it is looked up.
	return &syntax.Node{Kind: syntax.Hole, Hole: policy.Hole{Kind: policy.Unknown, Ref: address}, Tag: tagResource, Place: at}
}

// isOwnAttribute tells the attributes by which a resource is named.
func isOwnAttribute(name string) bool {
	switch name {
	case "arn", "id", "name", "bucket", "key_id", "unique_id", "url", "function_name", "qualified_arn":
		return true
	}
	return false
}

// attribute is an attribute of a resource: what the configuration says of it,
// else a hole.
func (e *evaluator) attribute(n *syntax.Node, one step, at syntax.Place) *syntax.Node {
	address := n.Hole.Ref
	ref := address + one.String()
	if child := e.children[address]; child != nil {
		if one.index {
			if child.key.unknown {
				return n
			}
			return failed(ref, at)
		}
		return e.output(child, one.name, at)
	}
	r := e.resources[address]
	if r == nil {
		return unknown(ref, at)
	}
	if one.index {
		// The resource as a whole, of which no instance is told apart.
		if r.key.unknown {
			return n
		}
		return failed(ref, at)
	}
	s := r.scope()
	if strings.HasPrefix(r.d.kind, "data.") {
		return e.dataAttribute(r, s, one.name, ref, at)
	}
	own := strings.HasPrefix(r.d.kind, "aws_") && r.d.kind != "aws_ssm_parameter" || r.d.kind == "aws_ssm_parameter" && one.name == "arn"
	if own && (one.name == "arn" || one.name == "id" || r.d.kind == "aws_s3_bucket" && one.name == "bucket") {
		return holeOf(policy.OwnResource, ref, at)
	}
	if x, ok := r.d.body.argument(one.name); ok {
		return e.once(r.in, ref, at, func() *syntax.Node {
			value := e.value(x, s)
			if isHole(value) && value.Tag != tagResource && value.Hole.Kind == policy.Unknown {
				return unknown(ref, at)
			}
			return value
		})
	}
	if own && isOwnAttribute(one.name) {
		return holeOf(policy.OwnResource, ref, at)
	}
	return unknown(ref, at)
}

// moduleReference is a module that is called, or an output of it.
func (e *evaluator) moduleReference(i *instance, p way, at syntax.Place) *syntax.Node {
	d := i.module.calls[p[1].name]
	if d == nil {
		return unknown(i.named(p.String()), at)
	}
	if e.called(i, d).unread {
		return unknown(i.named(p.String()), at)
	}
	all := e.once(i, "module."+d.name, at, func() *syntax.Node { return e.moduleValue(i, d, at) })
	if isHole(all) {
		all = moved(all, at)
	}
	return e.follow(all, p[2:], at)
}

// moduleValue is a module as a whole: a list or an object of its instances where
// it has several.
func (e *evaluator) moduleValue(i *instance, d *declaration, at syntax.Place) *syntax.Node {
	return e.collected(e.keys(d.body, &scope{in: i}), at, func(k instanceKey) *syntax.Node {
		address := i.named("module." + d.name + k.suffix)
		child := e.called(i, d).instance(k.suffix)
		if child == nil {
			return unknown(address, at)
		}
		e.children[address] = child
		return e.resourceHole(address, at)
	})
}

func (e *evaluator) output(i *instance, name string, at syntax.Place) *syntax.Node {
	d := i.module.outputs[name]
	ref := i.named(name)
	if d == nil {
		return unknown(ref, at)
	}
	x, ok := d.body.argument("value")
	if !ok {
		return unknown(ref, at)
	}
	return elsewhere(e.once(i, "output."+name, at, func() *syntax.Node { return e.value(x, &scope{in: i}) }), at)
}
