from flask import Flask
from tasks import reserve

app = Flask(__name__)


@app.post('/orders')
def order():
    reserve.delay(1)
    return ''
