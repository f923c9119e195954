package store

func Save() int { return secret() }

func secret() int { return 1 }
