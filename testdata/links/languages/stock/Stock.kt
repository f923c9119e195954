class Stock { @KafkaListener(topics = ["orders"]) fun f(order: String) {} }
