from celery import Celery

app = Celery("mail")


@app.task
def deliver():
    return None
