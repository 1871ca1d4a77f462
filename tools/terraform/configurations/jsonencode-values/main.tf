resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    "Version" : "2012-10-17",
    Statement : [
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::<bucket>/*", "arn:aws:s3:::a&b/*"]
        Condition = {
          NumericEquals = { "s3:max-keys" = [1, 1.0, 1.50, 1e3, 0.1 + 0.2, 12345678901234567890, -0] }
          Bool          = { "aws:SecureTransport" = [true, !true] }
          StringEquals  = { "aws:PrincipalTag/empty" = "", "aws:PrincipalTag/none" = [] }
          Null          = {}
        }
      },
    ]
  })
}

# An easy mistake: without quotes this is a subtraction.
resource "aws_vpc_endpoint" "subtraction" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Version = 2012-10-17, Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }] })
}
