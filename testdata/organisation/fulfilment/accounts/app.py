import requests
from flask import Flask

app = Flask(__name__)


@app.route("/accounts")
def accounts():
    return "[]"


def trial():
    return requests.get("http://order-desk.trial.svc.cluster.local:8080/orders/count").text
