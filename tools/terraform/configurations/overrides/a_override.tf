resource "aws_vpc_endpoint" "s3" {
  service_name = "com.amazonaws.us-east-1.s3"
}

data "aws_iam_policy_document" "kms" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}
