package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// A template is a CloudFormation template and what its functions can refer to.
type template struct {
	parameters map[string]*node
	given      map[string]string // values of parameters that the user gives
	mappings   map[string]*node
	conditions map[string]entry
	labels     map[string]string // the name of a condition by what it compares
	resources  map[string]string // logical id → type

	steps    *int
	depth    int
	opened   map[string]bool  // parameters whose default does not count
	expanded int              // values that loops go over
	loops    map[string]*node // the variables of the loops around a value

	course     *course
	decided    map[string]decision // conditions, on this course
	evaluating map[string]bool     // conditions, against loops
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
			l.template(n)
			return
		}
		if endpoints := n.get("VpcEndpoints"); endpoints != nil && endpoints.kind == array {
			l.recognised = true
			l.described(endpoints)
			return
		}
		for _, f := range n.fields {
			if f.key.value == "TemplateBody" && f.value.kind == str {
				l.templateText(f.value)
				continue
			}
			l.templates(f.value, seen)
		}
	}
}

// templateText reads a template that is text in a string, as `aws cloudformation
// get-template` prints one and create-stack takes it. JSON keeps its places; YAML
// in a string does not.
func (l *load) templateText(n *node) {
	if !strings.Contains(n.value, templateWord) {
		return
	}
	l.recognised = true
	if !opensBracket(trimStart([]byte(n.value))) {
		l.unreadable("the template is YAML text in a string: save it as a file of its own", n.span())
		return
	}
	frame := newTextFrame(n)
	if frame == nil {
		l.unreadable("the template's text holds every private-use character", n.span())
		return
	}
	values, problem := parseJSON([]byte(frame.text), 0, frame)
	if problem != nil {
		l.unreadable("the template in the string is "+problem.message, frame.span(problem.start, problem.end))
		return
	}
	for _, v := range values {
		l.templates(v, map[*node]bool{})
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

func (l *load) template(n *node) {
	t := &template{
		parameters: map[string]*node{},
		given:      l.options.Parameters,
		mappings:   map[string]*node{},
		conditions: map[string]entry{},
		labels:     map[string]string{},
		resources:  map[string]string{},
		steps:      &l.steps,
		course:     &course{},
		decided:    map[string]decision{},
		evaluating: map[string]bool{},
	}
	each := func(section string, f func(entry)) {
		n := n.get(section)
		if n == nil || n.kind != object {
			return
		}
		list, problem := t.entries(n)
		if problem != "" {
			l.unreadable("not all is read of "+problem, n.span())
		}
		for _, e := range list {
			f(e)
		}
	}
	each("Parameters", func(e entry) {
		t.parameters[e.name] = e.value
		if _, ok := t.given[e.name]; ok {
			l.unit.Declared = append(l.unit.Declared, e.name)
		}
	})
	each("Mappings", func(e entry) { t.mappings[e.name] = e.value })
	each("Conditions", func(e entry) {
		t.conditions[e.name] = e
		t.within(e.loops, func() *node { t.labels[t.named(e.value).name] = e.name; return nil })
	})
	var endpoints []entry
	each("Resources", func(e entry) {
		kind, _ := e.value.get("Type").literal()
		t.resources[e.name] = kind
		if kind == "AWS::EC2::VPCEndpoint" {
			endpoints = append(endpoints, e)
		}
	})
	for _, e := range endpoints {
		l.vpcEndpoint(t, e)
	}
}

// vpcEndpoint reads an AWS::EC2::VPCEndpoint (CloudFormation Template
// Reference) on every course of the template's conditions. An endpoint that the
// defaults of parameters leave out is read as it is where they are set otherwise:
// that is what its policy is written for.
func (l *load) vpcEndpoint(t *template, e entry) {
	t.within(e.loops, func() *node {
		name, conditional := t.looped(e.value.get("Condition")).literal()
		t.opened = map[string]bool{}
		for range maxOpened {
			var defaults []source.Span
			list := t.variants(max(min(maxVariants, fileVariants-l.variants), 1), func() *policy.Endpoint {
				if conditional {
					if d := t.condition(name); d.truth == no {
						defaults = appendNew(defaults, d.origins...)
						return nil
					}
				}
				return l.resolvedEndpoint(t, e)
			})
			l.variants += len(list)
			for _, one := range list {
				one.Policy = l.bounded(one.Policy)
				l.endpoint(one)
			}
			if len(list) > 0 || !t.open(defaults) {
				break
			}
		}
		return nil
	})
	t.opened = nil
}

// open lets the parameters with these defaults have any value. It reports false
// when there is none that could not before.
func (t *template) open(defaults []source.Span) bool {
	opened := false
	for name, parameter := range t.parameters {
		value := parameter.get("Default")
		if value != nil && !t.opened[name] && slices.Contains(defaults, value.span()) {
			t.opened[name], opened = true, true
		}
	}
	return opened
}

// defaultOf is the default of a parameter; nil when there is none, or none that
// counts.
func (t *template) defaultOf(name string, parameter *node) *node {
	if t.opened[name] {
		return nil
	}
	return parameter.get("Default")
}

// resolvedEndpoint reads an endpoint on the template's course.
func (l *load) resolvedEndpoint(t *template, e entry) *policy.Endpoint {
	out := &policy.Endpoint{Name: e.name, Span: e.key.span()}
	properties := e.value.get("Properties")
	if properties == nil {
		properties = &node{kind: object, place: e.key.place}
	}
	if _, _, call := function(properties); call || properties.kind != object {
		properties = t.resolve(properties)
	}
	var list []entry
	if properties != nil && properties.kind == object {
		var problem string
		if list, problem = t.entries(properties); problem != "" {
			properties = unknown(properties, problem)
		}
	}
	values := map[string]entry{}
	for _, one := range list {
		if strings.HasPrefix(one.name, "Fn::") {
			properties = unknown(properties, one.name)
		}
		values[one.name] = one
	}
	if properties != nil && properties.kind == hole {
		unknown := properties.text()
		out.Service, out.Type, out.Vpc = unknown, unknown, unknown
		out.Policy = l.read(properties)
		return out
	}
	property := func(name string) *node {
		one, ok := values[name]
		if !ok {
			return nil
		}
		return t.within(one.loops, func() *node { return dynamic(t.resolve(one.value)) })
	}
	out.Service = property("ServiceName").text()
	out.Type = property("VpcEndpointType").text()
	if out.Type.Absent() {
		out.Type = policy.Text{Parts: []policy.Part{{Literal: "Gateway"}}}
	}
	out.Policy = l.read(property("PolicyDocument"))
	// Of the network no more need be known than that two are the same, so that
	// it is no reason for variants.
	t.course.asking = false
	out.Vpc = property("VpcId").text()
	t.course.asking = true
	return out
}
