variable "environment" {
  default = "prod"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*", Resource = "*" }] })

  timeouts {
    create = "5m"
  }

  lifecycle {
    create_before_destroy = true
    prevent_destroy       = true
    ignore_changes        = [policy, tags["Managed"]]

    precondition {
      condition     = var.environment == "prod"
      error_message = "Only in prod."
    }

    postcondition {
      condition     = self.service_name != ""
      error_message = "A service is needed."
    }
  }
}

check "policy" {
  assert {
    condition     = strcontains(aws_vpc_endpoint.s3.policy, "s3:")
    error_message = "The policy is about something else."
  }
}
