resource "aws_s3_bucket" "all" {
  for_each = toset(["logs", "data"])
  bucket   = "example-${each.key}"
}

resource "aws_s3_bucket" "counted" {
  count  = 2
  bucket = "example-${count.index}"
}

locals {
  arns = [for bucket in aws_s3_bucket.all : bucket.arn]
}

# The length of an unknown list can be known, and what it is part of not.
resource "aws_vpc_endpoint" "number" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Sid = "Buckets${length(local.arns)}", Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }] })
}

resource "aws_vpc_endpoint" "names" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = formatlist("arn:aws:s3:::%s/*", aws_s3_bucket.counted[*].bucket) }] })
}

resource "aws_vpc_endpoint" "arns" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = concat(local.arns, aws_s3_bucket.counted[*].arn) }] })
}

resource "aws_vpc_endpoint" "keys" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [for key, bucket in aws_s3_bucket.all : { Sid = key, Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "arn:aws:s3:::${bucket.id == "" ? "never" : key}" }] })
}

resource "aws_vpc_endpoint" "per_bucket" {
  for_each     = aws_s3_bucket.all
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "arn:aws:s3:::${each.value.bucket}/*" }] })
}
