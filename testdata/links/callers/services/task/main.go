// Task sends people to the pages.
package main

import "net/http"

const pages = "http://pages:3000/"

func main() {
	http.HandleFunc("/v1/tasks", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, pages, http.StatusFound)
	})
	http.ListenAndServe(":8000", nil)
}
