variable "vpc_id" {
  default = "vpc-0123456789abcdef0"
}

locals {
  endpoints = {
    ecr-api = {
      service = "ecr.api"
      actions = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"]
    }
    ecr-dkr = {
      service = "ecr.dkr"
      actions = ["ecr:*"]
    }
    logs = {
      service = "logs"
      actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    }
  }
}

resource "aws_security_group" "endpoints" {
  name   = "endpoints"
  vpc_id = var.vpc_id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_vpc_endpoint" "this" {
  for_each = local.endpoints

  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.eu-west-1.${each.value.service}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints.id]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = replace(title(each.key), "-", "")
      Effect    = "Allow"
      Principal = "*"
      Action    = each.value.actions
      Resource  = "*"
      Condition = { StringEquals = { "aws:ResourceAccount" = "111122223333" } }
    }]
  })

  tags = { Name = each.key }
}
