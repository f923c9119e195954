from celery import Celery

app = Celery("orders")


@app.task
def sweep():
    return None
