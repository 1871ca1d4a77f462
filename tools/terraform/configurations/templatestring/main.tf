locals {
  template = file("${path.module}/policy.tmpl")
  text     = "arn:aws:s3:::$${bucket}/*"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = templatestring(local.template, { resource = templatestring(local.text, { bucket = "example" }) })
}
