locals {
  vpc_cidr = "10.0.0.0/16"
  subnets  = cidrsubnets(local.vpc_cidr, 8, 8, 4)
  start    = "2030-01-01T00:00:00Z"
  encoded  = base64encode("{\"action\":\"s3:GetObject\"}")
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Id      = uuidv5("dns", "example.com")
    Statement = [
      {
        Sid       = substr(sha256("s3"), 0, 8)
        Effect    = "Allow"
        Principal = "*"
        Action    = jsondecode(base64decode(local.encoded)).action
        Resource  = "arn:aws:s3:::example-${substr(md5("eu-west-1"), 0, 6)}/${sha1("a")}/*"
        Condition = {
          IpAddress = {
            "aws:VpcSourceIp" = concat([cidrsubnet(local.vpc_cidr, 8, 2), "${cidrhost(local.vpc_cidr, 5)}/32"], local.subnets)
          }
          DateLessThan = { "aws:CurrentTime" = timeadd(local.start, "24h30m") }
        }
      },
      {
        Sid       = format("Until%s", formatdate("YYYYMMDD", local.start))
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:DeleteObject"
        Resource  = "arn:aws:s3:::example/${urlencode("a b/c")}/${filesha256("${path.module}/key.txt")}"
        Condition = {
          NumericLessThan = { "s3:max-keys" = floor(pow(2, 3) / 3) + ceil(1.2) + abs(-4) + parseint("ff", 16) + signum(-3) }
          StringEquals    = { "aws:PrincipalTag/mask" = cidrnetmask("10.0.0.0/12"), "aws:PrincipalTag/key" = filebase64("${path.module}/key.txt") }
        }
      },
    ]
  })
}
