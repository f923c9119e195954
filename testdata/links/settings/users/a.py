from config import settings


async def send(producer):
    await producer.send_and_wait(settings.user_topic, b"x")
