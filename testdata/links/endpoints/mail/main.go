package main

import amqp "github.com/rabbitmq/amqp091-go"

func main() { ch.Consume("users", "", true, false, false, false, nil) }
