resource "aws_s3_bucket" "logs" {
  bucket = "example-logs"
}

data "aws_iam_policy_document" "late" {
  depends_on = [aws_s3_bucket.logs]

  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::example-logs/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "late" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.late.json
}

resource "aws_vpc_endpoint" "s3" {
  depends_on   = [aws_s3_bucket.logs]
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:PutObject", Resource = "arn:aws:s3:::example-logs/*" }] })
}

module "after" {
  source     = "./after"
  depends_on = [aws_s3_bucket.logs]
}
