locals {
  text = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"},
        {"Sid": "B", "Effect": "Allow", "Principal": "*", "Action": "sqs:PurgeQueue", "Resource": "*"}
      ]
    }
  JSON

  lines = split("\n", chomp(<<-EOT
    sqs:ReceiveMessage
    sqs:DeleteMessage
  EOT
  ))

  decoded = jsondecode(local.text)
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sqs"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Version = local.decoded["Version"]
    Statement = concat(
      [for s in local.decoded.Statement : s if s.Sid != "B"],
      [{ Sid = "C", Effect = "Allow", Principal = "*", Action = local.lines, Resource = "*" }],
    )
  })
}

resource "aws_vpc_endpoint" "text" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sqs"
  vpc_endpoint_type = "Interface"
  policy            = local.text
}
