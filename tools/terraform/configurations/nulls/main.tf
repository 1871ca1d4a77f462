variable "policy" {
  type    = string
  default = null
}

variable "sid" {
  type    = string
  default = null
}

variable "condition" {
  type    = map(map(string))
  default = null
}

locals {
  statement = {
    Sid       = var.sid
    Effect    = "Allow"
    Principal = "*"
    Action    = "ssm:*"
    Resource  = "*"
    Condition = var.condition
  }
}

resource "aws_vpc_endpoint" "none" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = var.policy
}

resource "aws_vpc_endpoint" "empty" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = ""
}

resource "aws_vpc_endpoint" "kept" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.ssm"
  vpc_endpoint_type = "Interface"
  policy            = jsonencode({ Version = "2012-10-17", Statement = [local.statement] })
}

resource "aws_vpc_endpoint" "dropped" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.ssm"
  vpc_endpoint_type = null
  policy            = jsonencode({ Version = "2012-10-17", Statement = [{ for k, v in local.statement : k => v if v != null }] })
}
