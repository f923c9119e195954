package main

import "example.com/shop/account"

func main() {
	account.Listen()
}
