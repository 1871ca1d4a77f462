package terraform

import (
	"strings"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/policy"
)

// dataAttribute is an attribute of a data source (documentation of the provider
// hashicorp/aws, "Data Sources").
func (e *evaluator) dataAttribute(r *site, s *scope, name, ref string, at syntax.Place) *syntax.Node {
	kind := strings.TrimPrefix(r.d.kind, "data.")
	provider := e.providerOf(r.in, r.d.body)
	if kind == "aws_iam_policy_document" {
		switch name {
		case "json", "minified_json":
			n := e.once(r.in, ref, at, func() *syntax.Node { return e.policyDocument(r, s, at) })
			return elsewhere(n, at)
		}
	}
	switch kind + "." + name {
	case "aws_caller_identity.account_id", "aws_caller_identity.id":
		if !provider.other {
			return holeOf(policy.OwnAccount, ref, at)
		}
	case "aws_organizations_organization.id":
		if !provider.other {
			return holeOf(policy.OwnOrganization, ref, at)
		}
	case "aws_region.name", "aws_region.region", "aws_region.id":
		for _, given := range []string{"name", "region"} {
			if x, ok := r.d.body.argument(given); ok {
				if n := e.value(x, s); n.Kind != syntax.Null {
					return n
				}
			}
		}
		return e.regionOf(r.in, r.d.body, s, ref, at)
	case "aws_partition.partition", "aws_partition.id":
		return e.partitionOf(r.in, r.d.body, s, ref, at)
	case "aws_partition.dns_suffix":
		region := e.regionOf(r.in, r.d.body, s, ref, at)
		if text, ok := region.Literal(); ok {
			if strings.HasPrefix(text, "cn-") {
				return stringOf("amazonaws.com.cn", at)
			}
			return stringOf("amazonaws.com", at)
		}
	case "aws_partition.reverse_dns_prefix":
		region := e.regionOf(r.in, r.d.body, s, ref, at)
		if text, ok := region.Literal(); ok && strings.HasPrefix(text, "cn-") {
			return stringOf("cn.com.amazonaws", at)
		} else if ok {
			return stringOf("com.amazonaws", at)
		}
	case "aws_vpc_endpoint_service.service_name":
		return e.serviceName(r, s, ref, at)
	}
	if x, ok := r.d.body.argument(name); ok {
		value := e.value(x, s)
		if !isHole(value) {
			return value
		}
	}
	return unknown(ref, at)
}

// serviceName is the name of the service that data.aws_vpc_endpoint_service
// finds.
func (e *evaluator) serviceName(r *site, s *scope, ref string, at syntax.Place) *syntax.Node {
	if x, ok := r.d.body.argument("service_name"); ok {
		if n := e.value(x, s); n.Kind != syntax.Null {
			return n
		}
	}
	x, ok := r.d.body.argument("service")
	if !ok {
		return unknown(ref, at)
	}
	service := e.value(x, s)
	if isHole(service) || service.Kind == syntax.Null {
		return unknown(ref, at)
	}
	region := e.regionOf(r.in, r.d.body, s, "data.aws_region", at)
	if n := x; n.hcl != nil || n.json != nil {
		at = syntax.At(service.Span())
	}
	out := &syntax.Node{Kind: syntax.String, Place: at, Parts: []syntax.Part{{Text: "com.amazonaws."}}}
	if !spell(out, region) {
		return unknown(ref, at)
	}
	out.Parts = append(out.Parts, syntax.Part{Text: "."})
	if !spell(out, service) {
		return unknown(ref, at)
	}
	return out
}

// A provider is the configuration of the provider of a block.
type provider struct {
	body body
	in   *instance
	// other says that it may be for another account than the default one.
	other bool
}

// providerOf finds the provider of a block: the one that it names, or the default.
// Modules inherit the default one, or get what their call gives them.
func (e *evaluator) providerOf(i *instance, b body) provider {
	name := "aws"
	if x, ok := b.argument("provider"); ok {
		if name = x.keyword(); name == "" {
			return provider{other: true}
		}
	}
	for range maxModules {
		d := i.module.providers[name]
		if d != nil {
			return provider{body: d.body, in: i, other: name != "aws" && otherAccount(d.body)}
		}
		if i.parent == nil {
			break
		}
		given, ok := i.call.body.argument("providers")
		next := ""
		if ok {
			next = providerArgument(given, name)
		}
		if next == "" {
			if name != "aws" {
				return provider{other: true}
			}
			next = name
		}
		name, i = next, i.parent
	}
	return provider{other: name != "aws"}
}

// otherAccount reports whether a provider with an alias may be for another
// account: its credentials are its own.
func otherAccount(b body) bool {
	if len(b.blocks("assume_role"))+len(b.blocks("assume_role_with_web_identity")) > 0 {
		return true
	}
	for _, name := range b.arguments() {
		switch name {
		case "alias", "region", "version", "max_retries", "s3_use_path_style", "default_tags", "ignore_tags", "allowed_account_ids", "forbidden_account_ids":
		default:
			return true
		}
	}
	return false
}

// regionOf is the region of a block: its own, or that of its provider where the
// configuration says it.
func (e *evaluator) regionOf(i *instance, b body, s *scope, ref string, at syntax.Place) *syntax.Node {
	if x, ok := b.argument("region"); ok {
		if n := e.value(x, s); n.Kind != syntax.Null {
			return n
		}
	}
	p := e.providerOf(i, b)
	if p.in != nil {
		if x, ok := p.body.argument("region"); ok {
			n := e.value(x, &scope{in: p.in})
			if text, ok := n.Literal(); ok {
				return derived(stringOf(text, at), n)
			}
		}
	}
	return holeOf(policy.Region, ref, at)
}

// partitionOf is the partition of a block, by its region.
func (e *evaluator) partitionOf(i *instance, b body, s *scope, ref string, at syntax.Place) *syntax.Node {
	region, ok := e.regionOf(i, b, s, ref, at).Literal()
	switch {
	case !ok:
		return holeOf(policy.Partition, ref, at)
	case strings.HasPrefix(region, "cn-"):
		return stringOf("aws-cn", at)
	case strings.HasPrefix(region, "us-gov-"):
		return stringOf("aws-us-gov", at)
	case strings.HasPrefix(region, "us-iso"), strings.HasPrefix(region, "eu-isoe"), strings.HasPrefix(region, "eusc-"):
		return holeOf(policy.Partition, ref, at)
	}
	return stringOf("aws", at)
}
