variable "statements" {
  type = list(object({
    sid       = string
    effect    = string
    actions   = list(string)
    resources = list(string)
  }))
  default = [
    { sid = "Read", effect = "Allow", actions = ["s3:GetObject", "s3:ListBucket"], resources = ["arn:aws:s3:::example-a", "arn:aws:s3:::example-a/*"] },
    { sid = "NoDelete", effect = "Deny", actions = ["s3:DeleteObject"], resources = ["*"] },
  ]
}

variable "write_buckets" {
  type    = set(string)
  default = ["uploads-b", "uploads-a"]
}

data "aws_iam_policy_document" "s3" {
  dynamic "statement" {
    for_each = var.statements
    content {
      sid       = statement.value.sid
      effect    = statement.value["effect"]
      actions   = statement.value.actions
      resources = statement.value.resources

      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.write_buckets
    iterator = bucket
    content {
      sid       = "Write${replace(bucket.key, "-", "")}"
      actions   = ["s3:PutObject"]
      resources = ["arn:aws:s3:::${bucket.value}/*"]

      principals {
        type        = "AWS"
        identifiers = ["111122223333"]
      }
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.s3.json
}
