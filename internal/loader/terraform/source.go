package terraform

import (
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/eplint/eplint/internal/loader/syntax"
	"github.com/eplint/eplint/internal/source"
)

// source finds the module that a call is of: one of these files, one that is
// installed, or one that is known by its source. It is nil when its configuration
// is not there.
func (e *evaluator) source(i *instance, d *declaration) (*module, *model) {
	from, ok := e.sourceText(i, d)
	if !ok {
		return nil, nil
	}
	if isLocal(from) {
		dir := path.Join(i.module.dir, from)
		return e.directory(dir), nil
	}
	if isEndpointsModule(from) {
		m := e.endpointsModule()
		return m.module, m
	}
	key := d.name
	for up := i; up.parent != nil; up = up.parent {
		key = up.call.name + "." + key
	}
	dir, ok := e.installedAt(key)
	if !ok {
		return nil, nil
	}
	return e.directory(dir), nil
}

// sourceText is what a call says that its module is.
func (e *evaluator) sourceText(i *instance, d *declaration) (string, bool) {
	x, ok := d.body.argument("source")
	if !ok {
		return "", false
	}
	return e.quietly(func() *syntax.Node { return e.value(x, &scope{in: i}) }).Literal()
}

// matters reports whether a call can lead to an endpoint, as far as the bytes of
// local modules tell.
func (e *evaluator) matters(i *instance, d *declaration) bool {
	from, ok := e.sourceText(i, d)
	return !ok || !isLocal(from) || e.options.Scan == nil || e.options.Scan.Leads(nil, path.Join(i.module.dir, from), e.options)
}

// mayHoldEndpoints reports whether the name or source of a module that is not
// there says that it makes endpoints.
func mayHoldEndpoints(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "endpoint") || strings.Contains(name, "vpce")
}

func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || source == "." || source == ".."
}

// installedAt is the directory of a module that was installed (the file
// modules.json, which `terraform init` writes).
func (e *evaluator) installedAt(key string) (string, bool) {
	if e.installed == nil {
		e.installed = map[string]string{}
		f, err := e.file(path.Join(e.rootDir, ".terraform/modules/modules.json"))
		if err == nil && len(f.Text) <= maxBytes {
			if values, problem := syntax.Parse(f); problem == nil && len(values) == 1 {
				if list := values[0].Get("Modules"); list != nil {
					for _, item := range list.Items {
						name, _ := item.Get("Key").Literal()
						dir, _ := item.Get("Dir").Literal()
						if name != "" && dir != "" && !strings.HasPrefix(dir, "/") {
							e.installed[name] = path.Join(e.rootDir, strings.ReplaceAll(dir, `\`, "/"))
						}
					}
				}
			}
		}
	}
	dir, ok := e.installed[key]
	return dir, ok
}

// A model is a module that is known by its source, written out as far as its
// endpoints need. Nothing may point at it, since no file holds it.
type model struct {
	module *module
	file   *source.File
}

// isEndpointsModule recognises the submodule vpc-endpoints of the public module
// terraform-aws-modules/vpc/aws.
func isEndpointsModule(from string) bool {
	from = strings.TrimPrefix(from, "registry.terraform.io/")
	from = strings.TrimPrefix(from, "registry.opentofu.org/")
	before, after, ok := strings.Cut(from, "//modules/vpc-endpoints")
	return ok && (after == "" || strings.HasPrefix(after, "?") || after == "/") &&
		(before == "terraform-aws-modules/vpc/aws" || strings.Contains(before, "terraform-aws-modules/terraform-aws-vpc"))
}

// endpointsModel is what that module does with its inputs, in its versions 3 to 6.
const endpointsModel = `
variable "create" { default = true }
variable "endpoints" { default = {} }
variable "vpc_id" { default = null }
variable "region" { default = null }
locals {
  endpoints = { for k, v in var.endpoints : k => v if var.create && try(coalesce(v.create, true), true) }
}
data "aws_vpc_endpoint_service" "this" {
  for_each     = local.endpoints
  region       = var.region
  service      = try(each.value.service, null)
  service_name = try(each.value.service_name, null)
}
resource "aws_vpc_endpoint" "this" {
  for_each          = local.endpoints
  region            = try(coalesce(each.value.service_region, var.region), var.region)
  vpc_id            = var.vpc_id
  service_name      = try(coalesce(each.value.service_endpoint), data.aws_vpc_endpoint_service.this[each.key].service_name)
  vpc_endpoint_type = try(coalesce(each.value.service_type), "Interface")
  policy            = try(each.value.policy, null)
}
output "endpoints" { value = aws_vpc_endpoint.this }
`

func (e *evaluator) endpointsModule() *model {
	if e.model == nil {
		f := source.NewFile("the module vpc-endpoints", []byte(endpointsModel))
		e.model = &model{module: e.parsed("", nil), file: f}
		file := e.native(f)
		e.model.module.add(file, fileText(f), false)
	}
	return e.model
}

// modelled is the place of an endpoint of a module that is known by its source:
// its name among those that the call gives, else the call.
func (e *evaluator) modelled(s *site) source.Span {
	call := s.in.call.at
	if each := s.key.names["each"]; each != nil && !s.key.unknown {
		if at := each.Get("key").Span(); at.File != nil && at.File != e.model.file {
			return at
		}
	}
	return call
}

// placed is a value of an endpoint, with no place outside of the files.
func (e *evaluator) placed(n *syntax.Node, s *site) *syntax.Node {
	if e.model == nil || n.Span().File != e.model.file {
		return n
	}
	out := *n
	out.Place = syntax.At(e.modelled(s))
	if isHole(n) && s.key.unknown {
		out.Hole.Ref = bounded(s.in.named("endpoints"))
	}
	if n.Kind == syntax.String && len(n.Parts) > 0 {
		out.Parts = nil
		for _, p := range n.Parts {
			out.Parts = append(out.Parts, syntax.Part{Text: p.Text, Hole: p.Hole})
		}
	}
	return &out
}

// providerArgument is the provider that a call of a module gives to a name of the
// module's; empty when it gives none.
func providerArgument(x expression, name string) string {
	if x.json != nil {
		text, _ := x.json.Get(name).Literal()
		return text
	}
	object, ok := x.hcl.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return ""
	}
	for _, item := range object.Items {
		k, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
		if ok && (expression{hcl: k.Wrapped, text: x.text}).keyword() == name {
			return expression{hcl: item.ValueExpr, text: x.text}.keyword()
		}
	}
	return ""
}
