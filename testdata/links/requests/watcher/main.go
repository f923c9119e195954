package main

import "github.com/nats-io/nats.go"

func main() { nc.Subscribe("pay.seen", func(m *nats.Msg) {}) }
