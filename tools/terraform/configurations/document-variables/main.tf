data "aws_iam_policy_document" "s3" {
  version = "2012-10-17"

  statement {
    actions = ["s3:ListBucket", "s3:GetObject"]
    resources = [
      "arn:aws:s3:::example-home",
      "arn:aws:s3:::example-home/&{aws:username}/*",
      "arn:aws:s3:::example-team/$${aws:PrincipalTag/team}/*",
    ]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["", "home/", "home/&{aws:username}/"]
    }

    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/team"
      values   = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = ["&{aws:PrincipalAccount}"]
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.s3.json
}

data "aws_iam_policy_document" "old" {
  version = "2008-10-17"

  statement {
    actions   = ["dynamodb:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["b"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["a"]
    }
  }
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = data.aws_iam_policy_document.old.json
}
