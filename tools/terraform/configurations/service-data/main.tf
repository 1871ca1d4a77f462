data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Gateway"
}

data "aws_vpc_endpoint_service" "this" {
  for_each = toset(["kms", "ecr.api"])
  service  = each.key
}

data "aws_vpc_endpoint_service" "private" {
  service_name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = data.aws_vpc_endpoint_service.s3.service_name
  vpc_endpoint_type = data.aws_vpc_endpoint_service.s3.service_type
  policy            = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }] })
}

resource "aws_vpc_endpoint" "this" {
  for_each          = data.aws_vpc_endpoint_service.this
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = each.value.service_name
  vpc_endpoint_type = "Interface"
  policy            = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "${split(".", each.key)[0]}:*", Resource = "*" }] })
}

resource "aws_vpc_endpoint" "private" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = data.aws_vpc_endpoint_service.private.service_name
  vpc_endpoint_type = "Interface"
}
