locals {
  files    = fileset(path.module, "policies/*.json")
  policies = { for f in local.files : trimsuffix(basename(f), ".json") => file("${path.module}/${f}") }
}

resource "aws_vpc_endpoint" "this" {
  for_each = local.policies

  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = each.key == "s3" ? "Gateway" : "Interface"
  policy            = each.value
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = fileexists("${path.module}/policies/dynamodb.json") ? file("${path.module}/policies/dynamodb.json") : jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "*", Resource = "*" }] })
}
