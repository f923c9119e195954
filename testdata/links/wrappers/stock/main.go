package main

import "shop/lib/kafka"

func main() { kafka.Publish(id, nil, "Reserved", config.App.OrderTopic) }
