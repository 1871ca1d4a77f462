variable "networks" {
  default = {
    shop = {
      vpc_id   = "vpc-00000000000000001"
      services = ["sqs", "sns"]
    }
    office = {
      vpc_id   = "vpc-00000000000000002"
      services = ["sqs"]
    }
  }
}

locals {
  endpoints = flatten([
    for name, network in var.networks : [
      for service in network.services : {
        key     = "${name}-${service}"
        vpc_id  = network.vpc_id
        service = service
      }
    ]
  ])

  pairs = { for pair in setproduct(["eu-west-1", "eu-west-2"], ["kms", "sts"]) : join("/", pair) => pair }
}

resource "aws_vpc_endpoint" "this" {
  for_each = { for endpoint in local.endpoints : endpoint.key => endpoint }

  vpc_id            = each.value.vpc_id
  service_name      = "com.amazonaws.eu-west-1.${each.value.service}"
  vpc_endpoint_type = "Interface"
  policy            = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "${each.value.service}:*", Resource = "*", Condition = { StringEquals = { "aws:SourceVpc" = each.value.vpc_id } } }] })
}

resource "aws_vpc_endpoint" "regional" {
  for_each = local.pairs

  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.${each.value[0]}.${each.value[1]}"
  vpc_endpoint_type = "Interface"
  service_region    = each.value[0]
  policy            = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "${each.value[1]}:*", Resource = "*" }] })
}
