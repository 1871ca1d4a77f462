locals {
  statement = {
    Effect    = "Allow"
    Principal = "*"
    Action    = "${local.service}:*"
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalOrgID" = local.organization } }
  }
  organization = "o-exampleorgid"
  version      = "2012-10-17"
  namespace    = "com.amazonaws"
  region       = "eu-west-1"
  service      = "kms"
}
