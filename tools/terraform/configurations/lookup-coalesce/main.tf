variable "overrides" {
  type = map(string)
  default = {
    sid    = "Custom"
    effect = "Allow"
  }
}

variable "extra_actions" {
  type    = list(string)
  default = []
}

variable "account" {
  type    = string
  default = ""
}

locals {
  defaults = { effect = "Deny", action = "sns:Publish", resource = "*" }
  chosen   = merge(local.defaults, var.overrides, { resource = "arn:aws:sns:eu-west-1:111122223333:alerts" })
}

resource "aws_vpc_endpoint" "sns" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = coalesce(null, "", "com.amazonaws.eu-west-1.sns")
  vpc_endpoint_type = lookup({ sns = "Interface" }, "sns", "Gateway")

  policy = jsonencode({
    Version = lookup(var.overrides, "version", "2012-10-17")
    Statement = [{
      Sid       = lookup(local.chosen, "sid", "Default")
      Effect    = local.chosen["effect"]
      Principal = { AWS = coalesce(var.account, "111122223333") }
      Action    = coalescelist(var.extra_actions, [local.chosen.action])
      Resource  = local.chosen.resource
    }]
  })
}
