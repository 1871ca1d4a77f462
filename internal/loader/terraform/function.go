package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
)

// A call is a function with its arguments worked out.
type call struct {
	*evaluator
	name string
	args []*syntax.Node
	at   syntax.Place
	x    *hclsyntax.FunctionCallExpr
	t    *text
	s    *scope
}

// unknown is what the call is when it is not known.
func (c *call) unknown() *syntax.Node {
	return derived(c.hole(c.x.Range(), c.t, c.s), c.args...)
}

// refused is what the call is when Terraform refuses it.
func (c *call) refused() *syntax.Node {
	return derived(failed(c.t.written(c.x.Range()), c.at), c.args...)
}

// call works out a function call (Terraform documentation, "Built-in Functions").
func (e *evaluator) call(x *hclsyntax.FunctionCallExpr, t *text, s *scope) *syntax.Node {
	c := &call{evaluator: e, name: strings.TrimPrefix(x.Name, "core::"), at: t.at(x.Range()), x: x, t: t, s: s}
	switch c.name {
	case "try":
		return c.try()
	case "can":
		return c.can()
	}
	for i, arg := range x.Args {
		n := e.eval(arg, t, s)
		if i < len(x.Args)-1 || !x.ExpandFinal {
			c.args = append(c.args, n)
			continue
		}
		switch {
		case n.Kind == syntax.Array:
			c.args = append(c.args, n.Items...)
		case isHole(n) && !isError(n):
			c.args = append(c.args, rest(n, t.written(arg.Range())))
		default:
			c.args = append(c.args, n)
			return c.refused()
		}
	}
	if slices.ContainsFunc(c.args, isError) {
		return c.refused()
	}
	if f := native(c.name); f != nil {
		if slices.ContainsFunc(c.args, isRest) && c.name != "merge" && c.name != "concat" {
			return c.unknown()
		}
		return derived(f(c), c.args...)
	}
	return c.bridged()
}

// arn puts an ARN together of its parts (documentation of the provider
// hashicorp/aws, "Function: arn_build").
func (c *call) arn() *syntax.Node {
	if len(c.args) != 5 {
		return c.refused()
	}
	out := &syntax.Node{Kind: syntax.String, Parts: []syntax.Part{{Text: "arn"}}, Place: c.at}
	for _, arg := range c.args {
		out.Parts = append(out.Parts, syntax.Part{Text: ":"})
		if !spell(out, arg) {
			return c.refused()
		}
	}
	return out
}

// native returns the functions that keep holes and places; nil for all others.
func native(name string) func(*call) *syntax.Node {
	switch name {
	case "provider::aws::arn_build":
		return (*call).arn
	case "jsonencode":
		return (*call).jsonencode
	case "jsondecode":
		return (*call).jsondecode
	case "yamldecode":
		return (*call).yamldecode
	case "yamlencode":
		return (*call).yamlencode
	case "merge":
		return (*call).merge
	case "concat":
		return (*call).concat
	case "flatten":
		return (*call).flatten
	case "lookup":
		return (*call).lookup
	case "coalesce":
		return (*call).coalesce
	case "coalescelist":
		return (*call).coalescelist
	case "tolist", "list":
		return (*call).tolist
	case "toset":
		return (*call).toset
	case "tomap", "map":
		return (*call).tomap
	case "tostring":
		return (*call).tostring
	case "format":
		return (*call).format
	case "formatlist":
		return (*call).formatlist
	case "join":
		return (*call).join
	case "keys":
		return (*call).keysOf
	case "values":
		return (*call).values
	case "element":
		return (*call).element
	case "compact":
		return (*call).compact
	case "distinct":
		return (*call).distinct
	case "setunion":
		return (*call).setunion
	case "setproduct":
		return (*call).setproduct
	case "zipmap":
		return (*call).zipmap
	case "trimspace", "chomp":
		return (*call).trim
	case "split":
		return (*call).split
	case "replace":
		return (*call).replace
	case "length":
		return (*call).length
	case "one":
		return (*call).one
	case "reverse":
		return (*call).reverse
	case "sort":
		return (*call).sort
	case "slice":
		return (*call).slice
	case "nonsensitive", "sensitive", "ephemeralasnull", "issensitive":
		return (*call).same
	case "templatefile", "templatestring":
		return (*call).templated
	case "file", "fileexists", "filebase64", "fileset", "filemd5", "filesha1", "filesha256", "filesha512", "filebase64sha256", "filebase64sha512", "abspath":
		return (*call).ofFile
	case "timestamp", "plantimestamp", "uuid", "bcrypt", "rsadecrypt", "pathexpand":
		return (*call).unknown
	}
	return nil
}

// try returns the first argument that Terraform does not refuse.
func (c *call) try() *syntax.Node {
	for _, arg := range c.x.Args {
		n := c.eval(arg, c.t, c.s)
		if !c.wrong(n) {
			// What defaults refuse others may give.
			return derived(n, c.args...)
		}
		c.args = append(c.args, n)
	}
	return c.refused()
}

func (c *call) can() *syntax.Node {
	if len(c.x.Args) != 1 {
		return c.refused()
	}
	n := c.eval(c.x.Args[0], c.t, c.s)
	switch {
	case c.wrong(n):
		return derived(booleanOf(false, c.at), n)
	case isHole(n) && n.Tag != tagResource:
		return derived(c.hole(c.x.Range(), c.t, c.s), n)
	}
	return derived(booleanOf(true, c.at), n)
}

// jsonencode keeps what is known of a value. Terraform sorts the names of
// objects.
func (c *call) jsonencode() *syntax.Node {
	if len(c.args) != 1 {
		return c.refused()
	}
	value := c.ordered(c.args[0])
	if isHole(value) || c.wrong(value) {
		return c.unknown()
	}
	// Names that are not known may be any that a policy has.
	if value.Kind == syntax.Object && !complete(value) {
		return c.unknown()
	}
	if n := syntax.Encode(value, &syntax.Node{Place: c.at}); n.Length() <= syntax.MaxText {
		return n
	}
	return unknown(tooLarge, c.at)
}

// ordered is a value with the fields of its objects sorted.
func (c *call) ordered(n *syntax.Node) *syntax.Node {
	if n.Kind != syntax.Array && n.Kind != syntax.Object {
		return n
	}
	if !c.step(n.Place) {
		return unknown(tooLarge, n.Place)
	}
	out := *n
	out.Tag, out.Items, out.Fields = "", nil, nil
	for _, item := range n.Items {
		out.Items = append(out.Items, c.ordered(item))
	}
	for _, f := range sorted(n.Fields) {
		out.Fields = append(out.Fields, syntax.Field{Key: f.Key, Value: c.ordered(f.Value)})
	}
	return &out
}

func (c *call) jsondecode() *syntax.Node {
	if len(c.args) != 1 {
		return c.refused()
	}
	n := c.args[0]
	if n.Encoded != nil {
		return n.Encoded
	}
	if n.Kind != syntax.String {
		return c.unlessHole(n)
	}
	values, why, problem := syntax.ParseString(n)
	switch {
	case problem != nil:
		return c.refused()
	case why != "" || len(values) != 1:
		return c.unknown()
	}
	return values[0]
}

// unlessHole is what a call is whose argument is of a wrong kind, or not known.
func (c *call) unlessHole(n *syntax.Node) *syntax.Node {
	if isHole(n) {
		return c.unknown()
	}
	return c.refused()
}

// replaced is a value all of which is at one place.
func (e *evaluator) replaced(n *syntax.Node, at syntax.Place) *syntax.Node {
	if !e.step(at) {
		return unknown(tooLarge, at)
	}
	out := *n
	out.Tag, out.Place, out.Items, out.Fields = "", bareAt{at}, nil, nil
	for _, item := range n.Items {
		out.Items = append(out.Items, e.replaced(item, at))
	}
	for _, f := range n.Fields {
		out.Fields = append(out.Fields, syntax.Field{Key: stringOf(f.Key.Value, at), Value: e.replaced(f.Value, at)})
	}
	return &out
}

// templated renders a template, which sees the values that it is given alone.
func (c *call) templated() *syntax.Node {
	if len(c.args) != 2 {
		return c.refused()
	}
	var x expression
	if c.name == "templatefile" {
		f, why := c.fileOf(c.args[0])
		if f == nil {
			return why
		}
		x = c.parseTemplate(fileText(f), templateKey{file: f})
	} else {
		text, ok := c.args[0].Literal()
		if !ok {
			return c.unlessHole(c.args[0])
		}
		x = c.parseTemplate(stringText(c.args[0], text), templateKey{node: c.args[0]})
	}
	if x.absent() {
		return c.unknown()
	}
	names := map[string]*syntax.Node{}
	switch values := c.args[1]; {
	case values.Kind == syntax.Object && complete(values):
		for _, f := range values.Fields {
			names[f.Key.Value] = f.Value
		}
	case isHole(values) || values.Kind == syntax.Object:
		return c.unknown()
	default:
		return c.refused()
	}
	outer := c.quotes
	c.quotes = false
	n := c.value(x, &scope{names: names})
	c.quotes = outer
	if isError(n) {
		return c.refused()
	}
	return n
}
