import pika

channel.basic_consume(queue="rates", on_message_callback=answer)
