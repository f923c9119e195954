package main

import (
	. "example.com/app/dot"
	_ "example.com/app/side"
	short "example.com/app/long"
)

func main() {
	Visible()
	short.Call()
}
