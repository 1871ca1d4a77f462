output "service_name" {
  value = aws_vpc_endpoint.this.service_name
}

output "id" {
  value = aws_vpc_endpoint.this.id
}
