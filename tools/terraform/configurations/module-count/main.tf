variable "vpc_ids" {
  default = ["vpc-00000000000000001", "vpc-00000000000000002"]
}

module "s3" {
  count  = length(var.vpc_ids)
  source = "./s3"

  vpc_id = var.vpc_ids[count.index]
  bucket = "example-${count.index}"
}

module "disabled" {
  count  = 0
  source = "./s3"

  vpc_id = "vpc-00000000000000003"
  bucket = "never"
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = module.s3[0].vpc_id
  service_name = "com.amazonaws.eu-west-1.dynamodb"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "dynamodb:*", Resource = module.s3[*].bucket_arn }] })
}
