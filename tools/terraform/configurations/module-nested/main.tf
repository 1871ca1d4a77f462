module "network" {
  source = "./network"

  name         = "shop"
  organization = "o-exampleorgid"
}

resource "aws_vpc_endpoint" "outside" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.events"
  vpc_endpoint_type = "Interface"
  policy            = module.network.perimeter
}
