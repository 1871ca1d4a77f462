variable "count_of_things" {
  type    = number
  default = 3
}

locals {
  n        = var.count_of_things
  checks   = [1 == "1", 1 == 1, "a" != "b", null == null, [] == [], local.n >= 3 && !(local.n < 3), local.n > 3 || local.n <= 0]
  sums     = [1 + 2 * 3, (1 + 2) * 3, 10 / 4, -7 % 3, -local.n, 2 * -3]
  nested   = local.n == 1 ? "one" : local.n == 2 ? "two" : local.n == 3 ? "three" : "many"
  defaults = { for k, v in { a = null, b = "x" } : k => v == null ? "none" : v }
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sqs"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Is${title(local.nested)}"
      Effect    = local.checks[0] ? "Deny" : "Allow"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = "*"
      Condition = {
        Bool          = { "aws:SecureTransport" = local.checks }
        NumericEquals = { "aws:MultiFactorAuthAge" = local.sums }
        StringEquals  = { for k, v in local.defaults : "aws:PrincipalTag/${k}" => v }
      }
    }]
  })
}
