package loader

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eplint/eplint/internal/policy"
)

// summarised is each endpoint on a line: its name and service, and of its policy
// the resources of each statement, with what is not known as ${…}.
func summarised(unit Unit) []string {
	var list []string
	for i := range unit.Endpoints {
		e := &unit.Endpoints[i]
		line := e.Name + " " + e.Service.String() + ": "
		switch e.Policy.State {
		case policy.Default:
			line += "none"
		case policy.Undetermined:
			line += e.Policy.Why
		default:
			var statements []string
			for _, s := range e.Policy.Variants[0].Doc.Statements {
				text := s.Unread
				if text == "" {
					var values []string
					for _, v := range s.Resources.Values {
						values = append(values, v.String())
					}
					text = strings.Join(values, " ")
				}
				statements = append(statements, text)
			}
			line += strings.Join(statements, " | ")
		}
		if e.When != "" {
			line += ", when " + e.When
		}
		list = append(list, line)
	}
	for _, f := range unit.Findings {
		list = append(list, f.Span.File.Path+": "+f.Message)
	}
	return list
}

// policyOf is the expression of a policy with one statement about a resource.
func policyOf(resource string) string {
	return `jsonencode({ Statement = [` + statementOf(resource) + `] })`
}

func statementOf(resource string) string {
	return `{ Effect = "Allow", Principal = "*", Action = "*", Resource = ` + resource + ` }`
}

func TestConfigurationsAreReadAsFarAsTheyAreKnown(t *testing.T) {
	endpoint := func(more string) string {
		return "resource \"aws_vpc_endpoint\" \"e\" {\n  service_name = \"s\"\n" + more + "\n}\n"
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{
			"a collection that is not known is one instance",
			map[string]string{"main.tf": "variable \"all\" {}\n" + endpoint("for_each = var.all\npolicy = each.value.policy")},
			[]string{"aws_vpc_endpoint.e s: it comes from each.value.policy"},
		}, {
			"a collection that is empty by default is not known",
			map[string]string{"main.tf": "variable \"all\" { default = {} }\n" + endpoint("for_each = var.all\npolicy = "+policyOf("each.key"))},
			[]string{"aws_vpc_endpoint.e s: ${each.key}"},
		}, {
			"a count that is not known",
			map[string]string{"main.tf": "variable \"n\" {}\n" + endpoint("count = var.n\npolicy = "+policyOf(`"a${count.index}"`))},
			[]string{"aws_vpc_endpoint.e s: a${count.index}"},
		}, {
			"a condition that only says whether it is there",
			map[string]string{"main.tf": "variable \"on\" {}\n" + endpoint("count = var.on ? 1 : 0\npolicy = "+policyOf(`"a"`))},
			[]string{"aws_vpc_endpoint.e[0] s: a"},
		}, {
			"defaults that leave it out",
			map[string]string{"main.tf": "variable \"on\" { default = false }\nlocals { n = var.on && true ? 1 : 0 }\n" + endpoint("count = local.n\npolicy = "+policyOf(`"a"`))},
			[]string{"aws_vpc_endpoint.e[0] s: a"},
		}, {
			"what is left out for good",
			map[string]string{"main.tf": endpoint("count = 0")},
			nil,
		}, {
			"values that leave it out",
			map[string]string{"main.tf": "variable \"on\" { default = true }\n" + endpoint("count = var.on ? 1 : 0"), "terraform.tfvars": "on = false\n"},
			nil,
		}, {
			"undecided conditions",
			map[string]string{"main.tf": "variable \"env\" {}\n" + endpoint("policy = var.env == \"prod\" ? "+policyOf(`"p"`)+" : var.env == \"dev\" ? "+policyOf(`"d"`)+" : null")},
			[]string{`aws_vpc_endpoint.e s: p, when var.env is "prod"`, `aws_vpc_endpoint.e s: d, when var.env is "dev"`, `aws_vpc_endpoint.e s: none, when var.env is none of "prod" and "dev"`},
		}, {
			"one condition in two places",
			map[string]string{"main.tf": "variable \"open\" {}\nlocals { open = var.open }\n" + endpoint("policy = "+policyOf(`[var.open ? "a" : "b", !local.open ? "c" : "d"]`))},
			[]string{"aws_vpc_endpoint.e s: a d, when var.open is true", "aws_vpc_endpoint.e s: b c, when var.open is false"},
		}, {
			"what is decided goes first",
			map[string]string{"main.tf": "variable \"x\" {}\n" + endpoint("policy = var.x && false ? null : "+policyOf(`"a"`))},
			[]string{"aws_vpc_endpoint.e s: a"},
		}, {
			"more conditions than there are courses",
			map[string]string{"main.tf": "variable \"x\" {}\n" + endpoint("policy = "+policyOf(`[var.x.a ? "a" : "A", var.x.b ? "b" : "B", var.x.c ? "c" : "C", var.x.d ? "d" : "D", var.x.e ? "e" : "E"]`)+"\nlifecycle {}")},
			nil, // below
		}, {
			"statements that are not known",
			map[string]string{"main.tf": "variable \"more\" {}\n" + endpoint("policy = jsonencode({ Statement = concat(["+statementOf(`"a"`)+"], var.more, [merge("+statementOf(`"b"`)+", var.last)]) })")},
			[]string{`aws_vpc_endpoint.e s: a | it comes from var.more | an element of it comes from var.last`},
		}, {
			"dynamic statements that are not known",
			map[string]string{"main.tf": "variable \"more\" {}\n" + endpoint("policy = data.aws_iam_policy_document.d.json") + `
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = concat([{ r = "a" }], var.more)
    content {
      actions   = ["*"]
      resources = [statement.value.r]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}
`},
			[]string{"aws_vpc_endpoint.e s: a | it comes from var.more"},
		}, {
			"documents that are not known",
			map[string]string{"main.tf": "variable \"more\" {}\n" + endpoint("policy = data.aws_iam_policy_document.d.json") + `
resource "aws_vpc_endpoint" "f" {
  service_name = "s"
  policy       = data.aws_iam_policy_document.overridden.json
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [var.more]
  statement {
    sid       = "S"
    actions   = ["*"]
    resources = ["a"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
data "aws_iam_policy_document" "overridden" {
  source_policy_documents   = [data.aws_iam_policy_document.d.json]
  override_policy_documents = [var.more]
}
`},
			[]string{"aws_vpc_endpoint.e s: it comes from var.more | a", "aws_vpc_endpoint.f s: it comes from data.aws_iam_policy_document.overridden.json"},
		}, {
			"policies that are set twice, and for nobody knows whom",
			map[string]string{"main.tf": "variable \"id\" {}\n" + endpoint("policy = "+policyOf(`"a"`)) + `
resource "aws_vpc_endpoint" "f" { service_name = "s" }
resource "aws_vpc_endpoint" "g" { service_name = "s" }
resource "aws_vpc_endpoint_policy" "e" {
  vpc_endpoint_id = aws_vpc_endpoint.e.id
  policy          = "{\"Statement\": []}"
}
resource "aws_vpc_endpoint_policy" "f" {
  count           = 2
  vpc_endpoint_id = aws_vpc_endpoint.f.id
  policy          = "{\"Statement\": []}"
}
resource "aws_vpc_endpoint_policy" "other" {
  vpc_endpoint_id = var.id
  policy          = ` + policyOf(`"o"`) + `
}
resource "aws_vpc_endpoint_policy" "elsewhere" {
  vpc_endpoint_id = "vpce-1"
  policy          = ` + policyOf(`"x"`) + `
}
`},
			[]string{
				"aws_vpc_endpoint.e s: it is set twice: see aws_vpc_endpoint_policy.e",
				"aws_vpc_endpoint.f s: it is set twice: see aws_vpc_endpoint_policy.f[0]",
				"aws_vpc_endpoint.g s: it may be aws_vpc_endpoint_policy.other, whose endpoint is not known",
				"aws_vpc_endpoint_policy.other : o",
				"aws_vpc_endpoint_policy.elsewhere : x",
			},
		}, {
			"the policy of a module's endpoint",
			map[string]string{
				"main.tf":   "module \"m\" { source = \"./m\" }\nresource \"aws_vpc_endpoint_policy\" \"p\" {\n  vpc_endpoint_id = module.m.ids[0]\n  policy = " + policyOf(`"a"`) + "\n}\n",
				"m/main.tf": endpoint("") + "output \"ids\" { value = [aws_vpc_endpoint.e.id] }\n",
			},
			[]string{"module.m.aws_vpc_endpoint.e s: a"},
		}, {
			"override files",
			map[string]string{
				"main.tf":            endpoint("policy = "+policyOf(`"a"`)) + "locals { x = \"l\" }\n",
				"b_override.tf":      "resource \"aws_vpc_endpoint\" \"e\" { policy = " + policyOf(`local.x`) + " }\n",
				"override.tf.json":   `{"locals": {"x": "o"}}`,
				"no_override_not.tf": "locals { y = 1 }\n",
			},
			[]string{"aws_vpc_endpoint.e s: o"},
		}, {
			"files of OpenTofu go before those of Terraform",
			map[string]string{"main.tf": endpoint(""), "main.tofu": endpoint("policy = " + policyOf(`"t"`))},
			[]string{"aws_vpc_endpoint.e s: t"},
		}, {
			"regions of providers",
			map[string]string{"main.tf": `
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
provider "aws" {
  alias   = "other"
  profile = "other"
}
data "aws_vpc_endpoint_service" "s3" { service = "s3" }
data "aws_vpc_endpoint_service" "west" {
  provider = aws.west
  service  = "s3"
}
data "aws_vpc_endpoint_service" "here" {
  region  = "eu-north-1"
  service = "s3"
}
data "aws_caller_identity" "current" {}
data "aws_caller_identity" "other" { provider = aws.other }
resource "aws_vpc_endpoint" "a" {
  service_name = data.aws_vpc_endpoint_service.s3.service_name
  policy       = ` + policyOf(`"${data.aws_caller_identity.current.account_id} ${data.aws_caller_identity.other.account_id}"`) + `
}
resource "aws_vpc_endpoint" "b" { service_name = data.aws_vpc_endpoint_service.west.service_name }
resource "aws_vpc_endpoint" "c" { service_name = data.aws_vpc_endpoint_service.here.service_name }
resource "aws_vpc_endpoint" "d" {
  provider     = aws.other
  region       = "eu-south-1"
  service_name = "com.amazonaws.${data.aws_region.elsewhere.name}.s3"
}
data "aws_region" "elsewhere" { provider = aws.other }
`},
			[]string{
				"aws_vpc_endpoint.a com.amazonaws.eu-west-1.s3: ${data.aws_caller_identity.current.account_id} ${data.aws_caller_identity.other.account_id}",
				"aws_vpc_endpoint.b com.amazonaws.us-west-2.s3: none",
				"aws_vpc_endpoint.c com.amazonaws.eu-north-1.s3: none",
				"aws_vpc_endpoint.d com.amazonaws.eu-south-1.s3: none",
			},
		}, {
			"values that hang on themselves",
			map[string]string{"main.tf": "locals {\n  a = local.b\n  b = local.a\n}\n" + endpoint("policy = local.a")},
			[]string{"aws_vpc_endpoint.e s: it comes from local.a, which hangs on itself"},
		}, {
			"a module that calls itself",
			map[string]string{"main.tf": endpoint("") + "module \"m\" { source = \"./m\" }\n", "m/main.tf": "module \"n\" { source = \"../m\" }\n"},
			[]string{"aws_vpc_endpoint.e s: none"},
		}, {
			"more instances than are told apart",
			map[string]string{"main.tf": endpoint("count = 100000\npolicy = " + policyOf(`"a"`))},
			[]string{"aws_vpc_endpoint.e s: a"},
		}, {
			"a policy that defaults leave out",
			map[string]string{"main.tf": "variable \"all\" { default = {} }\nlocals { known = " + policyOf(`"a"`) + " }\n" + endpoint("policy = try(var.all[\"s3\"].policy, null)") + `
resource "aws_vpc_endpoint" "f" {
  service_name = "s"
  policy       = try(var.all["s3"].policy, local.known)
}
resource "aws_vpc_endpoint" "g" {
  service_name = "s"
  policy       = lookup(var.all, "s3", null)
}
`},
			[]string{"aws_vpc_endpoint.e s: it comes from var.all", "aws_vpc_endpoint.f s: a", "aws_vpc_endpoint.g s: it comes from var.all"},
		}, {
			"a call that makes nothing",
			map[string]string{"main.tf": endpoint("") + "module \"m\" {\n  source = \"./m\"\n  count = 0\n}\n", "m/main.tf": endpoint("")},
			[]string{"aws_vpc_endpoint.e s: none"},
		}, {
			"types with defaults of their own",
			map[string]string{"main.tf": "module \"m\" {\n  source = \"./m\"\n  all = { a = {}, b = { policy = " + policyOf(`"b"`) + ", other = 1 } }\n}\n", "m/main.tf": `
variable "all" {
  type = map(object({ service = optional(string, "kms"), policy = optional(string) }))
}
resource "aws_vpc_endpoint" "e" {
  for_each     = var.all
  service_name = each.value.service
  policy       = each.value.policy
}
`},
			[]string{`module.m.aws_vpc_endpoint.e["a"] kms: none`, `module.m.aws_vpc_endpoint.e["b"] kms: b`},
		}, {
			"parts of a text that are not known",
			map[string]string{"main.tf": "variable \"x\" {}\n" + endpoint("policy = "+policyOf(`[format("%s-%s", "a", var.x), join("/", ["b", var.x]), replace("c-R", "R", data.aws_region.r.name), trimspace(" d${var.x} "), lower(var.x), provider::aws::arn_build("aws", "s3", "", "", var.x), split(",", "e,f")[1]]`)) + "data \"aws_region\" \"r\" {}\n"},
			[]string{"aws_vpc_endpoint.e s: a-${var.x} b/${var.x} c-${data.aws_region.r.name} d${var.x} ${lower(var.x)} arn:aws:s3:::${var.x} f"},
		}, {
			"a module that is installed",
			map[string]string{
				"main.tf":                         "module \"m\" {\n  source = \"git::https://example.com/vpc\"\n  policy = " + policyOf(`"a"`) + "\n}\n" + endpoint(""),
				".terraform/modules/modules.json": `{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"m","Source":"git::https://example.com/vpc","Dir":".terraform/modules/m"}]}`,
				".terraform/modules/m/main.tf":    "variable \"policy\" {}\nresource \"aws_vpc_endpoint\" \"i\" {\n  service_name = \"s\"\n  policy = var.policy\n}\n",
			},
			[]string{"module.m.aws_vpc_endpoint.i s: a", "aws_vpc_endpoint.e s: none"},
		}, {
			"a public module of which nothing is known",
			map[string]string{"main.tf": "variable \"endpoints\" {}\nmodule \"m\" {\n  source = \"terraform-aws-modules/vpc/aws//modules/vpc-endpoints\"\n  endpoints = var.endpoints\n}\n"},
			[]string{"module.m.aws_vpc_endpoint.this ${module.m.endpoints}: it comes from module.m.endpoints"},
		}, {
			"attributes of resources",
			map[string]string{"main.tf": endpoint("policy = "+policyOf(`[aws_s3_bucket.b.arn, "${aws_sqs_queue.q.name}", aws_s3_bucket.none.id, module.gone.arn, aws_ssm_parameter.p.value]`)) + `
resource "aws_s3_bucket" "b" { bucket = "mine" }
resource "aws_sqs_queue" "q" { name = "jobs" }
resource "aws_ssm_parameter" "p" {}
`},
			[]string{"aws_vpc_endpoint.e s: ${aws_s3_bucket.b.arn} jobs ${aws_s3_bucket.none.id} ${module.gone.arn} ${aws_ssm_parameter.p.value}"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := summarised(loadFiles(t, c.files, Options{}))
			if c.want == nil && len(got) > maxVariants/2 {
				if len(got) > maxVariants {
					t.Errorf("%d variants", len(got))
				}
				return
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
