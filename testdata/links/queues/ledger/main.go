package main

import "github.com/nats-io/nats.go"

func main() {
	nc, _ := nats.Connect("nats://nats:4222")
	js, _ := nc.JetStream()
	js.PullSubscribe("shop.orders.*", "ledger")
}
