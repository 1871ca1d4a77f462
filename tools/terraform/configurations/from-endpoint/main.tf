resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }] })
}

# What one endpoint is given, another takes.
resource "aws_vpc_endpoint" "second" {
  vpc_id       = "vpc-0123456789abcdef1"
  service_name = aws_vpc_endpoint.s3.service_name
  policy       = aws_vpc_endpoint.s3.policy
}

resource "aws_vpc_endpoint" "third" {
  vpc_id            = "vpc-0123456789abcdef1"
  service_name      = replace(aws_vpc_endpoint.s3.service_name, "s3", "sqs")
  vpc_endpoint_type = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" ? "Interface" : "Gateway"

  policy = jsonencode({
    Statement = [for s in jsondecode(aws_vpc_endpoint.s3.policy).Statement : merge(s, { Action = "sqs:*" })]
  })
}

resource "aws_vpc_endpoint_policy" "third" {
  vpc_endpoint_id = aws_vpc_endpoint.third.id
  policy          = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:*", Resource = "*", Condition = { StringEquals = { "aws:SourceVpce" = aws_vpc_endpoint.third.id } } }] })
}
