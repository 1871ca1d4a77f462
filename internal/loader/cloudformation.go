package loader

import (
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A template is a CloudFormation template and what its functions can refer to.
type template struct {
	parameters map[string]*node
	resources  map[string]string // logical id → type
	steps      *int
}

// templates finds the CloudFormation templates in a value: the value itself,
// or one inside it, as snapshots of tools wrap them.
func (l *load) templates(n *node, seen map[*node]bool) {
	if seen[n] {
		return
	}
	switch n.kind {
	case array:
		seen[n] = true
		for _, item := range n.items {
			l.templates(item, seen)
		}
	case object:
		seen[n] = true
		if resources := n.get("Resources"); resources != nil && isResources(resources) {
			l.recognised = true
			l.template(n, resources)
			return
		}
		if endpoints := n.get("VpcEndpoints"); endpoints != nil && endpoints.kind == array {
			l.recognised = true
			l.described(endpoints)
			return
		}
		for _, f := range n.fields {
			l.templates(f.value, seen)
		}
	}
}

// isResources reports whether a value is a template's Resources: an object in
// which some value has a resource type.
func isResources(n *node) bool {
	for _, f := range n.fields {
		if kind, ok := f.value.get("Type").literal(); ok && strings.Contains(kind, "::") || strings.HasPrefix(f.key.value, "Fn::") {
			return true
		}
	}
	return false
}

func (l *load) template(n, resources *node) {
	t := &template{parameters: map[string]*node{}, resources: map[string]string{}, steps: &l.steps}
	if parameters := n.get("Parameters"); parameters != nil {
		for _, f := range parameters.fields {
			t.parameters[f.key.value] = f.value
		}
	}
	for _, f := range resources.fields {
		kind, _ := f.value.get("Type").literal()
		t.resources[f.key.value] = kind
	}
	for _, f := range resources.fields {
		l.resource(t, f)
	}
}

// resource reads a resource when it is an endpoint. A loop stands for resources
// that differ in its variable, which is a hole.
func (l *load) resource(t *template, f field) {
	if loop := f.value; strings.HasPrefix(f.key.value, "Fn::ForEach::") && loop.kind == array && len(loop.items) == 3 {
		for _, inner := range loop.items[2].fields {
			l.resource(t, inner)
		}
		return
	}
	if kind, _ := f.value.get("Type").literal(); kind == "AWS::EC2::VPCEndpoint" {
		l.vpcEndpoint(t, f)
	}
}

// vpcEndpoint reads an AWS::EC2::VPCEndpoint (CloudFormation Template
// Reference).
func (l *load) vpcEndpoint(t *template, f field) {
	e := policy.Endpoint{Name: f.key.value, Span: f.key.span()}
	properties := f.value.get("Properties")
	if properties != nil {
		properties = t.resolve(properties)
	}
	if properties != nil && properties.kind == hole {
		unknown := properties.text()
		e.Service, e.Type, e.Vpc = unknown, unknown, unknown
		e.Policy, _ = attached(properties)
		l.endpoint(e)
		return
	}
	e.Service = properties.get("ServiceName").text()
	e.Type = properties.get("VpcEndpointType").text()
	if e.Type.Absent() {
		e.Type = policy.Text{Parts: []policy.Part{{Literal: "Gateway"}}}
	}
	e.Vpc = properties.get("VpcId").text()
	e.Policy = l.attached(properties.get("PolicyDocument"))
	l.endpoint(e)
}

// resolve returns the value with its intrinsic functions worked out as far as
// this can be done without an account. It returns nil for AWS::NoValue.
func (t *template) resolve(n *node) *node {
	if *t.steps++; *t.steps > maxSteps {
		return unknown(n, "a template that is too large to expand")
	}
	if name, arg, ok := function(n); ok {
		return t.call(name, arg, n)
	}
	switch n.kind {
	case array:
		list := *n
		list.items = nil
		for _, item := range n.items {
			if value := t.resolve(item); value != nil {
				list.items = append(list.items, value)
			}
		}
		return &list
	case object:
		resolved := *n
		resolved.fields = nil
		for _, f := range n.fields {
			if strings.HasPrefix(f.key.value, "Fn::") {
				// A macro beside other keys, Fn::Transform for one, may add or
				// change any of them.
				return unknown(n, f.key.value)
			}
			if value := t.resolve(f.value); value != nil {
				resolved.fields = append(resolved.fields, field{f.key, value})
			}
		}
		return &resolved
	default:
		return n
	}
}

// function recognises a call in its short form, a tag, or its long form, an
// object of one key.
func function(n *node) (name string, arg *node, ok bool) {
	switch {
	case n.tag != "":
		untagged := *n
		untagged.tag = ""
		name = strings.TrimPrefix(n.tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		return name, &untagged, true
	case n.kind == object && len(n.fields) == 1:
		name = n.fields[0].key.value
		return name, n.fields[0].value, name == "Ref" || strings.HasPrefix(name, "Fn::")
	}
	return "", nil, false
}

func (t *template) call(name string, arg, whole *node) *node {
	switch name {
	case "Ref":
		if ref, ok := arg.literal(); ok {
			return t.ref(ref, arg)
		}
	case "Fn::GetAtt":
		if ref, ok := attribute(arg); ok {
			return t.getAtt(ref, arg)
		}
	case "Fn::Sub":
		return t.sub(arg, whole)
	case "Fn::Join":
		return t.join(arg, whole)
	}
	return unknown(whole, name)
}

func unknown(at *node, ref string) *node {
	return &node{kind: hole, hole: policy.Hole{Kind: policy.Unknown, Ref: ref}, place: at.place}
}

func known(at *node, kind policy.HoleKind, ref string) *node {
	return &node{kind: hole, hole: policy.Hole{Kind: kind, Ref: ref}, place: at.place}
}

// ref resolves a name as Ref does (CloudFormation, "Pseudo parameters
// reference"): a pseudo parameter, a parameter by its default, a resource.
func (t *template) ref(name string, at *node) *node {
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::AccountId":
		return known(at, policy.OwnAccount, name)
	case "AWS::Region":
		return known(at, policy.Region, name)
	case "AWS::Partition":
		return known(at, policy.Partition, name)
	}
	if parameter, ok := t.parameters[name]; ok {
		return parameterDefault(name, parameter, at)
	}
	if kind, ok := t.resources[name]; ok && isOwn(kind) {
		return known(at, policy.OwnResource, name)
	}
	return unknown(at, name)
}

// parameterDefault is the value of a parameter that the deployment does not
// set. The default of an SSM parameter type is the name of the value, not the
// value.
func parameterDefault(name string, parameter, at *node) *node {
	value := parameter.get("Default")
	text, ok := value.literal()
	kind, _ := parameter.get("Type").literal()
	if !ok || strings.HasPrefix(kind, "AWS::SSM::Parameter::") {
		return unknown(at, name)
	}
	origin := []source.Span{value.span()}
	if kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<") {
		list := &node{kind: array, place: at.place, origin: origin}
		for item := range strings.SplitSeq(text, ",") {
			list.items = append(list.items, &node{kind: str, value: strings.TrimSpace(item), place: at.place, origin: origin})
		}
		return list
	}
	return &node{kind: str, parts: value.pieces(), place: at.place, origin: origin}
}

// isOwn reports whether the references to a resource of that type are names of
// things that the deployment makes, as opposed to values that anybody chose: the
// attributes of a custom resource, a nested stack or a product can be anything.
func isOwn(kind string) bool {
	return strings.HasPrefix(kind, "AWS::") && !strings.HasPrefix(kind, "AWS::CloudFormation::") && !strings.HasPrefix(kind, "AWS::ServiceCatalog::")
}

// attribute reads the argument of GetAtt: "Resource.Attribute" or a list of
// the two.
func attribute(arg *node) (string, bool) {
	if arg.kind != array {
		return arg.literal()
	}
	var names []string
	for _, item := range arg.items {
		name, ok := item.literal()
		if !ok {
			return "", false
		}
		names = append(names, name)
	}
	return strings.Join(names, "."), len(names) == 2
}

func (t *template) getAtt(ref string, at *node) *node {
	resource, name, _ := strings.Cut(ref, ".")
	kind, ok := t.resources[resource]
	// An SSM parameter's value is whatever it was given.
	if !ok || !isOwn(kind) || kind == "AWS::SSM::Parameter" && name == "Value" {
		return unknown(at, ref)
	}
	return known(at, policy.OwnResource, ref)
}

// sub resolves Fn::Sub: a string, or a list of a string and names of its own.
func (t *template) sub(arg, whole *node) *node {
	var names *node
	if arg.kind == array && len(arg.items) == 2 {
		arg, names = arg.items[0], arg.items[1]
	}
	text, ok := arg.literal()
	if !ok || arg.kind == object {
		return unknown(whole, "Fn::Sub")
	}
	trace := arg.place.trace()
	out := &node{kind: str, place: arg.place, parts: []part{}}
	total := len(text)
	add := func(start, end int) {
		if start < end {
			out.parts = append(out.parts, part{text: text[start:end], trace: trace.Slice(start, end)})
		}
	}
	for i := 0; ; {
		open := strings.Index(text[i:], "${")
		if open < 0 {
			add(i, len(text))
			break
		}
		open += i
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			add(i, len(text))
			break
		}
		add(i, open)
		end := open + length
		name := strings.TrimSpace(text[open+2 : end])
		i = end + 1
		if strings.HasPrefix(name, "!") { // ${!Name} is the text ${Name}
			add(open, open+2)
			add(open+2+strings.Index(text[open+2:], "!")+1, end+1)
			continue
		}
		value := t.variable(name, names, arg)
		if value == nil || value.kind == array || value.kind == object {
			value = unknown(arg, name)
		}
		out.origin = append(out.origin, value.origin...)
		// A few names can stand for gigabytes.
		if total += value.length(); total > maxText {
			return unknown(whole, "Fn::Sub of too long a text")
		}
		out.parts = append(out.parts, value.pieces()...)
	}
	return out
}

// variable resolves a name inside Fn::Sub.
func (t *template) variable(name string, names, at *node) *node {
	if value := names.get(name); value != nil {
		return t.resolve(value)
	}
	if strings.Contains(name, ".") {
		return t.getAtt(name, at)
	}
	return t.ref(name, at)
}

// join resolves Fn::Join of a literal delimiter and a list.
func (t *template) join(arg, whole *node) *node {
	if arg.kind != array || len(arg.items) != 2 {
		return unknown(whole, "Fn::Join")
	}
	_, ok := arg.items[0].literal()
	list := t.resolve(arg.items[1])
	if !ok || list == nil || list.kind != array {
		return unknown(whole, "Fn::Join")
	}
	out := &node{kind: str, place: whole.place, parts: []part{}}
	length := 0
	for i, item := range list.items {
		if item.kind == array || item.kind == object {
			return unknown(whole, "Fn::Join")
		}
		if length += arg.items[0].length() + item.length(); length > maxText {
			return unknown(whole, "Fn::Join of too long a text")
		}
		if i > 0 {
			out.parts = append(out.parts, arg.items[0].pieces()...)
		}
		out.parts = append(out.parts, item.pieces()...)
		out.origin = append(out.origin, item.origin...)
	}
	return out
}
