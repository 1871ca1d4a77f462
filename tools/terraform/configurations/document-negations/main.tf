data "aws_iam_policy_document" "s3" {
  statement {
    sid         = "NotActions"
    effect      = "Deny"
    not_actions = ["s3:GetObject", "s3:ListBucket"]
    resources   = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid           = "NotResources"
    effect        = "Deny"
    actions       = ["s3:*"]
    not_resources = ["arn:aws:s3:::example-a", "arn:aws:s3:::example-a/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "NotPrincipals"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["*"]

    not_principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/admin"]
    }
  }

  statement {
    sid         = "AllElse"
    not_actions = ["s3:DeleteBucket"]
    resources   = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.s3.json
}
