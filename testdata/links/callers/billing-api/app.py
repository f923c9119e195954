from flask import Flask

app = Flask(__name__)


@app.post("/bills")
def bill():
    return {}
