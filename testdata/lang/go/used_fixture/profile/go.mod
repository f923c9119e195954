module example.com/a/profile
