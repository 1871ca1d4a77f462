resource "aws_vpc_endpoint" "this" {
  vpc_id       = var.vpc_id
  service_name = local.service_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = coalescelist(var.actions, ["${var.service}:*"])
      Resource  = var.resources
    }]
  })
}
