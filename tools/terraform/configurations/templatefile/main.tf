variable "buckets" {
  default = ["example-a", "example-b", "example-c"]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = templatefile("${path.module}/templates/s3.json.tftpl", {
    buckets = var.buckets
    org     = "o-exampleorgid"
    deny    = true
  })
}

resource "aws_vpc_endpoint" "sns" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sns"
  vpc_endpoint_type = "Interface"

  policy = templatefile("${path.module}/templates/sns.tpl", {
    topics = { alerts = "sns:Publish", audit = "sns:Subscribe" }
  })
}
