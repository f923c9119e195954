class EventSender(private val kafkaTemplate: KafkaTemplate<String, String>) {
  fun sendEvent(topic: String, e: Any) = kafkaTemplate.send(topic, e)
}
