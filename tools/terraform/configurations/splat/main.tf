locals {
  buckets = [
    { name = "example-a", arn = "arn:aws:s3:::example-a", owners = [{ id = "111122223333" }] },
    { name = "example-b", arn = "arn:aws:s3:::example-b", owners = [{ id = "444455556666" }, { id = "777788889999" }] },
  ]
  single  = { arn = "arn:aws:s3:::example-single" }
  nothing = null
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Full"
        Effect    = "Allow"
        Principal = { AWS = flatten(local.buckets[*].owners[*].id) }
        Action    = "s3:*"
        Resource  = concat(local.buckets[*].arn, local.single[*].arn, local.nothing[*])
      },
      {
        Sid       = "Legacy"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:DeleteBucket"
        Resource  = local.buckets.*.arn
      },
      {
        Sid       = "First"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutBucketPolicy"
        Resource  = local.buckets.*.arn[0]
      },
    ]
  })
}
