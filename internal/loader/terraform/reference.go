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
		value := e.input(i, name, d, at)
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
func (e *evaluator) input(i *instance, name string, d *declaration, at syntax.Place) *syntax.Node {
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
	if n := e.given[name]; n != nil {
		return n
	}
	// What a module that nobody calls is given is not known where null says no
	// more than that it need not be given.
	if !hasDefault || e.opened[name] {
		return nil
	}
	n := e.value(fallback, &scope{})
	if n.Kind == syntax.Null {
		return nil
	}
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
	keys := e.keys(d.body, &scope{in: i})
	site := func(k instanceKey) *syntax.Node {
		e.resources[address+k.suffix] = &site{in: i, d: d, key: k}
		return e.resourceHole(address+k.suffix, at)
	}
	switch {
	case keys.unknown:
		return site(e.unknownKey(keys))
	case keys.form == countForm:
		out := listOf([]*syntax.Node{}, at)
		for _, k := range keys.list {
			out.Items = append(out.Items, site(k))
		}
		out.Origin = keys.origins
		return out
	case keys.form == eachForm:
		out := &syntax.Node{Kind: syntax.Object, Fields: []syntax.Field{}, Place: at, Origin: keys.origins}
		for _, k := range keys.list {
			out.Fields = append(out.Fields, syntax.Field{Key: k.names["each"].Get("key"), Value: site(k)})
		}
		return out
	}
	return site(keys.list[0])
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
	r := e.resources[address]
	ref := address + one.String()
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

// moduleReference is an output of a module that is called.
func (e *evaluator) moduleReference(i *instance, p way, at syntax.Place) *syntax.Node {
	d := i.module.calls[p[1].name]
	if d == nil {
		return unknown(i.named(p.String()), at)
	}
	calls := e.called(i, d)
	if calls.unread || len(p) < 3 {
		return unknown(i.named(p.String()), at)
	}
	keys := e.keys(d.body, &scope{in: i})
	outputs := func(k instanceKey, p way) *syntax.Node {
		child := calls.instance(k.suffix)
		if child == nil {
			return unknown(i.named(p.String()), at)
		}
		return e.follow(e.output(child, p[0].name, at), p[1:], at)
	}
	rest := p[2:]
	switch {
	case keys.unknown:
		if rest[0].index {
			rest = rest[1:]
		}
		if len(rest) == 0 || rest[0].splat {
			return unknown(i.named(p.String()), at)
		}
		return outputs(e.unknownKey(keys), rest)
	case keys.form == onceForm:
		if rest[0].index || rest[0].splat {
			return unknown(i.named(p.String()), at)
		}
		return outputs(keys.list[0], rest)
	case rest[0].splat && keys.form == countForm && len(rest) > 1:
		out := listOf(nil, at)
		for _, k := range keys.list {
			out.Items = append(out.Items, outputs(k, rest[1:]))
		}
		return out
	case rest[0].index && len(rest) > 1:
		for _, k := range keys.list {
			if k.suffix == rest[0].String() {
				return outputs(k, rest[1:])
			}
		}
	}
	return unknown(i.named(p.String()), at)
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
