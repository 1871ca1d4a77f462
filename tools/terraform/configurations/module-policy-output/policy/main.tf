variable "buckets" {
  type = object({
    read  = list(string)
    write = optional(list(string), [])
  })
}

locals {
  statements = {
    read = {
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = [for b in var.buckets.read : "arn:aws:s3:::${b}/*"]
    }
    write = {
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = [for b in var.buckets.write : "arn:aws:s3:::${b}/*"]
    }
  }
}

output "json" {
  value = jsonencode({ Version = "2012-10-17", Statement = values(local.statements) })
}

output "statements" {
  value = local.statements
}
