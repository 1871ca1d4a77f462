locals {
  buckets  = ["example-a", "example-b"]
  suffixes = ["", "/*"]
  actions  = [["s3:GetObject", "s3:ListBucket"], [], [["s3:PutObject"]]]
  common   = setunion(["111122223333", "444455556666"], ["777788889999", "111122223333"])
  both     = setintersection(local.common, ["111122223333", "000000000000"])
  rest     = setsubtract(local.common, local.both)
  cleaned  = compact(["s3:GetObject", "", null, "s3:HeadObject"])
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "All"
        Effect    = "Allow"
        Principal = { AWS = local.common }
        Action    = flatten(local.actions)
        Resource  = [for pair in setproduct(local.buckets, local.suffixes) : "arn:aws:s3:::${join("", pair)}"]
      },
      {
        Sid       = "Rest"
        Effect    = "Deny"
        Principal = { AWS = sort(tolist(local.rest)) }
        Action    = distinct(concat(local.cleaned, ["s3:GetObject"]))
        Resource  = "*"
      },
      {
        Sid       = "Reverse${length(local.common)}"
        Effect    = "Deny"
        Principal = { AWS = tolist(local.both)[0] }
        Action    = reverse(["s3:PutObject", "s3:DeleteObject"])
        Resource  = chunklist(["arn:aws:s3:::x", "arn:aws:s3:::y", "arn:aws:s3:::z"], 2)[1]
      },
    ]
  })
}
