package main

import "example.com/app/store"

func main() {
	var s store.Store
	s.Save(store.Limit)
}
