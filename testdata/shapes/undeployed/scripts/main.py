print("no server")
