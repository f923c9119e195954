package main

import amqp "github.com/rabbitmq/amqp091-go"

func main() { ch.PublishWithContext(ctx, "", "users", false, false, amqp.Publishing{}) }
