resource "aws_vpc_endpoint" "this" {
  for_each          = local.endpoints
  vpc_id            = var.vpc_id
  service_name      = each.value.service
  vpc_endpoint_type = each.value.type
  policy            = jsonencode(each.value.policy)
}
