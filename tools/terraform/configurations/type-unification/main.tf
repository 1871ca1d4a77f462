variable "labels" {
  type    = map(string)
  default = { number = 7, truth = true, text = "x" }
}

variable "grant" {
  type = object({
    actions = set(string)
    enabled = bool
  })
  default = {
    actions = ["sns:Publish", "sns:GetTopicAttributes", "sns:Publish"]
    enabled = "true"
    ignored = "an attribute that the type lacks"
  }
}

variable "mixed" {
  type    = list(any)
  default = ["a", 1, true]
}

locals {
  either  = var.grant.enabled ? { Sid = "A", Effect = "Allow" } : { Sid = "B", Effect = "Deny" }
  maybe   = var.grant.enabled ? ["sns:ListTopics"] : []
  numbers = var.grant.enabled ? 1 : "two"
}

resource "aws_vpc_endpoint" "sns" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sns"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      merge(local.either, { Principal = "*", Action = var.grant.actions, Resource = "*" }),
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = concat(local.maybe, tolist(var.grant.actions))
        Resource  = "*"
        Condition = {
          StringEquals = merge(
            { for k, v in var.labels : "aws:PrincipalTag/${k}" => v },
            { "aws:PrincipalTag/mixed" = var.mixed, "aws:PrincipalTag/numbers" = local.numbers, "aws:PrincipalTag/keys" = keys(var.grant) },
          )
        }
      },
    ]
  })
}
