package main

import "github.com/nats-io/nats.go"

func main() {
	nc, _ := nats.Connect(url)
	nc.QueueSubscribe("pay.charge", "workers", func(m *nats.Msg) { m.Respond(nil) })
}
