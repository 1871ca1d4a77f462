variable "services" {
  type    = list(string)
  default = ["sts", "kms", "sts", "monitoring"]
}

variable "gateways" {
  type    = set(string)
  default = ["s3", "dynamodb"]
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(var.services)

  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:root" }
      Action    = "${each.value}:*"
      Resource  = "*"
    }]
  })
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = var.gateways

  vpc_id       = "vpc-0123456789abcdef0"
  service_name = format("com.amazonaws.%s.%s", "eu-west-1", each.key)

  policy = each.key == "s3" ? file("${path.module}/s3.json") : null
}
