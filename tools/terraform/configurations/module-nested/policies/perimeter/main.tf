variable "organization" { type = string }

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Perimeter"
    actions   = ["*"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organization]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceOrgID"
      values   = [var.organization]
    }
  }
}

output "json" { value = data.aws_iam_policy_document.this.json }
