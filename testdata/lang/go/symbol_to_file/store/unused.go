package store

func Unused() {}
