import os

import redis
import requests
from flask import Flask, jsonify
from kafka import KafkaConsumer

app = Flask(__name__)
cache = redis.Redis(host=os.environ["REDIS_HOST"])
consumer = KafkaConsumer("orders-placed", bootstrap_servers="kafka:9092")


@app.route("/prices/<item>")
def price(item):
    placed = requests.get(os.environ["ORDERS_URL"] + "/orders/count").json()
    return jsonify(price=100 - placed["count"], item=item)


def accounts():
    return requests.get(os.environ["ACCOUNTS_URL"] + "/accounts").json()
