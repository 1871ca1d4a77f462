resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.dynamodb"
  vpc_endpoint_type = "Gateway"

  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": {
        "Sid": "AllTables",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "dynamodb:*",
        "Resource": "*",
        "Condition": {
          "StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}
        }
      }
    }
  EOT
}
