data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Several"
    actions   = ["sts:AssumeRole"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "ec2.amazonaws.com"]
    }

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/b", "arn:aws:iam::111122223333:role/a"]
    }

    principals {
      type        = "AWS"
      identifiers = ["444455556666"]
    }

    principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }
  }

  statement {
    sid       = "EveryoneByStar"
    actions   = ["sts:GetCallerIdentity"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "EveryoneByAws"
    actions   = ["sts:GetAccessKeyInfo"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "Canonical"
    effect    = "Deny"
    actions   = ["sts:*"]
    resources = ["*"]

    principals {
      type        = "CanonicalUser"
      identifiers = ["79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"]
    }
  }

  statement {
    sid       = "Nobody"
    actions   = ["sts:TagSession"]
    resources = ["*"]
  }
}

resource "aws_vpc_endpoint" "sts" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sts"
  vpc_endpoint_type = "Interface"
  policy            = data.aws_iam_policy_document.this.json
}
