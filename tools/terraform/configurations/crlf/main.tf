locals {
  text = <<-EOT
    {
      "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
      ]
    }
  EOT
}

resource "aws_vpc_endpoint" "sns" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sns"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Statement = concat(jsondecode(local.text).Statement, [
      { Effect = "Deny", Principal = "*", Action = "sns:*", Resource = split("\n", local.text) },
    ])
  })
}
