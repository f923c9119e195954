def handler(event, _):
    if event["source"] == "shop.billing":
        print(event["detail"])
