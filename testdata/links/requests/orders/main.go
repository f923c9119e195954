package main

import "github.com/nats-io/nats.go"

func main() {
	nc, _ := nats.Connect(url)
	answer, err := nc.Request("pay.charge", data, time.Second)
	nc.Publish("pay.seen", data)
}
