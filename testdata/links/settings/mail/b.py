consumer = AIOKafkaConsumer("users")
