# The two names differ in the file: one letter, and a letter with an accent
# that combines.
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = ["arn:aws:s3:::b/café/*", "arn:aws:s3:::b/café/*", "arn:aws:s3:::b/${upper("straße")}/*"]
      Condition = { StringEquals = { "aws:PrincipalTag/length" = [length("é"), length("é"), substr("日本語", 1, 1), "café" == "café"] } }
    }]
  })
}

resource "aws_vpc_endpoint" "text" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = <<-EOT
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": ["café", "caf\u00e9", "\ud83d\ude00"]}]}
  EOT
}
