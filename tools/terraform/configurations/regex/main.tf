locals {
  arn      = "arn:aws:iam::111122223333:role/service/deployer"
  account  = regex("arn:aws:iam::([0-9]{12}):", local.arn)[0]
  parts    = regex("^arn:(?P<partition>[^:]+):(?P<service>[^:]+):[^:]*:(?P<account>[^:]*):(?P<resource>.*)$", local.arn)
  accounts = regexall("[0-9]{12}", "111122223333,444455556666; 777788889999")
  role     = regex("[^/]+$", local.arn)
}

resource "aws_vpc_endpoint" "sts" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sts"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = title(local.role)
      Effect    = "Allow"
      Principal = { AWS = [for a in local.accounts : "arn:${local.parts.partition}:iam::${a}:root"] }
      Action    = length(regexall("role/", local.arn)) > 0 ? "sts:AssumeRole" : "sts:*"
      Resource  = "arn:aws:${local.parts["service"]}::${local.account}:${local.parts.resource}"
    }]
  })
}
