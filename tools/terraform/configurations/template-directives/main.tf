variable "accounts" {
  type    = list(string)
  default = ["111122223333", "444455556666"]
}

variable "read_only" {
  type    = bool
  default = true
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-0123456789abcdef0"
  service_name = "com.amazonaws.eu-west-1.${var.read_only ? "s3" : "dynamodb"}"

  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        %{ for i, account in var.accounts ~}
        %{ if i > 0 },%{ endif }
        {
          "Sid": "Account${i}",
          "Effect": "Allow",
          "Principal": {"AWS": "${account}"},
          "Action": "%{ if var.read_only }s3:Get*%{ else }s3:*%{ endif }",
          "Resource": "*"
        }
        %{~ endfor ~}

      ]
    }
  EOT
}

resource "aws_vpc_endpoint" "sqs" {
  vpc_id            = "vpc-0123456789abcdef0"
  service_name      = "com.amazonaws.eu-west-1.sqs"
  vpc_endpoint_type = "Interface"
  policy            = "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[%{for i, a in ["sqs:SendMessage", "sqs:ReceiveMessage"]}%{if i != 0},%{endif}\"${a}\"%{endfor}],\"Resource\":\"*\"}]}"
}
