locals {
  statement = trimspace(<<-EOT

      {"Effect": "Allow", "Principal": "*", "Action": "logs:PutLogEvents", "Resource": "*"}

  EOT
  )
  table = csvdecode(<<-CSV
    action,resource
    logs:CreateLogStream,arn:aws:logs:*:*:log-group:a
    logs:PutLogEvents,arn:aws:logs:*:*:log-group:b
  CSV
  )
  yaml = yamldecode(<<-YAML
    Version: "2012-10-17"
    Statement:
      - Effect: Deny
        Principal: "*"
        Action: logs:DeleteLogGroup
        Resource: "*"
  YAML
  )
  uneven = <<-EOT
      six
    four
        eight
  EOT
}

resource "aws_vpc_endpoint" "text" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.logs"
  vpc_endpoint_type = "Interface"
  policy            = format("{\"Statement\": [%s]}", local.statement)
}

resource "aws_vpc_endpoint" "table" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.logs"
  vpc_endpoint_type = "Interface"

  policy = jsonencode({
    Statement = concat(
      [for row in local.table : { Effect = "Allow", Principal = "*", Action = row.action, Resource = row.resource }],
      local.yaml.Statement,
      [{ Sid = "Spaces", Effect = "Deny", Principal = "*", Action = "logs:*", Resource = split("\n", indent(2, local.uneven)) }],
    )
  })
}
