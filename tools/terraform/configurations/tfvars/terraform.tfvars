vpc_id          = "vpc-0fedcba9876543210"
organization_id = "o-exampleorgid"

bucket_names = [
  "example-web",
  "example-data",
]

statements = [
  {
    sid       = "PackageRepositories"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*"]
  },
]
