module "defaults" {
  source = "./endpoint"
  action = null
  effect = null
}

module "given" {
  source   = "./endpoint"
  action   = "sts:AssumeRole"
  effect   = "Deny"
  settings = { resources = ["arn:aws:iam::111122223333:role/x"] }
}
