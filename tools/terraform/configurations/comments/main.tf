# The endpoint of the shop. // not a second comment
/* resource "aws_vpc_endpoint" "gone" {
  policy = "{}"
} */
variable "vpc_id" { default = "vpc-0123456789abcdef0" } # one line
locals { # after a brace
  actions = [ // and here
    "s3:GetObject", # first
    /* none */ "s3:PutObject", // second
    # "s3:DeleteObject",
  ]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = var.vpc_id /* the VPC */
  service_name = "com.amazonaws.eu-west-1.s3"  # not /* a comment in a string */ "x"
  policy = jsonencode({ # opening
    Statement = [{
      Effect = "Allow", Principal = "*" // two on one line
      Action = local.actions
      Resource = "arn:aws:s3:::example/* not a comment */#nor this//nor this"
    }]
  }) // closing
}
