use super::*;
use crate::discover::services::held;
use crate::knowledge::Knowledge;

fn candidates(files: &[(&str, &str)]) -> Vec<Candidate> {
    let paths = held::paths(files);
    let text = held::text(files);
    let knowledge = Knowledge::default();
    let folders = Folders::new(&paths, &knowledge, Vec::new());
    read(&knowledge.serverless, &paths, &folders, &text)
}

fn settings(candidate: &Candidate) -> Vec<String> {
    let settings = candidate.settings.iter();
    settings
        .map(|setting| format!("{}={}", setting.key, setting.value))
        .collect()
}

const ORDERS: &str = "\
Resources:
  Api: {Type: AWS::Serverless::HttpApi}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'orders-${AWS::StackName}'}}
  Place: {Type: AWS::Serverless::Function, Properties: {CodeUri: ../../src/orders}}
Outputs:
  Url: {Value: !Sub 'https://${Api}.example'}
  Queue: {Value: !GetAtt Queue.Arn}
";

const BILLING: &str = "\
Parameters:
  Url: {Type: String}
  Topic: {Type: String}
Resources:
  Pay:
    Type: AWS::Lambda::Function
    Properties:
      Code: ../../src/billing
      Environment: {Variables: {ORDERS_URL: {Ref: Url}, FIXED: 'a', SELF: !GetAtt Pay.Arn}}
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !Ref Topic}
";

const ROOT: &str = "\
Resources:
  Orders: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: orders/template.yaml}}
  Billing:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: billing/template.yaml
      Parameters: {Url: !GetAtt Orders.Outputs.Url, Topic: !GetAtt Orders.Outputs.Queue}
";

#[test]
fn a_template_around_hands_what_one_puts_out_to_another() {
    let found = candidates(&[
        ("infra/root.yaml", ROOT),
        ("infra/orders/template.yaml", ORDERS),
        ("infra/billing/template.yaml", BILLING),
        ("src/orders/main.py", ""),
        ("src/billing/main.py", ""),
    ]);
    let shown: Vec<_> = found.iter().map(|c| (&*c.name, c.dir.as_deref())).collect();
    let wanted = [
        ("billing", Some("src/billing")),
        ("orders", Some("src/orders")),
    ];
    assert_eq!(shown, wanted, "the template around runs nothing by itself");
    let wanted = [
        "ORDERS_URL=https://infra-orders-template-yaml.stack/",
        "FIXED=a",
        "stack.listens=orders",
    ];
    assert_eq!(settings(&found[0]), wanted);
}

#[test]
fn rules_and_permissions_tell_of_events_and_services_of_the_provider_do_not() {
    let template = "\
Resources:
  On:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - Statement: {Action: events:PutEvents, Condition: {StringEquals: {events:source: shop.orders}}}
      Events:
        Paid: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop.pay], detail-type: [Paid, Lost]}}}
        Nightly: {Type: EventBridgeRule, Properties: {Pattern: {source: [aws.s3]}}}
        Any: {Type: EventBridgeRule, Properties: {Pattern: {account: ['1']}}}
";
    let found = candidates(&[("orders/template.yaml", template), ("orders/on.py", "")]);
    assert_eq!(
        settings(&found[0]),
        ["stack.emits=shop.orders", "stack.takes=shop.pay|Paid,Lost"]
    );
}

#[test]
fn a_path_that_two_templates_publish_leads_to_neither() {
    let publishes = "\
Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {Code: src}}
  P: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/dev/url, Value: !GetAtt Fn.Arn}}
";
    let reads = "\
service: billing
provider: {name: aws, environment: {URL: '${ssm:/shop/dev/url}'}}
functions: {pay: {handler: src/pay.handler}}
";
    let of = |more: &[(&str, &str)]| {
        let mut files = vec![("a/t.yaml", publishes), ("billing/serverless.yml", reads)];
        files.extend(more);
        let found = candidates(&files);
        let billing = found.iter().find(|c| c.name == "billing");
        billing.map(settings)
    };
    assert_eq!(
        of(&[]),
        Some(vec!["URL=https://a-t-yaml.stack/".to_owned()])
    );
    assert_eq!(
        of(&[("b/t.yaml", publishes)]),
        Some(vec!["URL=*".to_owned()])
    );
}

#[test]
fn templates_without_functions_and_tests_are_no_services() {
    let network = "Resources:\n  Net: {Type: AWS::EC2::VPC}\n";
    assert!(candidates(&[("network/template.yaml", network)]).is_empty());
    assert!(candidates(&[("tests/template.yaml", ORDERS)]).is_empty());
}
