package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

const endpointResource = "AWS::EC2::VPCEndpoint"

// A template is a CloudFormation template and what its functions can refer to.
type template struct {
	parameters map[string]*syntax.Node
	given      map[string]*syntax.Node // values of parameters that the user gives, or a template
	kept       map[string]bool         // parameters whose value only the stack knows
	unsaid     bool                    // nothing is known of what the parameters are given
	mappings   map[string]*syntax.Node
	conditions map[string]entry
	labels     map[string]string // the name of a condition by what it compares
	resources  map[string]string // logical id → type
	networked  map[string]bool   // functions that run in a network, by logical id
	faults     []policy.Fault    // names that are given again; each is of the first endpoint

	steps    *int
	depth    int
	opened   map[string]bool         // parameters whose default does not count
	expanded int                     // values that loops go over
	loops    map[string]*syntax.Node // the variables of the loops around a value

	course     *course
	decided    map[string]decision // conditions, on this course
	evaluating map[string]bool     // conditions, against loops
}

// templates finds the CloudFormation templates in a value: the value itself,
// or one inside it, as snapshots of tools wrap them.
func (l *load) templates(n *syntax.Node, seen map[*syntax.Node]bool) {
	if seen[n] {
		return
	}
	switch n.Kind {
	case syntax.Array:
		seen[n] = true
		if isEndpointList(n) {
			l.recognised = true
			l.described(n)
			return
		}
		for _, item := range n.Items {
			l.templates(item, seen)
		}
	case syntax.Object:
		seen[n] = true
		if resources := n.Get("Resources"); resources != nil && isResources(resources) {
			l.recognised = true
			l.template(n)
			return
		}
		if endpoints := n.Get("VpcEndpoints"); endpoints != nil && endpoints.Kind == syntax.Array {
			l.recognised = true
			l.described(endpoints)
			return
		}
		if changes := n.Get("Changes"); changes != nil && isChanges(changes) {
			l.recognised = true
			l.changeSet(changes)
			return
		}
		for _, f := range n.Fields {
			if f.Key.Value == "TemplateBody" && f.Value.Kind == syntax.String {
				l.templateText(f.Value)
				continue
			}
			l.templates(f.Value, seen)
		}
	}
}

// isEndpointList reports whether a list is of endpoints, as a query for VpcEndpoints
// leaves it.
func isEndpointList(n *syntax.Node) bool {
	return len(n.Items) > 0 && n.Items[0].Get("VpcEndpointId") != nil && n.Items[0].Get("ServiceName") != nil
}

// templateText reads a template that is text in a string, as `aws cloudformation
// get-template` prints one and create-stack takes it. JSON keeps its places; YAML
// in a string does not.
func (l *load) templateText(n *syntax.Node) {
	if !strings.Contains(n.Value, templateWord) {
		return
	}
	l.recognised = true
	if !syntax.OpensBracket(syntax.TrimStart([]byte(n.Value))) {
		l.unreadable("the template is YAML text in a string: save it as a file of its own", n.Span())
		return
	}
	values, why, problem := syntax.ParseString(n)
	if problem != nil {
		l.unreadable(notJSON("the template in the string", problem.Message), problem.Span)
		return
	}
	if why != "" {
		l.unreadable("the template in the string cannot be read: "+why, n.Span())
		return
	}
	for _, v := range values {
		l.templates(v, map[*syntax.Node]bool{})
	}
}

// isResources reports whether a value is a template's Resources: an object in
// which some value has a resource type.
func isResources(n *syntax.Node) bool {
	for _, f := range n.Fields {
		if kind, ok := f.Value.Get("Type").Literal(); ok && strings.Contains(kind, "::") || strings.HasPrefix(f.Key.Value, "Fn::") {
			return true
		}
	}
	return false
}

func (l *load) template(n *syntax.Node) {
	t := &template{
		parameters: map[string]*syntax.Node{},
		given:      l.given,
		unsaid:     l.unsaid,
		mappings:   map[string]*syntax.Node{},
		conditions: map[string]entry{},
		labels:     map[string]string{},
		resources:  map[string]string{},
		networked:  map[string]bool{},
		steps:      &l.steps,
		course:     &course{},
		decided:    map[string]decision{},
		evaluating: map[string]bool{},
	}
	if len(l.stacks) == 0 {
		t.kept = l.options.Kept
	}
	t.faults = duplicates(n)
	each := func(section string, f func(entry)) {
		n := n.Get(section)
		if n == nil || n.Kind != syntax.Object {
			return
		}
		t.faults = append(t.faults, duplicates(n)...)
		list, problem := t.entries(n)
		if problem != "" {
			l.unreadable("not all is read of "+problem, n.Span())
		}
		for _, e := range list {
			f(e)
		}
	}
	each("Parameters", func(e entry) {
		t.parameters[e.name] = e.value
		t.faults = append(t.faults, duplicates(e.value)...)
		if _, ok := t.given[e.name]; ok {
			l.unit.Declared = append(l.unit.Declared, e.name)
		}
	})
	each("Mappings", func(e entry) {
		t.mappings[e.name] = e.value
		t.faults = append(t.faults, duplicates(e.value)...)
	})
	each("Conditions", func(e entry) {
		t.conditions[e.name] = e
		t.within(e.loops, func() *syntax.Node { t.labels[t.named(e.value).name] = e.name; return nil })
	})
	var endpoints, all []entry
	each("Resources", func(e entry) {
		all = append(all, e)
		kind, _ := e.value.Get("Type").Literal()
		t.resources[e.name] = kind
		if kind == endpointResource {
			endpoints = append(endpoints, e)
		}
		t.networked[e.name] = e.value.Get("Properties").Get("VpcConfig") != nil
	})
	for _, e := range endpoints {
		if l.ended() {
			return
		}
		l.vpcEndpoint(t, e)
	}
	l.uses(t, all)
	l.nested(t, all)
	for _, e := range all {
		if body := e.value.Get("Properties").Get("TemplateBody"); body != nil && body.Kind == syntax.String && t.resources[e.name] == stackSetResource {
			l.templateText(body)
		}
	}
}

// vpcEndpoint reads an AWS::EC2::VPCEndpoint (CloudFormation Template
// Reference) on every course of the template's conditions. An endpoint that the
// defaults of parameters leave out is read as it is where they are set otherwise:
// that is what its policy is written for.
func (l *load) vpcEndpoint(t *template, e entry) {
	t.within(e.loops, func() *syntax.Node {
		name, conditional := t.looped(e.value.Get("Condition")).Literal()
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
			for i, one := range list {
				one.Policy = l.bounded(one.Policy)
				if i == 0 {
					one.Faults, t.faults = append(t.faults, one.Faults...), nil
				}
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
		value := parameter.Get("Default")
		if value != nil && !t.opened[name] && slices.Contains(defaults, value.Span()) {
			t.opened[name], opened = true, true
		}
	}
	return opened
}

// defaultOf is the default of a parameter; nil when there is none, or none that
// counts.
func (t *template) defaultOf(name string, parameter *syntax.Node) *syntax.Node {
	if t.opened[name] || t.kept[name] || t.unsaid {
		return nil
	}
	return parameter.Get("Default")
}

// resolvedEndpoint reads an endpoint on the template's course.
func (l *load) resolvedEndpoint(t *template, e entry) *policy.Endpoint {
	out := &policy.Endpoint{Name: e.name, Span: e.key.Span()}
	out.Ignores = ignores(e.value.Get("Metadata").Get("eplint").Get("ignore"))
	out.Construct, _ = e.value.Get("Metadata").Get("aws:cdk:path").Literal()
	properties := e.value.Get("Properties")
	out.Faults = duplicates(e.value)
	if properties == nil {
		properties = &syntax.Node{Kind: syntax.Object, Place: e.key.Place}
	}
	if _, _, call := function(properties); call || properties.Kind != syntax.Object {
		properties = t.resolve(properties)
	}
	var list []entry
	if properties != nil && properties.Kind == syntax.Object {
		var problem string
		if list, problem = t.entries(properties); problem != "" {
			properties = unknown(properties, problem)
		}
	}
	values := map[string]entry{}
	if properties != nil && properties.Kind == syntax.Object {
		out.Faults = append(out.Faults, duplicates(properties)...)
		out.Faults = append(out.Faults, misspelled(properties, endpointProperties...)...)
	}
	for _, one := range list {
		if strings.HasPrefix(one.name, "Fn::") {
			properties = unknown(properties, one.name)
		}
		values[one.name] = one
	}
	if properties != nil && properties.Kind == syntax.Hole {
		unknown := properties.Text()
		out.Service, out.Type, out.Vpc = unknown, unknown, unknown
		out.Policy = l.read(properties)
		return out
	}
	property := func(name string) *syntax.Node {
		one, ok := values[name]
		if !ok {
			return nil
		}
		return t.within(one.loops, func() *syntax.Node { return dynamic(t.resolve(one.value)) })
	}
	out.Service = property("ServiceName").Text()
	out.Type = property("VpcEndpointType").Text()
	if out.Type.Absent() {
		out.Type = policy.Text{Parts: []policy.Part{{Literal: "Gateway"}}}
	}
	out.Policy = l.read(property("PolicyDocument"))
	kind, _ := out.Type.Literal()
	routes, names := property("RouteTableIds"), property("PrivateDnsEnabled")
	switch kind {
	case "Gateway":
		out.Unused = routes == nil || routes.Kind == syntax.Array && len(routes.Items) == 0
		out.Used = routes != nil && routes.Kind == syntax.Array && len(routes.Items) > 0
	case "Interface":
		enabled, known := names.Literal()
		out.Unused = names == nil || known && enabled != "true"
		out.Used = known && enabled == "true"
	}
	// Of the network no more need be known than that two are the same, so that
	// it is no reason for variants.
	t.course.asking = false
	out.Vpc = property("VpcId").Text()
	t.course.asking = true
	return out
}
