package orders

import (
	"net/http"

	"example.com/chat/pkg/clients"
)

func Start() {
	users := clients.NewUsers(connect())
	http.HandleFunc("/orders", func(w http.ResponseWriter, r *http.Request) {
		users.Find(r.Context(), nil)
	})
	http.ListenAndServe(":80", nil)
}
