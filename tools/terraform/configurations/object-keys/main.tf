variable "key" {
  default = "aws:PrincipalOrgID"
}

locals {
  test  = "StringEquals"
  named = { plain = 1, "quoted" = 2, (local.test) = 3, "${local.test}IfExists" = 4, 5 = 5, true = 6, a-b = 7 }
}

resource "aws_vpc_endpoint" "kms" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.kms"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "kms:*"
      Resource  = "*"
      Condition = {
        (local.test)               = { (var.key) = "o-exampleorgid", "aws:PrincipalTag/${local.test}" = "x" }
        "${local.test}IgnoreCase"  = { "aws:PrincipalTag/keys" = keys(local.named) }
        "ForAllValues:${local.test}" = { "aws:TagKeys" = [for k, v in local.named : k if v > 4] }
      }
    }]
  })
}
