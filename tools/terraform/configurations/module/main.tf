module "s3_endpoint" {
  source = "./modules/endpoint"

  vpc_id  = "vpc-0123456789abcdef0"
  service = "s3"
  actions = ["s3:GetObject", "s3:PutObject"]
  resources = [
    "arn:aws:s3:::example-a/*",
  ]
}

module "dynamodb_endpoint" {
  source = "./modules/endpoint"

  vpc_id  = "vpc-0123456789abcdef0"
  service = "dynamodb"
}

output "service" {
  value = module.s3_endpoint.service_name
}
