terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.second]
    }
  }
}

data "aws_region" "current" {}

data "aws_region" "second" {
  provider = aws.second
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id            = "vpc-0123456789abcdef1"
  service_name      = "com.amazonaws.${data.aws_region.current.region}.sqs"
  vpc_endpoint_type = "Interface"
  policy            = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:*", Resource = "arn:aws:sqs:${data.aws_region.second.region}:*:*" }] })
}
