resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

locals {
  name = aws_dynamodb_table.orders.name
  arn  = aws_dynamodb_table.orders.arn
}

# Known, through a local.
data "aws_iam_policy_document" "through_local" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/${local.name}"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

# Known as well, but the resource is named directly and has yet to be made.
data "aws_iam_policy_document" "direct" {
  statement {
    actions   = ["dynamodb:GetItem"]
    resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/${aws_dynamodb_table.orders.name}"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

module "document" {
  source = "./document"
  table  = aws_dynamodb_table.orders.name
}

module "unknown" {
  source = "./document"
  table  = split("/", local.arn)[1]
}

resource "aws_vpc_endpoint" "through_local" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = data.aws_iam_policy_document.through_local.json
}

resource "aws_vpc_endpoint" "direct" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = data.aws_iam_policy_document.direct.json
}

resource "aws_vpc_endpoint" "through_module" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = module.document.json
}

resource "aws_vpc_endpoint" "unknown" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = module.unknown.json
}
