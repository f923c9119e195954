Client = 1
