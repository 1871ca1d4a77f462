terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-gov-west-1"

  default_tags {
    tags = { Owner = "network" }
  }
}

data "aws_region" "current" {}
data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

locals {
  arn = "arn:${data.aws_partition.current.partition}"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.${data.aws_region.current.name}.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "${local.arn}:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "s3:*"
      Resource  = "${local.arn}:s3:::example-${data.aws_region.current.region}/*"
    }]
  })

  tags = { Name = "s3" }
}

resource "aws_vpc_endpoint" "ec2" {
  region            = "us-gov-east-1"
  vpc_id            = "vpc-0123456789abcdef1"
  service_name      = "${data.aws_partition.current.reverse_dns_prefix}.${data.aws_region.current.id}.ec2"
  service_region    = data.aws_region.current.id
  vpc_endpoint_type = "Interface"
}
