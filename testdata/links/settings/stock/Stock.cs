class Stock { void F() { consumer.Subscribe("orders"); } }
