variable "custom_policy" {
  type    = string
  default = ""
}

variable "create_policy" {
  type    = bool
  default = true
}

data "aws_iam_policy_document" "generated" {
  count = var.create_policy ? 1 : 0

  statement {
    actions   = ["ssm:GetParameter*"]
    resources = ["arn:aws:ssm:eu-west-1:111122223333:parameter/*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

data "aws_iam_policy_document" "open" {
  count = var.create_policy ? 0 : 1

  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}

resource "aws_vpc_endpoint" "ssm" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.ssm"
  vpc_endpoint_type = "Interface"
  policy            = var.custom_policy != "" ? var.custom_policy : try(data.aws_iam_policy_document.generated[0].json, data.aws_iam_policy_document.open[0].json)
}

resource "aws_vpc_endpoint" "joined" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.ssmmessages"
  vpc_endpoint_type = "Interface"
  policy            = join("", data.aws_iam_policy_document.generated.*.json)
}
