package kit

func Kit() {}
