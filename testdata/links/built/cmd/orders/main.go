package main

import "example.com/shop/internal/orders"

func main() { orders.Run() }
