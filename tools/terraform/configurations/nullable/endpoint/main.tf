variable "action" {
  type    = string
  default = "sts:*"
}

variable "effect" {
  type     = string
  default  = "Allow"
  nullable = false
}

variable "settings" {
  type = object({
    resources = optional(list(string))
    principal = optional(object({
      AWS = optional(string, "111122223333")
    }), {})
  })
  default = {}
}

resource "aws_vpc_endpoint" "sts" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sts"
  vpc_endpoint_type = "Interface"
  policy            = jsonencode({ Statement = [{ Effect = var.effect, Principal = var.settings.principal, Action = var.action, Resource = coalesce(var.settings.resources, ["*"]) }] })
}
