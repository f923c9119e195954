import json
import os

import boto3
import requests

STOCK_URL = os.environ["STOCK_URL"]
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
sqs = boto3.client("sqs")


def handler(event, _):
    order = json.loads(event["body"])
    requests.post(STOCK_URL + "/reserve", json=order, timeout=3)
    table.put_item(Item=order)
    sqs.send_message(QueueUrl=os.environ["INVOICE_QUEUE"], MessageBody=json.dumps(order))
    return {"statusCode": 201}
