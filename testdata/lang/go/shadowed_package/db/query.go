package db

func Query() {}
