package main

import (
	"example.com/app/sub"
	"example.com/app/subway"
)

func main() { sub.Run(); subway.Ride() }
