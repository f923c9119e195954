consumer.subscribe("sales")
