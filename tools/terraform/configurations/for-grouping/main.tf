locals {
  grants = [
    { queue = "orders", action = "sqs:SendMessage" },
    { queue = "invoices", action = "sqs:ReceiveMessage" },
    { queue = "orders", action = "sqs:ReceiveMessage" },
    { queue = "orders", action = "sqs:DeleteMessage" },
  ]
  by_queue = { for grant in local.grants : grant.queue => grant.action... }
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sqs"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for queue, actions in local.by_queue : {
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = sort(actions)
      Resource  = "arn:aws:sqs:eu-west-1:111122223333:${queue}"
    }]
  })
}
