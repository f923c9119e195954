class B { @KafkaListener(topics = "order-placed") void f(String order) {} }
