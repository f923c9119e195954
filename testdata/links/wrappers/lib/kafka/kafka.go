package kafka

func Publish(key uuid.UUID, payload []byte, eventType string, topic string) {
	msg := &sarama.ProducerMessage{Topic: topic, Value: sarama.StringEncoder(payload)}
	producer.SendMessage(msg)
}

func CreatePartitionConsumer(topic string) (sarama.PartitionConsumer, error) {
	consumer, err := sarama.NewConsumer(brokers, config)
	return consumer.ConsumePartition(topic, 0, sarama.OffsetNewest)
}
