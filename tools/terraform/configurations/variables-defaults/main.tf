variable "region" {
  description = "Where the endpoint is"
  type        = string
  default     = "eu-central-1"
}

variable "service" {
  default = "secretsmanager"
}

variable "actions" {
  type    = list(string)
  default = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
}

variable "conditions" {
  type = map(map(list(string)))
  default = {
    StringEquals = {
      "aws:PrincipalOrgID" = ["o-exampleorgid"]
      "aws:ResourceOrgID"  = ["o-exampleorgid"]
    }
  }
}

variable "private" {
  type    = bool
  default = true
  validation {
    condition     = var.private || var.region != ""
    error_message = "A public endpoint needs a region."
  }
}

provider "aws" {
  region = var.region
}

resource "aws_vpc_endpoint" "secrets" {
  vpc_id              = "vpc-0123456789abcdef0"
  service_name        = "com.amazonaws.${var.region}.${var.service}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = var.private

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = var.actions
      Resource  = "*"
      Condition = var.conditions
    }]
  })
}
