from celery import Celery

app = Celery('mails')


@app.task(bind=True)
def send(self, order):
    print(order)
