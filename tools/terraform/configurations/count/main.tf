variable "enable_s3" {
  type    = bool
  default = true
}

variable "enable_dynamodb" {
  type    = bool
  default = false
}

variable "interfaces" {
  type    = list(string)
  default = ["ssm", "ssmmessages", "ec2messages"]
}

resource "aws_vpc_endpoint" "s3" {
  count = var.enable_s3 ? 1 : 0

  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "*"
    }]
  })
}

resource "aws_vpc_endpoint" "dynamodb" {
  count = var.enable_dynamodb ? 1 : 0

  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = "{\"Statement\":[]}"
}

resource "aws_vpc_endpoint" "interface" {
  count = length(var.interfaces)

  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.${var.interfaces[count.index]}"
  vpc_endpoint_type = "Interface"

  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Sid": "Number${count.index + 1}",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "${element(var.interfaces, count.index)}:*",
        "Resource": "*"
      }]
    }
  JSON
}

output "s3_policy" {
  value = one(aws_vpc_endpoint.s3[*].policy)
}
