moved {
  from = aws_vpc_endpoint.storage
  to   = aws_vpc_endpoint.s3["main"]
}

moved {
  from = module.old
  to   = module.endpoints
}

resource "aws_vpc_endpoint" "s3" {
  for_each     = toset(["main"])
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }] })
}

module "endpoints" {
  source = "./endpoints"
}
