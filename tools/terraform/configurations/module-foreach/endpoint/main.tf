variable "name" {}
variable "actions" { type = list(string) }
variable "account" { type = string }

locals {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = title(var.name)
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.account}:root" }
      Action    = var.actions
      Resource  = "*"
    }]
  })
}

resource "aws_vpc_endpoint" "this" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.${var.name}"
  vpc_endpoint_type = "Interface"
  policy            = local.policy
}

output "policy" { value = local.policy }
