import os

import psycopg2
import requests
from flask import Flask, jsonify
from kafka import KafkaProducer

app = Flask(__name__)
producer = KafkaProducer(bootstrap_servers="kafka:9092")
connection = psycopg2.connect(os.environ["DATABASE_URL"])


@app.route("/orders/count")
def count():
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM orders")
    return jsonify(count=cursor.fetchone()[0])


@app.route("/orders", methods=["POST"])
def place():
    price = requests.get(os.environ["PRICING_URL"] + "/prices/1").json()
    connection.cursor().execute("INSERT INTO orders (price) VALUES (%s)", [price["price"]])
    producer.send("orders-placed", b"1")
    requests.post(os.environ["API_URL"] + "/notify")
    return "", 204
