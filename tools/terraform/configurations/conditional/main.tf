variable "environment" {
  default = "prod"
}

variable "policy" {
  type    = string
  default = null
}

variable "open" {
  type    = bool
  default = false
}

locals {
  is_prod = var.environment == "prod"
  default_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = local.is_prod && !var.open ? "Deny" : "Allow"
        Principal = "*"
        Action    = local.is_prod ? "sts:GetFederationToken" : "*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = var.environment != "prod" || var.open ? ["sts:*"] : ["sts:AssumeRole", "sts:GetCallerIdentity"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_vpc_endpoint" "sts" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = local.is_prod ? "com.amazonaws.eu-west-1.sts" : "com.amazonaws.eu-central-1.sts"
  vpc_endpoint_type = "Interface"
  policy            = var.policy != null ? var.policy : local.default_policy
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = var.open ? null : jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }] })
}
