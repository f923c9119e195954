from flask import Flask

app = Flask(__name__)


@app.route("/notify", methods=["POST"])
def notify():
    return "", 204
