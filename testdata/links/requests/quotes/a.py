import pika


def quote(channel):
    channel.basic_publish(
        exchange="",
        routing_key="rates",
        properties=pika.BasicProperties(reply_to=callback_queue, correlation_id=number),
        body=b"",
    )
