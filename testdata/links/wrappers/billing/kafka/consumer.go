package kafka

func RegisterConsumer(topic string, service *Service) {
	consumer, _ := kafka.CreatePartitionConsumer(topic)
	consumer.Messages()
}
