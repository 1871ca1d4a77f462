data "aws_iam_policy_document" "one" {
  statement {
    sid       = "One"
    actions   = ["s3:ListAllMyBuckets"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::example-b/*", "arn:aws:s3:::example-a/*"]

    principals {
      type        = "AWS"
      identifiers = ["444455556666", "111122223333"]
    }
  }
}

locals {
  two = jsonencode({
    Version = "2008-10-17"
    Id      = "two"
    Statement = [{
      Sid       = "Two"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:PutObjectAcl", "s3:DeleteObject"]
      Resource  = ["*"]
      Condition = {
        Bool                       = { "aws:SecureTransport" = false }
        NumericLessThan            = { "s3:max-keys" = 5 }
        "ForAnyValue:StringEquals" = { "aws:TagKeys" = ["b", "a"] }
      }
    }]
  })
}

data "aws_iam_policy_document" "both" {
  source_policy_documents = [data.aws_iam_policy_document.one.json, local.two]

  statement {
    sid       = "One"
    actions   = ["s3:GetBucketLocation"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.both.json
}
