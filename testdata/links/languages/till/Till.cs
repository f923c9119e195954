class Till { void F() { channel.BasicConsume(queue: "cart.paid", autoAck: true, consumer: c); } }
