locals {
  config = yamldecode(file("${path.module}/endpoints.yaml"))
}

resource "aws_vpc_endpoint" "this" {
  for_each = local.config.endpoints

  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.${local.config.region}.${each.key}"
  vpc_endpoint_type = try(each.value.type, "Interface")

  policy = jsonencode({
    Version   = local.config.version
    Statement = [for s in each.value.statements : merge({ Effect = "Allow", Principal = "*", Resource = "*" }, s)]
  })
}
