variable "custom" {
  type    = bool
  default = false
}

data "aws_iam_policy_document" "custom" {
  count = var.custom ? 1 : 0

  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "always" {
  count = 1

  statement {
    actions   = ["kms:Encrypt"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "none" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.kms"
  vpc_endpoint_type = "Interface"
  policy            = one(data.aws_iam_policy_document.custom[*].json)
}

resource "aws_vpc_endpoint" "some" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.kms"
  vpc_endpoint_type = "Interface"
  policy            = coalesce(one(data.aws_iam_policy_document.custom[*].json), one(data.aws_iam_policy_document.always[*].json))
}

resource "aws_vpc_endpoint" "first" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.kms"
  vpc_endpoint_type = "Interface"
  policy            = element(concat(data.aws_iam_policy_document.custom.*.json, data.aws_iam_policy_document.always.*.json, [""]), 0)
}
