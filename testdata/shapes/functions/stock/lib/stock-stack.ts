import * as cdk from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as ssm from "aws-cdk-lib/aws-ssm";

export class StockStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string, stage: string) {
    super(scope, id);
    const shelf = new dynamodb.Table(this, "Shelf", {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
    });
    const reserve = new lambda.Function(this, "Reserve", {
      runtime: lambda.Runtime.NODEJS_20_X,
      handler: "reserve.handler",
      code: lambda.Code.fromAsset("src"),
      environment: {
        SHELF_TABLE: shelf.tableName,
      },
    });
    const url = reserve.addFunctionUrl();
    new ssm.StringParameter(this, "Url", {
      parameterName: `/shop/${stage}/stock/url`,
      stringValue: url.url,
    });
  }
}
