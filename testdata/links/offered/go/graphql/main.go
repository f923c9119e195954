package main

import (
	"net/http"
	"os"

	"example.com/shop/account"
)

func main() {
	client, _ := account.NewClient(os.Getenv("ACCOUNT_SERVICE_URL"))
	http.ListenAndServe(":8080", handler(client))
}
