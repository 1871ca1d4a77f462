variable "action" {
  default = "s3:GetObject"
}

locals {
  principal = { AWS = "arn:aws:iam::111122223333:root" }
}

resource "aws_vpc_endpoint" "s3" {
  service_name = "com.amazonaws.eu-central-1.s3"

  tags = { Name = "override" }
}
