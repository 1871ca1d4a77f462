variable "environment" {
  type    = string
  default = "none"
}

variable "services" {
  type    = map(string)
  default = {}
}

variable "allowed_roles" {
  type    = list(string)
  default = []
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.services

  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.${each.value}"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = [for role in var.allowed_roles : "arn:aws:iam::111122223333:role/${var.environment}/${role}"] }
      Action    = "${each.key}:*"
      Resource  = "*"
    }]
  })

  tags = {
    Name = "${var.environment}-${each.key}"
  }
}
