variable "conditions" {
  type = list(object({
    test     = string
    variable = string
    values   = list(string)
  }))
  default = [
    { test = "StringEquals", variable = "aws:PrincipalOrgID", values = ["o-exampleorgid"] },
    { test = "StringEquals", variable = "aws:ResourceAccount", values = ["111122223333", "444455556666"] },
    { test = "Bool", variable = "aws:SecureTransport", values = ["true"] },
  ]
}

variable "restrict_to_network" {
  type    = bool
  default = false
}

data "aws_iam_policy_document" "kms" {
  statement {
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    dynamic "condition" {
      for_each = var.conditions
      content {
        test     = condition.value.test
        variable = condition.value.variable
        values   = condition.value.values
      }
    }

    dynamic "condition" {
      for_each = var.restrict_to_network ? [1] : []
      content {
        test     = "StringEquals"
        variable = "aws:SourceVpc"
        values   = ["vpc-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_vpc_endpoint" "kms" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.kms"
  vpc_endpoint_type = "Interface"
  policy            = data.aws_iam_policy_document.kms.json
}
