package commands

import "example.com/chat/internal/orders"

func NewOrders() *root { return &root{start: orders.Start} }
