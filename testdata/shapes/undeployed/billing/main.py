from fastapi import FastAPI

app = FastAPI()


@app.get("/billing")
def read():
    return []
