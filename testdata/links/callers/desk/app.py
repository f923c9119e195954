import requests
from flask import Flask

import config

app = Flask(__name__)


@app.post("/orders")
def place():
    requests.post(config.STUB_URL + "orders")
    return requests.post(config.BILLING_API_URL + "/bills").json()
