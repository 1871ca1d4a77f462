variable "nothing" {
  type    = list(string)
  default = null
}

data "aws_iam_policy_document" "edges" {
  statement {
    sid           = ""
    effect        = null
    actions       = ["s3:GetObject", "s3:getobject", "s3:GetObject", "S3:PutObject"]
    not_actions   = []
    resources     = toset(["*"])
    not_resources = var.nothing

    principals {
      type        = "AWS"
      identifiers = ["111122223333", 111122223333]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/none"
      values   = []
    }

    condition {
      test     = "NumericLessThan"
      variable = "s3:max-keys"
      values   = [10, "5", true]
    }

    condition {
      test     = "StringLike"
      variable = "aws:PrincipalTag/same"
      values   = ["b", "a", "b"]
    }
  }

  statement {
    actions   = var.nothing
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*", "111122223333"]
    }

    not_principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {}
}

data "aws_iam_policy_document" "empty" {}

data "aws_iam_policy_document" "sources" {
  source_policy_documents = compact([data.aws_iam_policy_document.empty.json, "", data.aws_iam_policy_document.edges.json])
}

resource "aws_vpc_endpoint" "edges" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.edges.json
}

resource "aws_vpc_endpoint" "empty" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.empty.json
}

resource "aws_vpc_endpoint" "sources" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.sources.json
}
