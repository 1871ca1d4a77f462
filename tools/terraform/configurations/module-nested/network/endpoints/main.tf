variable "vpc_id" { type = string }
variable "services" { type = set(string) }
variable "policy" { type = string }

resource "aws_vpc_endpoint" "this" {
  for_each          = var.services
  vpc_id            = var.vpc_id
  service_name      = "com.amazonaws.eu-west-1.${each.value}"
  vpc_endpoint_type = "Interface"
  policy            = var.policy
}
