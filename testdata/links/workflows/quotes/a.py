from temporalio.client import Client

TASK_QUEUE = "rates"


async def quote(client):
    return await client.execute_workflow(Quote.run, "x", id="y", task_queue=TASK_QUEUE)
