variable "accounts" {
  type    = list(string)
  default = [111122223333, 444455556666, 111122223333]
}

variable "secure" {
  type    = string
  default = "true"
}

locals {
  unique = toset(var.accounts)
  flags  = tomap({ "aws:SecureTransport" = tobool(var.secure) })
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id              = "vpc-0123456789abcdef0"
  service_name        = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = "true"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Version${tostring(2)}"
      Effect    = "Allow"
      Principal = { AWS = tolist(local.unique) }
      Action    = toset(["s3:PutObject", "s3:GetObject", "s3:PutObject"])
      Resource  = "*"
      Condition = {
        Bool                  = local.flags
        NumericLessThanEquals = { "s3:max-keys" = tonumber("100") }
        StringEquals          = tomap({ "aws:PrincipalAccount" = tostring(111122223333), "aws:PrincipalIsAWSService" = "false" })
      }
    }]
  })
}
