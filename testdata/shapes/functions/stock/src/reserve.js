const { DynamoDB } = require("@aws-sdk/client-dynamodb");
const { EventBridge } = require("@aws-sdk/client-eventbridge");

const db = new DynamoDB({});
const bus = new EventBridge({});

exports.handler = async (event) => {
  await db.putItem({ TableName: process.env.SHELF_TABLE, Item: {} });
  await bus.putEvents({ Entries: [{ Source: "shop.stock", DetailType: "StockLow", Detail: "{}" }] });
};
