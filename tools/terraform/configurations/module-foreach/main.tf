locals {
  services = {
    ssm = ["ssm:GetParameter"]
    kms = ["kms:Decrypt", "kms:DescribeKey"]
  }
}

module "endpoint" {
  for_each = local.services
  source   = "./endpoint"

  name    = each.key
  actions = each.value
  account = "111122223333"
}

output "policies" {
  value = { for name, endpoint in module.endpoint : name => endpoint.policy }
}

resource "aws_vpc_endpoint" "copy" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.ssmmessages"
  vpc_endpoint_type = "Interface"
  policy            = module.endpoint["ssm"].policy
}
