import pika


def listen_to(queue):
    channel.basic_consume(queue=queue, on_message_callback=handle)


listen_to("books-closed")
