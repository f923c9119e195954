package store_test

import (
	"example.com/app/store"
	"example.com/app/user"
)

func check() { store.Secret(); store.Save(); user.Use() }
