variable "name" { type = string }

variable "organization" { type = string }

resource "aws_vpc" "this" {
  cidr_block = "10.1.0.0/16"
  tags       = { Name = var.name }
}

module "perimeter" {
  source       = "../policies/perimeter"
  organization = var.organization
}

module "endpoints" {
  source = "./endpoints"

  vpc_id   = aws_vpc.this.id
  services = ["events", "states"]
  policy   = module.perimeter.json
}

output "perimeter" { value = module.perimeter.json }
