import pika


class Bus:
    def emit(self, routing_key, body, headers=None):
        self.channel.basic_publish(exchange="", routing_key=routing_key, body=body)


def close(bus):
    bus.emit(routing_key="books-closed", body=b"")
