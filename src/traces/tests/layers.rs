//! One call counts once, at the right level, and is synchronous where kinds say so.
//!
//! In: traces in a short notation. Out: assertions.
//! Invariant: each case stands beside its near miss.
//! Never: recorded data.

use super::meaning::{edges, read};

fn of(text: &str) -> Vec<String> {
    edges(&read(text))
}

#[test]
fn a_request_and_its_response_are_synchronous_whatever_the_clocks_say() {
    let skewed = read(
        "1 0 web 2 0 100 GET
         2 1 web 3 10 30 GET
         3 2 api 2 5010 5025 GET
         4 3 api 3 5012 5020 GET
         5 4 web 2 13 18 GET",
    );
    assert_eq!(
        edges(&skewed),
        ["api->web Sync 1/0/0", "web->api Sync 1/0/0"]
    );
    assert_eq!((skewed.loops[0].count, skewed.loops[0].contained), (1, 1));
    assert_eq!(
        of("1 0 web 0 0 100 GET
            2 1 api 0 200 300 GET"),
        ["web->api Async 1/0/0"],
        "without kinds the clocks decide"
    );
    assert_eq!(
        of("1 0 web 4 0 10 send
            2 1 api 2 20 30 push"),
        ["web->api Async 1/0/0"]
    );
}

#[test]
fn skew_proves_no_loop_that_lasts_longer_than_its_caller() {
    let found = read(
        "1 0 web 2 0 100 GET
         2 1 web 3 10 30 GET
         3 2 api 2 5010 5060 GET
         4 3 api 3 5012 5020 GET
         5 4 web 2 213 218 GET",
    );
    assert_eq!(found.loops[0].contained, 0);
}

#[test]
fn layers_of_one_query_count_once() {
    assert_eq!(
        of("1 0 web 2 0 100 GET
            2 1 web 3 10 50 find db.system=postgresql db.name=shop
            3 2 web 3 11 49 query db.system=postgresql db.name=shop server.address=pg
            4 1 web 3 60 90 search db.system=elasticsearch db.name=items
            5 4 web 3 61 89 POST http.request.method=POST server.address=es"),
        ["web->items? Datastore 1/0/0", "web->shop? Datastore 1/0/0"]
    );
    assert_eq!(
        of("1 0 web 2 0 100 GET
            2 1 web 3 10 50 get db.system=redis server.address=cache
            3 2 web 3 11 49 query db.system=postgresql server.address=pg"),
        ["web->cache? Datastore 1/0/0", "web->pg? Datastore 1/0/0"],
        "a cache around its loader is two queries"
    );
    assert_eq!(
        of("1 0 web 2 0 100 GET
            2 1 web 3 10 50 find db.system=hibernate
            3 2 web 3 11 49 query db.system=mysql db.name=shop
            4 1 web 3 50 90 GET http.request.method=GET server.address=pay
            5 4 web 3 51 89 GET http.request.method=GET server.address=10.0.0.1"),
        ["web->pay? Sync 1/0/0", "web->shop? Datastore 1/0/0"]
    );
}

#[test]
fn each_attempt_is_a_call_and_a_connection_is_none() {
    assert_eq!(
        of("1 0 web 2 0 100 GET
            2 1 web 3 10 90 POST http.request.method=POST server.address=pay
            3 2 web 3 11 40 POST http.request.method=POST server.address=pay:8443
            4 2 web 3 50 80 POST http.request.method=POST server.address=pay
            5 4 web 3 51 52 connect net.peer.name=pay"),
        ["web->pay? Sync 2/0/0"]
    );
    assert_eq!(
        of("1 0 web 2 0 100 GET
            2 1 web 3 10 90 GET http.request.method=GET server.address=api
            3 2 web 3 11 12 dns net.peer.name=10.0.0.2
            4 2 web 3 13 20 token http.request.method=POST server.address=auth
            5 2 api 2 30 80 GET"),
        ["web->api Sync 1/0/0", "web->auth? Sync 1/0/0"],
        "a token from elsewhere is a call of its own"
    );
}

#[test]
fn rpc_over_http_counts_once_and_a_callback_apart() {
    assert_eq!(
        of("1 0 web 2 0 100 GET
            2 1 web 3 10 90 put rpc.system=aws-api rpc.service=S3
            3 2 web 3 11 40 PUT http.request.method=PUT url.full=https://s3.eu.example/x
            4 1 web 3 10 90 Pay rpc.system=grpc rpc.service=p.Pay rpc.method=Do server.address=pay
            5 4 web 3 11 40 POST http.request.method=POST server.address=pay
            6 5 pay 2 12 30 Do"),
        ["web->pay Sync 1/0/0", "web->s3.eu.example? Sync 1/0/0"]
    );
    assert_eq!(
        of("1 0 web 2 0 100 GET
            2 1 web 3 10 90 GET http.request.method=GET server.address=api
            3 2 web 1 11 80 chunk
            4 3 web 3 12 70 INSERT db.system=mysql db.name=log"),
        ["web->api? Sync 1/0/0", "web->log? Datastore 1/0/0"]
    );
}

#[test]
fn one_message_is_received_processed_and_settled_once() {
    let sent = "1 0 web 4 0 10 send messaging.system=kafka messaging.destination.name=sold
        trace 2
        2 0 billing 3 20 30 receive link=1/1 messaging.system=kafka messaging.destination.name=sold messaging.operation.type=receive
        3 2 billing 5 31 40 process link=1/1 messaging.system=kafka messaging.destination.name=sold messaging.operation.type=process
        4 3 billing 3 41 42 ack link=1/1 messaging.system=kafka messaging.destination.name=sold messaging.operation.type=settle";
    assert_eq!(of(sent), ["web->billing Messaging 1/0/0"]);
    let two = format!(
        "{sent}
        trace 3
        5 0 stock 3 20 30 receive link=1/1 messaging.system=kafka messaging.destination.name=sold messaging.operation.type=receive"
    );
    assert_eq!(
        of(&two),
        ["web->billing Messaging 1/0/0", "web->stock Messaging 1/0/0"]
    );
}

#[test]
fn peers_are_known_by_every_generation_of_attributes() {
    for told in [
        "url.full=http://pay:80/x",
        "http.url=http://pay/x",
        "http.host=pay:8080",
        "server.address=PAY",
        "net.peer.name=pay",
        "peer.service=pay:9090",
        "peer.hostname=pay",
        "upstream_cluster=outbound|80||pay",
        "rpc.service=pay",
    ] {
        let found = of(&format!("1 0 web 2 0 100 GET\n2 1 web 3 10 90 POST {told}"));
        assert_eq!(found, ["web->pay? Sync 1/0/0"], "{told}");
    }
    let nameless = read("1 0 web 2 0 100 GET\n2 1 web 3 10 90 POST http.request.method=POST");
    assert_eq!(nameless.coverage.nameless_calls, 1);
    let database = of("1 0 web 2 0 9 GET\n2 1 web 3 1 2 SELECT db.namespace=ledger");
    assert_eq!(database, ["web->ledger? Datastore 1/0/0"]);
}
