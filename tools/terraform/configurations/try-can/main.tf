variable "settings" {
  type    = any
  default = { s3 = { actions = ["s3:GetObject"] }, account = "111122223333" }
}

locals {
  actions   = try(var.settings.s3.actions, ["s3:*"])
  resources = try(var.settings.s3.resources, var.settings.resources, "arn:aws:s3:::example/*")
  account   = can(regex("^[0-9]{12}$", var.settings.account)) ? var.settings.account : "*"
  principal = try(var.settings.principals[0], "arn:aws:iam::${local.account}:root")
  numeric   = try(tonumber("twelve"), 12)
  has_kms   = can(var.settings.kms)
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = try(var.settings.service_name, "com.amazonaws.eu-west-1.s3")

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Effect    = "Allow"
      Principal = { AWS = local.principal }
      Action    = local.actions
      Resource  = local.resources
      Condition = { NumericLessThan = { "s3:max-keys" = local.numeric } }
    }], local.has_kms ? [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] : [])
  })
}
