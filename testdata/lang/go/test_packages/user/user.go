package user

import "example.com/app/store"

func Use() { store.Save() }
