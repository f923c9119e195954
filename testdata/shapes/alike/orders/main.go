package main

import "net/http"

func place(w http.ResponseWriter, r *http.Request) {
	http.Get("http://app.billing.svc.cluster.local/invoices")
}

func main() {
	http.HandleFunc("/orders", place)
	http.ListenAndServe(":80", nil)
}
