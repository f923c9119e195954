await consumer.subscribe({ topic: "visits" })
