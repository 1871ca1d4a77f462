module "policy" {
  source = "./policy"

  buckets = {
    read  = ["example-a", "example-b"]
    write = ["example-c"]
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = module.policy.json
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = jsonencode({ Version = "2012-10-17", Statement = [module.policy.statements.read] })
}
