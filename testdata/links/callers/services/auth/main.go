// Auth starts tasks.
package main

import "net/http"

func main() {
	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		http.Get("http://task:8000/v1/tasks")
	})
	http.ListenAndServe(":8001", nil)
}
