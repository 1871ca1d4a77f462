locals {
  policies = {
    default = "s3:GetObject"
    prod    = "s3:*"
  }
}

resource "aws_vpc_endpoint" "s3" {
  count        = terraform.workspace == "prod" ? 0 : 1
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Sid = title(terraform.workspace), Effect = "Allow", Principal = "*", Action = local.policies[terraform.workspace], Resource = "*" }] })
}
