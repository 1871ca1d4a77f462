resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.s3"
}

resource "aws_vpc_endpoint_policy" "s3" {
  vpc_endpoint_id = aws_vpc_endpoint.s3.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AllowAll"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = ["s3:*"]
      Resource  = "*"
    }]
  })
}

locals {
  services = toset(["sqs", "sns"])
}

resource "aws_vpc_endpoint" "interface" {
  for_each          = local.services
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"

  lifecycle {
    ignore_changes = [policy]
  }
}

resource "aws_vpc_endpoint_policy" "interface" {
  for_each        = aws_vpc_endpoint.interface
  vpc_endpoint_id = each.value.id
  policy          = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "${each.key}:*", Resource = "*", Condition = { StringEquals = { "aws:PrincipalAccount" = "111122223333" } } }] })
}

resource "aws_vpc_endpoint_policy" "elsewhere" {
  vpc_endpoint_id = "vpce-0123456789abcdef0"
  policy          = "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kms:*\", \"Resource\": \"*\"}]}"
}
