data "aws_region" "current" {}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["logs:*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "logs" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.${data.aws_region.current.region}.logs"
  vpc_endpoint_type = "Interface"
  policy            = data.aws_iam_policy_document.this.json
}
