import os

import requests
from flask import Flask

app = Flask(__name__)


@app.route("/quote/<item>")
def quote(item):
    return requests.get(os.environ["PRICING_URL"] + "/prices/" + item).text


@app.route("/open")
def still_open():
    return requests.get("http://order-desk.fulfil.svc.cluster.local:8080/orders/count").text
