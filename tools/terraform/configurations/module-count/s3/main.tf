variable "vpc_id" {}
variable "bucket" {}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = var.vpc_id
  service_name = "com.amazonaws.eu-west-1.s3"
  policy = templatefile("${path.module}/policy.json", {
    bucket = var.bucket
  })
}

output "vpc_id" { value = var.vpc_id }
output "bucket_arn" { value = "arn:aws:s3:::${var.bucket}" }
