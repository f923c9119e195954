package commands

import "example.com/chat/internal/users"

func NewUsers() *root { return &root{start: users.Start} }
