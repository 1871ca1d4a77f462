provider "aws" {
  region = "eu-west-1"
}

module "endpoints" {
  source = "./modules/vpc-endpoints"

  vpc_id             = "vpc-0123456789abcdef0"
  security_group_ids = ["sg-0123456789abcdef0"]

  endpoints = {
    s3 = {
      service         = "s3"
      service_type    = "Gateway"
      route_table_ids = ["rtb-0123456789abcdef0"]
      policy          = data.aws_iam_policy_document.s3.json
      tags            = { Name = "s3-vpc-endpoint" }
    }
    dynamodb = {
      service      = "dynamodb"
      service_type = "Gateway"
    }
    ecs = {
      service             = "ecs"
      private_dns_enabled = true
      subnet_ids          = ["subnet-0123456789abcdef0"]
      policy              = data.aws_iam_policy_document.generic.json
    }
    lambda = {
      create  = false
      service = "lambda"
    }
    custom = {
      service_name        = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
      service_type        = "Interface"
      private_dns_enabled = false
    }
  }

  tags = { Project = "example" }
}

data "aws_iam_policy_document" "s3" {
  statement {
    actions   = ["s3:*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = ["111122223333"]
    }
  }
}

data "aws_iam_policy_document" "generic" {
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringNotEquals"
      variable = "aws:SourceVpc"
      values   = ["vpc-0123456789abcdef0"]
    }
  }
}
