plain = "from file"
flags = { a = "true", b = false }
quoted = "from tfvars"
listed = ["x"]
