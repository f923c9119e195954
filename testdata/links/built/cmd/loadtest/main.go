package main

import (
	"net/http"

	"example.com/shop/internal/orders"
)

func main() {
	orders.Place(nil)
	http.ListenAndServe(":9", nil)
}
