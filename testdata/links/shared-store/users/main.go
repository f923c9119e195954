package main

import (
	"net/http"

	"example.com/shop/lib/storage"
)

func main() {
	db := storage.Open()
	http.ListenAndServe(":8080", handler(db))
}
