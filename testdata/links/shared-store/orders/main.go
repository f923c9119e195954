package main

import (
	"net/http"

	"example.com/shop/lib/storage"
)

func main() {
	http.ListenAndServe(":8080", handler(storage.Bucket))
}
