targets = ["*"] # all
