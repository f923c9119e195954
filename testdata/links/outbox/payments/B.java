class B { @KafkaListener(topics = "order-placed") void f(String order) {}
    @KafkaListener(topics = "${topics.returns:shop.returns.events}") void g(String back) {} }
