const { EventBridgeClient, PutEventsCommand } = require("@aws-sdk/client-eventbridge");

const bus = new EventBridgeClient({});

exports.handler = async (event) => {
  const order = JSON.parse(event.Records[0].body);
  await fetch(`${process.env.ORDERS_URL}/orders/${order.id}`);
  await bus.send(new PutEventsCommand({
    Entries: [{ Source: "shop.billing", DetailType: "InvoiceSettled", Detail: "{}" }],
  }));
};
