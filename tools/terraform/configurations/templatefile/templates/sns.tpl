${jsonencode({
  Version = "2012-10-17"
  Statement = [for topic, action in topics : {
    Effect    = "Allow"
    Principal = "*"
    Action    = action
    Resource  = "arn:aws:sns:eu-west-1:111122223333:${topic}"
  }]
})}
