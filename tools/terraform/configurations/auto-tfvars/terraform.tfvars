environment   = "overwritten"
allowed_roles = ["overwritten"]
