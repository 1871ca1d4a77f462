locals {
  region   = "eu-west-1"
  raw      = "  s3:GetObject , s3:PutObject "
  actions  = [for a in split(",", local.raw) : trimspace(a)]
  arns     = formatlist("arn:aws:s3:::%s/*", ["example-a", "example-b"])
  accounts = formatlist("arn:%s:iam::%s:root", "aws", ["111122223333", "444455556666"])
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = format("com.amazonaws.%s.%s", local.region, lower("S3"))

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = title(replace("read-and-write", "-", ""))
        Effect    = "Allow"
        Principal = { AWS = local.accounts }
        Action    = local.actions
        Resource  = concat(local.arns, [format("arn:aws:s3:::%s-%03d/%v", "part", 7, true)])
      },
      {
        Sid       = substr("DenyEverythingElse", 0, 4)
        Effect    = title("deny")
        Principal = "*"
        Action    = "${trimprefix("aws:s3:Delete", "aws:")}*"
        Resource  = trimsuffix("arn:aws:s3:::example-c/", "/")
        Condition = {
          StringNotEquals = {
            "aws:PrincipalTag/${upper("env")}" = strrev("dorp")
            "aws:RequestedRegion"              = trim("?!eu-west-1?!", "?!")
          }
        }
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = join(":", ["s3", "PutBucketAcl"])
        Resource  = replace("arn:aws:s3:::example-123", "/-[0-9]+$/", "-*")
        Condition = { StringEquals = { "aws:PrincipalTag/x" = startswith(local.region, "eu-") && endswith(local.region, "-1") && strcontains(local.region, "west") ? "yes" : "no" } }
      },
    ]
  })
}
