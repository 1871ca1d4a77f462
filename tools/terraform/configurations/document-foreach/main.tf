variable "tenants" {
  type = map(object({
    account = string
    bucket  = string
  }))
  default = {
    blue  = { account = "111122223333", bucket = "example-blue" }
    green = { account = "444455556666", bucket = "example-green" }
  }
}

data "aws_iam_policy_document" "tenant" {
  for_each = var.tenants

  statement {
    sid       = title(each.key)
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::${each.value.bucket}", "arn:aws:s3:::${each.value.bucket}/*"]

    principals {
      type        = "AWS"
      identifiers = [each.value.account]
    }
  }
}

data "aws_iam_policy_document" "all" {
  source_policy_documents = [for document in data.aws_iam_policy_document.tenant : document.json]
}

data "aws_iam_policy_document" "also" {
  source_policy_documents = values(data.aws_iam_policy_document.tenant)[*].json
}

resource "aws_vpc_endpoint" "tenant" {
  for_each     = var.tenants
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.tenant[each.key].json
}

resource "aws_vpc_endpoint" "all" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.all.json
}

resource "aws_vpc_endpoint" "also" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.also.minified_json
}
