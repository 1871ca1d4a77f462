provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "us"
  region = "us-east-1"

  assume_role {
    role_arn = "arn:aws:iam::444455556666:role/deploy"
  }
}

data "aws_region" "here" {}

data "aws_region" "us" {
  provider = aws.us
}

resource "aws_vpc_endpoint" "here" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.${data.aws_region.here.region}.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*", Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.here.name } } }] })
}

resource "aws_vpc_endpoint" "us" {
  provider     = aws.us
  vpc_id       = "vpc-0123456789abcdef1"
  service_name = "com.amazonaws.${data.aws_region.us.region}.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*", Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.us.name } } }] })
}

module "sqs" {
  source = "./sqs"
  providers = {
    aws        = aws.us
    aws.second = aws
  }
}
