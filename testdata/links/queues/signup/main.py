from celery import Celery

app = Celery('signup')


def signed_up(user):
    app.send_task('mails.send', args=[user])
