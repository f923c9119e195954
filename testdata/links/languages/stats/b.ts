await consumer.subscribe({ topic: "clicks" })
