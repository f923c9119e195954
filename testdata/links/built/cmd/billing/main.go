package main

import "example.com/shop/internal/billing"

func main() { billing.Run() }
