locals {
  rules = {
    readers = {
      actions    = ["dynamodb:GetItem", "dynamodb:Query"]
      principals = { AWS = ["arn:aws:iam::111122223333:role/reader", "arn:aws:iam::111122223333:role/auditor"] }
      conditions = {}
    }
    writers = {
      actions    = ["dynamodb:PutItem"]
      principals = { AWS = ["arn:aws:iam::111122223333:role/writer"], Service = ["lambda.amazonaws.com"] }
      conditions = {
        StringEquals = { "aws:SourceVpc" = "vpc-0123456789abcdef0", "aws:PrincipalAccount" = "111122223333" }
        StringLike   = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/*" }
      }
    }
  }
}

data "aws_iam_policy_document" "tables" {
  dynamic "statement" {
    for_each = local.rules
    iterator = rule
    content {
      sid       = title(rule.key)
      actions   = rule.value.actions
      resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders"]

      dynamic "principals" {
        for_each = rule.value.principals
        content {
          type        = principals.key
          identifiers = principals.value
        }
      }

      dynamic "condition" {
        for_each = merge([
          for test, variables in rule.value.conditions : {
            for variable, value in variables : "${test} ${variable}" => { test = test, variable = variable, value = value }
          }
        ]...)
        iterator = c
        content {
          test     = c.value.test
          variable = c.value.variable
          values   = [c.value.value]
        }
      }
    }
  }
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = data.aws_iam_policy_document.tables.json
}
