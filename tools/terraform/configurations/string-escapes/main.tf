locals {
  variable = "$${aws:username}"
  percent  = "%%{literal}"
  unicode  = "caf\u00e9 \U0001F512 <&>"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = "{\n\t\"Version\": \"2012-10-17\",\r\n\t\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::home/$${aws:username}/*\", \"Condition\": {\"StringLike\": {\"aws:PrincipalTag/path\": \"a\\\\b\\\"c\"}}}]}"
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"

  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "${local.unicode}"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "dynamodb:*"
      Resource  = "arn:aws:dynamodb:*:*:table/${local.variable}"
      Condition = { StringLike = { "aws:PrincipalTag/p" = [local.percent, "$", "%", "$$", "100%", "a$b"] } }
    }]
  })
}
