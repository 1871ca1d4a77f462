data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["ec2:DescribeInstances"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

locals {
  base = jsondecode(data.aws_iam_policy_document.base.json)
}

resource "aws_vpc_endpoint" "ec2" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.ec2"
  vpc_endpoint_type = "Interface"

  policy = jsonencode(merge(local.base, {
    Statement = concat(local.base.Statement, [
      for s in local.base.Statement : merge(s, { Sid = "${s.Sid}Deny", Effect = "Deny", Action = "ec2:RunInstances" })
    ])
  }))
}
