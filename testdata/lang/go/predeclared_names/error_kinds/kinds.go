package kinds

func Kind() {}
