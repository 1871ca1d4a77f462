data "aws_organizations_organization" "this" {}

data "aws_vpc" "default" {
  default = true
}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_prefix_list" "s3" {
  name = "com.amazonaws.eu-west-1.s3"
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "perimeter" {
  statement {
    sid       = "OurPeopleOurThings"
    actions   = ["*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [data.aws_organizations_organization.this.id]
    }

    condition {
      test     = "ForAnyValue:StringLike"
      variable = "aws:ResourceOrgPaths"
      values   = ["${data.aws_organizations_organization.this.id}/${data.aws_organizations_organization.this.roots[0].id}/*"]
    }
  }

  statement {
    sid       = "Accounts"
    effect    = "Deny"
    actions   = ["s3:PutBucketPolicy"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [for account in data.aws_organizations_organization.this.accounts : account.id if account.id != data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = data.aws_vpc.default.id
  service_name = data.aws_prefix_list.s3.name
  policy       = data.aws_iam_policy_document.perimeter.json
}

resource "aws_subnet" "endpoint" {
  count             = 2
  vpc_id            = data.aws_vpc.default.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(data.aws_vpc.default.cidr_block, 8, count.index)
}

resource "aws_vpc_endpoint" "execute_api" {
  vpc_id            = data.aws_vpc.default.id
  service_name      = "com.amazonaws.eu-west-1.execute-api"
  vpc_endpoint_type = "Interface"
  subnet_ids        = aws_subnet.endpoint[*].id
  policy            = data.aws_iam_policy_document.perimeter.json
}
