from celery import Celery

app = Celery('shop')


@app.task
def reserve(order):
    print(order)
