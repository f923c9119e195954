package app

func c() { Run() }
