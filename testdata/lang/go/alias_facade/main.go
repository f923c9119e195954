package main

import "example.com/app/api"

func main() { _ = api.Thing{} }
