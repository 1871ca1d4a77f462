resource "aws_vpc_endpoint" "this" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = local.service_name
  vpc_endpoint_type = "Interface"
  policy            = local.policy
}

locals {
  policy       = jsonencode({ Version = local.version, Statement = local.statements })
  statements   = [local.statement]
  service_name = join(".", [local.namespace, local.region, local.service])
}
