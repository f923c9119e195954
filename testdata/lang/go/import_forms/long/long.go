package long

func Call() {}
