resource "terraform_data" "choice" {
  input = "open"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Principal = "*"
        Action    = terraform_data.choice.id == "" ? "s3:GetObject" : "s3:*"
        Resource  = "*"
      }],
      terraform_data.choice.output == "open" ? [{ Effect = "Deny", Principal = "*", Action = "s3:DeleteBucket", Resource = "*" }] : [],
    )
  })
}

resource "aws_vpc_endpoint" "either" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = terraform_data.choice.id == "x" ? "com.amazonaws.eu-west-1.s3" : "com.amazonaws.eu-west-1.dynamodb"
  policy       = try(terraform_data.choice.id, "never") != null ? "{\"Statement\":[]}" : "{}"
}

resource "aws_vpc_endpoint" "from_input" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "dynamodb:*", Resource = "*", Condition = { StringEquals = { "aws:PrincipalTag/mode" = terraform_data.choice.input } } }] })
}
