resource "aws_vpc_endpoint" "resource" {
  vpc_id                     = "vpc-0123456789abcdef0"
  vpc_endpoint_type          = "Resource"
  resource_configuration_arn = "arn:aws:vpc-lattice:eu-west-1:111122223333:resourceconfiguration/rcfg-0123456789abcdef0"
  subnet_ids                 = ["subnet-0123456789abcdef0"]
}

resource "aws_vpc_endpoint" "network" {
  vpc_id              = "vpc-0123456789abcdef0"
  vpc_endpoint_type   = "ServiceNetwork"
  service_network_arn = "arn:aws:vpc-lattice:eu-west-1:111122223333:servicenetwork/sn-0123456789abcdef0"
}

resource "aws_vpc_endpoint" "inspection" {
  vpc_id            = "vpc-0123456789abcdef0"
  vpc_endpoint_type = "GatewayLoadBalancer"
  service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
  ip_address_type   = "ipv4"
}

resource "aws_vpc_endpoint" "regional" {
  vpc_id              = "vpc-0123456789abcdef0"
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.eu-central-1.s3"
  service_region      = "eu-central-1"
  private_dns_enabled = true
  auto_accept         = false

  dns_options {
    dns_record_ip_type                             = "ipv4"
    private_dns_only_for_inbound_resolver_endpoint = false
  }

  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }] })
}
