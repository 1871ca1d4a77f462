variable "endpoints" {
  type = map(object({
    service = optional(string)
    type    = optional(string, "Interface")
    statements = optional(list(object({
      sid        = optional(string, "")
      effect     = optional(string, "Allow")
      actions    = list(string)
      resources  = optional(list(string), ["*"])
      principals = optional(map(list(string)), { AWS = ["*"] })
    })), [])
    tags = optional(map(string), {})
  }))
  default = {
    s3 = {
      type = "Gateway"
      statements = [
        { actions = ["s3:GetObject"] },
        { sid = "Own", effect = "Deny", actions = ["s3:PutObject"], principals = { AWS = ["444455556666"] } },
      ]
    }
    registry = {
      service = "ecr.api"
      tags    = { Team = "build" }
    }
  }
}

resource "aws_vpc_endpoint" "this" {
  for_each = var.endpoints

  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.${coalesce(each.value.service, each.key)}"
  vpc_endpoint_type = each.value.type

  policy = length(each.value.statements) == 0 ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [for s in each.value.statements : {
      Sid       = s.sid
      Effect    = s.effect
      Principal = s.principals
      Action    = s.actions
      Resource  = s.resources
    }]
  })

  tags = each.value.tags
}
