resource "aws_s3_bucket" "this" {
  for_each = toset(["a", "b"])
  bucket   = "example-${each.key}"
}

data "aws_iam_policy_document" "blocks" {
  dynamic "statement" {
    for_each = aws_s3_bucket.this
    content {
      sid       = "Bucket${statement.key}"
      actions   = ["s3:GetObject"]
      resources = ["${statement.value.arn}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }

  dynamic "statement" {
    for_each = toset([for bucket in aws_s3_bucket.this : bucket.arn])
    content {
      actions   = ["s3:PutObject"]
      resources = [statement.value]
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.blocks.json
}
