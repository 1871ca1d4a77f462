moved {
  from = aws_vpc_endpoint.a
  to   = aws_vpc_endpoint.sns
}

resource "aws_vpc_endpoint" "sns" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sns"
  vpc_endpoint_type = "Interface"
  policy            = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*" }] })
}
