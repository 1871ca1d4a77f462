locals {
  names    = ["orders", "customers"]
  actions  = ["dynamodb:GetItem", "dynamodb:Query"]
  tables   = zipmap(local.names, local.actions)
  tags     = { team = "shop", env = "prod" }
  inverted = transpose({ reader = ["orders", "customers"], writer = ["orders"] })
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.dynamodb"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = values(local.tables)
        Resource  = [for name in keys(local.tables) : "arn:aws:dynamodb:*:111122223333:table/${name}"]
        Condition = {
          StringEquals = zipmap([for k in keys(local.tags) : "aws:PrincipalTag/${k}"], values(local.tags))
        }
      },
      {
        Effect    = "Allow"
        Principal = { AWS = [for role in local.inverted["orders"] : "arn:aws:iam::111122223333:role/${role}"] }
        Action    = "dynamodb:Scan"
        Resource  = "arn:aws:dynamodb:*:111122223333:table/${matchkeys(["a", "b"], ["x", "y"], ["y"])[0]}"
      },
    ]
  })
}
