from fastapi import FastAPI
from tasks import sweep

app = FastAPI()


@app.post("/orders")
def place():
    sweep.delay()
