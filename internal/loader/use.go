package loader

import (
	"slices"
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
	"github.com/eplint/eplint/internal/source"
)

// uses finds the resources of a template that need what AWS services own
// (aws-samples/data-perimeter-policy-examples, service_owned_resources.md). What
// is not known is taken for no need.
func (l *load) uses(t *template, resources []entry) {
	for _, e := range resources {
		u := usage{load: l, template: t, entry: e, kind: t.resources[e.name]}
		if find := u.finder(); find != nil && u.present() {
			t.within(e.loops, func() *syntax.Node { find(); return nil })
		}
	}
}

// matters reports whether the properties of a resource of a type are looked at.
func matters(kind string) bool {
	switch kind {
	case endpointResource, stackResource, stackSetResource, applicationResource, "AWS::Lambda::Function", "AWS::Serverless::Function":
		return true
	}
	return usage{kind: kind}.finder() != nil
}

// A usage is a resource that is looked at for what it needs.
type usage struct {
	*load
	*template
	entry
	kind string
}

func (u usage) finder() func() {
	switch u.kind {
	case "AWS::ECS::TaskDefinition":
		return u.task
	case "AWS::Lambda::Function":
		return func() { u.image(u.property("Code").Get("ImageUri")) }
	case "AWS::Serverless::Function":
		return func() { u.image(u.property("ImageUri")) }
	case "AWS::EC2::Instance", "AWS::AutoScaling::LaunchConfiguration":
		return func() { u.machine(u.raw("ImageId")) }
	case "AWS::EC2::LaunchTemplate":
		return func() { u.machine(u.raw("LaunchTemplateData").Get("ImageId")) }
	case "AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::EKS::FargateProfile", "AWS::EKS::Addon":
		// Nodes pull what makes them nodes from repositories of EKS.
		return func() { u.needs(u.key.Span(), "ecr-service-repos", "ecr-layers") }
	case "AWS::CloudFormation::WaitCondition":
		return func() { u.needs(u.key.Span(), "cfn-waitcondition") }
	case "AWS::SSM::Association":
		return u.association
	case "AWS::SSM::MaintenanceWindowTask", "AWS::SSM::PatchBaseline":
		return func() { u.needs(u.key.Span(), "ssm-agent") }
	case "AWS::IAM::Role":
		return u.role
	}
	if u.kind == "AWS::CloudFormation::CustomResource" || strings.HasPrefix(u.kind, "Custom::") {
		return u.customResource
	}
	return nil
}

func (u usage) needs(span source.Span, owned ...string) {
	for _, id := range owned {
		one := policy.Use{Owned: id, Name: u.name, Type: u.kind, Span: span}
		if !slices.Contains(u.unit.Uses, one) {
			u.unit.Uses = append(u.unit.Uses, one)
		}
	}
}

// present reports whether nothing known leaves the resource out.
func (u usage) present() bool {
	name, conditional := u.entry.value.Get("Condition").Literal()
	return !conditional || u.condition(name).truth != no
}

// raw is a property as it is written.
func (u usage) raw(name string) *syntax.Node { return u.entry.value.Get("Properties").Get(name) }

func (u usage) property(name string) *syntax.Node {
	if n := u.raw(name); n != nil {
		return u.resolve(n)
	}
	return nil
}

func (u usage) task() {
	if list := u.property("ContainerDefinitions"); list != nil {
		for _, container := range list.Items {
			u.image(container.Get("Image"))
		}
	}
}

// image looks at the name of a container's image: the layers of one in a private
// repository of Amazon ECR come from a bucket of ECR's.
func (u usage) image(n *syntax.Node) {
	if n == nil || n.Kind != syntax.String && n.Kind != syntax.Hole {
		return
	}
	for _, p := range n.Text().Parts {
		resource, _, _ := strings.Cut(p.Hole.Ref, ".")
		if strings.Contains(p.Literal, ".dkr.ecr.") || u.resources[resource] == "AWS::ECR::Repository" {
			u.needs(n.Span(), "ecr-layers")
			return
		}
	}
}

// machine looks at the image of an instance. Which one it is tells the name of
// the public parameter that it is looked up by (Systems Manager User Guide,
// "Calling AMI public parameters").
func (u usage) machine(n *syntax.Node) {
	if n == nil {
		return
	}
	text := n.Value
	if name, arg, ok := function(n); ok && name == "Ref" {
		ref, _ := arg.Literal()
		text, _ = u.parameters[ref].Get("Default").Literal()
	}
	switch {
	case !strings.Contains(text, "/aws/service/"):
	case strings.Contains(text, "al2023") || strings.Contains(text, "amazon-linux-2023"):
		u.needs(n.Span(), "al2023-repos")
	case strings.Contains(text, "amazon-linux") || strings.Contains(text, "amzn"):
		u.needs(n.Span(), "al2-repos")
	}
}

func (u usage) association() {
	u.needs(u.key.Span(), "ssm-agent")
	if name := u.property("Name"); name != nil {
		if text, ok := name.Literal(); ok && strings.HasPrefix(text, "AWS-") {
			u.needs(name.Span(), "ssm-documents")
		}
	}
}

// role looks for the policy that makes an instance one that Systems Manager
// manages.
func (u usage) role() {
	list := u.property("ManagedPolicyArns")
	if list == nil {
		return
	}
	for _, item := range list.Items {
		if strings.HasSuffix(item.String(), ":policy/AmazonSSMManagedInstanceCore") {
			u.needs(item.Span(), "ssm-agent")
		}
	}
}

// customResource looks at the function of a custom resource: one that runs in a
// network answers through it.
func (u usage) customResource() {
	token := u.property("ServiceToken")
	if token == nil || token.Kind != syntax.Hole {
		return
	}
	name, _, _ := strings.Cut(token.Hole.Ref, ".")
	if u.networked[name] {
		u.needs(u.key.Span(), "cfn-custom-resource")
	}
}
