package main

import "example.com/dep/sub"

func main() { sub.Run() }
