locals {
  accounts = ["111122223333", "444455556666", "777788889999"]
  matrix   = [["s3:GetObject", "s3:PutObject"], ["s3:ListBucket"]]
  position = index(local.accounts, "444455556666")
  named    = { "first.bucket" = "example-a", second = "example-b" }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = slice(local.accounts, 0, 2) }
        Action    = local.matrix[0][1]
        Resource  = "arn:aws:s3:::${local.named["first.bucket"]}/*"
      },
      {
        Effect    = contains(local.accounts, "000000000000") ? "Deny" : "Allow"
        Principal = { AWS = local.accounts[local.position] }
        Action    = element(local.matrix, 3)
        Resource  = [for i in range(3) : "arn:aws:s3:::shard-${i}"]
      },
      {
        Effect    = "Allow"
        Principal = { AWS = local.accounts[length(local.accounts) - 1] }
        Action    = one(local.matrix[1])
        Resource  = [for i in range(10, 0, -5) : "arn:aws:s3:::${local.named.second}-${i}"]
      },
      {
        Effect    = alltrue([for a in local.accounts : length(a) == 12]) && anytrue([false, true]) ? "Allow" : "Deny"
        Principal = "*"
        Action    = "s3:GetBucketLocation"
        Resource  = "*"
        Condition = { NumericLessThanEquals = { "s3:max-keys" = max(1, sum([2, 3]), 4) } }
      },
    ]
  })
}
