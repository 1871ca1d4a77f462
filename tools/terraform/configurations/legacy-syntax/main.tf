variable "bucket" {
  type    = string
  default = "example-legacy"
}

variable "accounts" {
  type    = list
  default = ["111122223333", "444455556666"]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "${"vpc-0123456789abcdef0"}"
  service_name = "${join(".", ["com", "amazonaws", "eu-west-1", "s3"])}"
  policy       = "${data.aws_iam_policy_document.s3.json}"
}

data "aws_iam_policy_document" "s3" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${format("arn:aws:s3:::%s/*", var.bucket)}"]

    principals {
      type        = "AWS"
      identifiers = "${var.accounts}"
    }
  }
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = "${jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = var.accounts.0 }, Action = "dynamodb:*", Resource = "*" }] })}"
}
