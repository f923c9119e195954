package main

func main() {
	config := config.LoadConfig(".")
	go kafka.RegisterConsumer(config.OrderTopic, service)
}
