locals {
  buckets = {
    logs    = { access = "write", public = false }
    reports = { access = "read", public = false }
    website = { access = "read", public = true }
  }
  names = ["alpha", "beta", "gamma"]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for name, bucket in local.buckets : {
        Sid       = "Bucket${title(name)}"
        Effect    = "Allow"
        Principal = "*"
        Action    = bucket.access == "write" ? "s3:PutObject" : "s3:GetObject"
        Resource  = "arn:aws:s3:::${name}/*"
      } if !bucket.public],
      [for i, name in local.names : {
        Sid       = "Name${i}"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:ListBucket"
        Resource  = "arn:aws:s3:::${name}"
      } if i % 2 == 0],
      [{
        Sid       = "Tags"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = "*"
        Condition = {
          StringNotEquals = { for key in toset(["team", "cost"]) : "aws:PrincipalTag/${key}" => upper(key) }
        }
      }],
    )
  })
}
