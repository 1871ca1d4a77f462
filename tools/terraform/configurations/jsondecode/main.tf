locals {
  settings = jsondecode(file("${path.module}/settings.json"))
  policy   = jsondecode(file("${path.module}/policy.json"))
  widened = merge(local.policy, {
    Statement = [for s in local.policy.Statement : merge(s, { Resource = local.settings.resources })]
  })
}

resource "aws_vpc_endpoint" "logs" {
  vpc_id            = local.settings.vpc.id
  service_name      = "com.amazonaws.${local.settings.region}.logs"
  vpc_endpoint_type = "Interface"
  policy            = jsonencode(local.widened)
}
