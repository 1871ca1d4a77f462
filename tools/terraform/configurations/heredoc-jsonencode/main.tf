variable "buckets" {
  type    = list(string)
  default = ["example-a", "example-b"]
}

variable "actions" {
  type    = set(string)
  default = ["s3:PutObject", "s3:GetObject", "s3:ListBucket"]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": "*",
          "Action": ${jsonencode(var.actions)},
          "Resource": ${jsonencode([for b in var.buckets : "arn:aws:s3:::${b}/*"])}
        },
        ${jsonencode({
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:DeleteObject"
          Resource  = "*"
        })}
      ]
    }
  EOF
}
