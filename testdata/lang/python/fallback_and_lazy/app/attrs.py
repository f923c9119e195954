MAX = 1
