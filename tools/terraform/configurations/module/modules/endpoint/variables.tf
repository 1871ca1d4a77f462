variable "vpc_id" {
  type = string
}

variable "service" {
  type = string
}

variable "actions" {
  type    = list(string)
  default = []
}

variable "resources" {
  type    = list(string)
  default = ["*"]
}

locals {
  service_name = "com.amazonaws.eu-west-1.${var.service}"
}
