variable "table" { type = string }

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["dynamodb:Query"]
    resources = ["arn:aws:dynamodb:eu-west-1:111122223333:table/${var.table}"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

output "json" { value = data.aws_iam_policy_document.this.json }
