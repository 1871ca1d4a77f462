variable "vpc_id" {
  type = string
}

variable "bucket_names" {
  type = list(string)
}

variable "organization_id" {
  type    = string
  default = "o-unused00000"
}

variable "statements" {
  type = list(object({
    sid       = string
    actions   = set(string)
    resources = list(string)
  }))
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = var.vpc_id
  service_name = "com.amazonaws.eu-west-1.s3"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "Buckets"
          Effect    = "Allow"
          Principal = "*"
          Action    = ["s3:GetObject"]
          Resource  = [for name in var.bucket_names : "arn:aws:s3:::${name}/*"]
          Condition = { StringEquals = { "aws:PrincipalOrgID" = var.organization_id } }
        },
      ],
      [for s in var.statements : {
        Sid       = s.sid
        Effect    = "Allow"
        Principal = "*"
        Action    = s.actions
        Resource  = s.resources
      }],
    )
  })
}
