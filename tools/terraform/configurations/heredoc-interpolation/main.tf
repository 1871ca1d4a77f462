variable "bucket" {
  type    = string
  default = "example-logs"
}

variable "account_id" {
  type    = string
  default = "111122223333"
}

locals {
  prefix = "arn:aws:s3:::${var.bucket}"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Home",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::${var.account_id}:root"},
      "Action": "s3:*",
      "Resource": ["${local.prefix}", "${local.prefix}/home/$${aws:username}/*"]
    }
  ]
}
EOF
}
