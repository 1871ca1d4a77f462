variable "trusted_accounts" {
  type    = list(string)
  default = ["111122223333", "444455556666"]
}

variable "allow_logging" {
  type    = bool
  default = true
}

locals {
  base = {
    Effect    = "Allow"
    Principal = "*"
  }

  read = merge(local.base, {
    Sid      = "Read"
    Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    Resource = [for account in var.trusted_accounts : "arn:aws:sqs:eu-west-1:${account}:jobs"]
  })

  write = merge(local.base, {
    Sid       = "Write"
    Principal = { AWS = var.trusted_accounts }
    Action    = "sqs:SendMessage"
    Resource  = "arn:aws:sqs:eu-west-1:111122223333:jobs"
  })

  logging = var.allow_logging ? [merge(local.base, { Sid = "List", Action = "sqs:ListQueues", Resource = "*" })] : []
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id              = "vpc-0123456789abcdef0"
  service_name        = "com.amazonaws.eu-west-1.sqs"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.read, local.write], local.logging)
  })
}
