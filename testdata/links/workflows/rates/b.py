from temporalio.worker import Worker


async def main():
    worker = Worker(client, task_queue="rates", workflows=[Quote])
