//! What small traces mean: edges, loops, repeats, messages, load.
//!
//! In: traces in a short notation. Out: assertions.
//! Invariant: every case can be checked by hand.
//! Never: recorded data.

use super::profile;
use crate::model::{CallMode, CallProfile};
use crate::traces::{Input, Options};

/// One span a line: `id parent service kind start end name [key=value]…`, or `trace N`.
fn trace(text: &str) -> String {
    let (mut trace, mut out) = ("1".to_owned(), String::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["trace", id] = words.as_slice() {
            trace = (*id).to_owned();
            continue;
        }
        let [id, parent, service, kind, start, end, name, rest @ ..] = words.as_slice() else {
            panic!("{line}")
        };
        let (mut attributes, mut extra) = (Vec::new(), String::new());
        for pair in rest {
            match pair.split_once('=') {
                Some(("link", target)) => {
                    let (trace, span) = target.split_once('/').expect("trace/span");
                    extra.push_str(&format!(
                        r#","links":[{{"traceId":"{trace}","spanId":"{span}"}}]"#
                    ));
                }
                Some(("state", value)) => extra.push_str(&format!(r#","traceState":"{value}""#)),
                Some((key, value)) => {
                    let value = value.replace('+', " ");
                    attributes.push(format!(
                        r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#
                    ));
                }
                None => extra.push_str(r#","status":{"code":2}"#),
            }
        }
        out.push_str(&format!(
            r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{trace}","spanId":"{id}","parentSpanId":"{parent}","name":"{name}","kind":{kind},"startTimeUnixNano":"{start}","endTimeUnixNano":"{end}","attributes":[{}]{extra}}}]}}]}}]}}"#,
            attributes.join(",")
        ));
        out.push('\n');
    }
    out
}

pub(super) fn read(text: &str) -> CallProfile {
    profile(&trace(text))
}

pub(super) fn edges(profile: &CallProfile) -> Vec<String> {
    let line = |edge: &crate::model::CallEdge| {
        let mark = if edge.inferred { "?" } else { "" };
        format!(
            "{}->{}{mark} {:?} {}/{}/{}",
            edge.caller, edge.callee, edge.mode, edge.calls, edge.errors, edge.not_found
        )
    };
    profile.edges.iter().map(line).collect()
}

const CLIENT: u8 = 3;

#[test]
fn client_and_server_are_one_call_with_errors_and_404s() {
    let found = read(
        "1 0 web 2 0 100 GET
         2 1 web 3 10 90 GET FAILED http.response.status_code=404
         3 2 cart 2 20 80 GET/cart http.status_code=404
         4 1 web 3 91 95 GET http.response.status_code=503 peer.service=ghost",
    );
    assert_eq!(
        edges(&found),
        ["web->cart Sync 1/1/1", "web->ghost? Sync 1/1/0"]
    );
    assert_eq!(found.self_calls[0].calls, 2);
    assert_eq!(found.edges[0].p50_ns, Some(60));
    assert_eq!(CLIENT, 3);
}

#[test]
fn what_a_call_costs_is_the_gap_of_durations_whatever_the_clocks_say() {
    let profile = read(
        "1 0 a 3 100 200 GET
         2 1 b 2 95 165 GET
         3 0 a 3 300 350 GET
         4 3 b 2 300 360 GET
         5 0 a 3 400 500 GET
         6 5 b 2 410 440 GET
         7 5 b 2 450 490 GET
         8 0 a 1 600 700 f
         9 8 b 2 600 690 GET",
    );
    let hop = profile.hop.expect("a pair of spans");
    assert_eq!((hop.calls, hop.p50_ns, hop.p95_ns), (1, 30, 30));
    assert_eq!(read("1 0 a 2 0 9 GET").hop, None);
}

#[test]
fn databases_and_brokers_are_inferred() {
    let found = read(
        "1 0 shop 2 0 100 GET
         2 1 shop 3 10 20 SELECT db.system=postgresql db.name=orders db.statement=SELECT+*+FROM+Carts+JOIN+users+ON+1
         3 1 shop 3 30 40 UPDATE db.system=postgresql db.name=orders db.statement=UPDATE+carts+SET+a=1
         4 1 shop 4 50 60 send messaging.system=kafka messaging.destination.name=sold",
    );
    assert_eq!(
        edges(&found),
        [
            "shop->orders? Datastore 2/0/0",
            "shop->sold? Messaging 1/0/0"
        ]
    );
    let tables: Vec<_> = found
        .tables
        .iter()
        .map(|table| (&*table.table, table.write, table.calls))
        .collect();
    assert_eq!(
        tables,
        [("carts", false, 1), ("carts", true, 1), ("users", false, 1)]
    );
}

#[test]
fn messages_are_joined_by_parent_link_or_topic() {
    let found = read(
        "trace 1
         1 0 a 4 0 10 send messaging.system=kafka messaging.destination.name=t
         2 1 b 5 20 30 process messaging.system=kafka messaging.destination.name=t
         trace 2
         1 0 c 5 20 30 process messaging.system=kafka messaging.destination.name=t link=1/1
         trace 3
         1 0 d 5 20 30 process messaging.system=kafka messaging.destination.name=u
         trace 4
         1 0 e 4 0 10 send messaging.system=kafka messaging.destination.name=u
         trace 5
         1 0 f 4 0 10 send messaging.system=kafka messaging.destination.name=v",
    );
    let wanted = [
        "a->b Messaging 1/0/0",
        "a->c Messaging 1/0/0",
        "e->d? Messaging 1/0/0",
        "f->v? Messaging 1/0/0",
    ];
    assert_eq!(edges(&found), wanted);
    let topics: Vec<_> = found
        .topics
        .iter()
        .map(|flow| format!("{}-{}->{}", flow.publisher, flow.topic, flow.subscriber))
        .collect();
    assert_eq!(topics, ["a-t->b", "a-t->c", "e-u->d"]);
}

#[test]
fn loops_tell_containment_from_mere_context() {
    let found = read(
        "trace 1
         1 0 gate 2 0 100 x
         2 1 user 2 1 90 x
         3 2 pay 2 2 80 x
         4 3 user 2 3 70 x
         trace 2
         1 0 user 2 0 10 x
         2 1 pay 2 20 30 x
         3 2 user 2 40 50 x",
    );
    let found_loop = &found.loops[0];
    let path: Vec<&str> = found_loop.path.iter().map(|service| &**service).collect();
    assert_eq!(
        (path, found_loop.count, found_loop.contained),
        (vec!["user", "pay", "user"], 2, 1)
    );
    assert_eq!(&*found_loop.example_trace, "0000000000000001");
    let request = found
        .requests
        .iter()
        .find(|request| request.services.len() == 3)
        .expect("the first");
    let path: Vec<&str> = request.path.iter().map(|service| &**service).collect();
    assert_eq!(path, ["gate", "user", "pay", "user"]);
    assert_eq!(request.reentered, ["user".into()]);
    assert_eq!(
        found
            .edges
            .iter()
            .filter(|edge| edge.mode == CallMode::Async)
            .count(),
        2
    );
    assert_eq!(
        found.coverage.depths.iter().collect::<Vec<_>>(),
        [(&3, &1), (&4, &1)]
    );
}

#[test]
fn repeated_calls_and_retries_are_counted_by_visit() {
    let found = read(
        "1 0 shop 2 0 100 list
         2 1 shop 1 1 99 inner
         3 2 price 2 10 20 get FAILED
         4 2 price 2 21 30 get
         5 1 price 2 31 40 get
         6 1 price 2 41 50 other",
    );
    let [repeat] = found.repeated.as_slice() else {
        panic!("{:?}", found.repeated)
    };
    assert_eq!(
        (
            &*repeat.operation,
            repeat.visits,
            repeat.calls,
            repeat.most,
            repeat.retries
        ),
        ("get", 1, 3, 3, 1)
    );
    assert_eq!(found.coverage.fan_outs.get(&4), Some(&1));
}

#[test]
fn thresholds_give_estimates_beside_raw_counts() {
    let found = read(
        "1 0 a 2 0 100 x state=ot=th:c
         2 1 b 2 1 2 y state=ot=th:c",
    );
    assert_eq!(
        (found.edges[0].calls, found.edges[0].estimated_calls),
        (1, 4.0)
    );
    let ratio = read("1 0 a 2 0 100 x sampling.probability=0.01");
    assert!((ratio.operations[0].estimated_calls - 100.0).abs() < 0.001);
    let text = "1 0 a 2 0 100 x sampler.type=probabilistic sampler.param=0.2";
    assert_eq!(read(text).coverage.unadjusted, 1);
    let configured = |text: &str| {
        let options = Options {
            sampling_ratio: Some(0.2),
            ..Options::default()
        };
        let input = Input::Bytes("test".into(), trace(text).into_bytes());
        let found = crate::traces::read(&[input], &options);
        (
            found.operations[0].calls,
            found.operations[0].estimated_calls,
            found.coverage.unadjusted,
        )
    };
    assert_eq!(configured(text), (1, 5.0, 0));
    assert_eq!(configured("1 0 a 2 0 100 x state=ot=th:c"), (1, 4.0, 0));
}

#[test]
fn load_is_told_by_operation_and_place() {
    let found = read(
        "1 0 shop 2 0 100 GET/list http.route=/list http.method=GET
         2 1 shop 1 10 60 total code.filepath=src/cart.rs code.namespace=shop::cart code.function=total
         3 2 shop 1 20 30 price code.file.path=src/price.rs code.function.name=price
         4 1 shop 3 60 80 SELECT db.system=mysql",
    );
    let load = &found.operations[0];
    assert_eq!(
        (
            &*load.operation,
            load.calls,
            load.self_time_ns,
            load.critical_ns
        ),
        ("GET /list", 1, 100, 100)
    );
    let places: Vec<_> = found
        .code
        .iter()
        .map(|place| {
            (
                place
                    .file
                    .as_deref()
                    .or(place.operation.as_deref())
                    .unwrap_or(""),
                place.self_time_ns,
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            ("GET /list", 50),
            ("SELECT", 0),
            ("src/cart.rs", 40),
            ("src/price.rs", 10)
        ]
    );
    assert_eq!(found.code_calls.len(), 2);
}

#[test]
fn a_sampled_request_holds_the_calls_that_it_waits_for() {
    let place = "code.filepath=src/";
    let found = read(&format!(
        "1 0 shop 2 0 100 GET {place}api.rs\n2 1 shop 1 10 30 a {place}cart.rs\n3 1 shop 1 40 90 b {place}cart.rs\n\
         4 1 shop 1 45 60 c {place}mail.rs\ntrace 2\n1 0 shop 2 0 100 GET {place}api.rs"
    ));
    let file = |at: u32| found.code[at as usize].file.as_deref().unwrap_or("");
    let requests: Vec<Vec<(&str, &str, u64)>> = found
        .samples
        .iter()
        .map(|calls| {
            let calls = calls.iter();
            calls
                .map(|call| (file(call.caller), file(call.callee), call.calls))
                .collect()
        })
        .collect();
    let waits = vec![("src/api.rs", "src/cart.rs", 2)];
    assert!(
        requests.len() == 2 && requests.contains(&waits),
        "{requests:?}"
    );
    assert!(requests.contains(&Vec::new()), "{requests:?}");
}

#[test]
fn skew_changes_no_count() {
    let span = |offset: i64| {
        read(&format!(
            "1 0 a 3 1000 2000 x\n2 1 b 2 {} {} y",
            1100 + offset,
            1900 + offset
        ))
    };
    for offset in [0, -500, 500, -1090, 1500] {
        let found = span(offset);
        assert_eq!(
            (found.edges[0].calls, found.coverage.skewed),
            (1, u64::from(offset != 0)),
            "{offset}"
        );
    }
}

#[test]
fn old_formats_read_the_same() {
    let old = r#"{"resourceSpans":[{"instrumentationLibrarySpans":[{"spans":[{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAE=","name":"x","kind":"SPAN_KIND_SERVER"}]}],"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]}}]}"#;
    assert_eq!(profile(old).operations[0].service, "a".into());
    let document = r#"{"_index":"jaeger-span","_source":{"traceID":"1","spanID":"2","operationName":"y","references":[{"refType":"CHILD_OF","traceID":"1","spanID":"1"}],"startTime":2,"startTimeMillis":0,"duration":3,"tag":{"span@kind":"server"},"process":{"serviceName":"b","tags":[]}}}
{"traceID":"1","spanID":"1","operationName":"x","references":[],"startTime":1,"duration":5,"tags":[],"process":{"serviceName":"a"}}"#;
    assert_eq!(edges(&profile(document)), ["a->b Sync 1/0/0"]);
    let answer = format!(
        r#"{{"took":1,"hits":{{"total":2,"hits":[{}]}}}}"#,
        document.replace('\n', ",")
    );
    assert_eq!(edges(&profile(&answer)), ["a->b Sync 1/0/0"]);
    let proto = r#"{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAE=","operationName":"x","startTime":"2017-01-26T16:46:31.639875-05:00","duration":"0.2s","tags":[{"key":"span.kind","vStr":"server"}],"process":{"serviceName":"a"}}
{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAI=","operationName":"y","references":[{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAE="}],"startTime":"2017-01-26T21:46:31.7Z","duration":"5000ns","process":{"serviceName":"b"}}"#;
    let found = profile(proto);
    assert_eq!(
        (edges(&found), found.edges[0].p50_ns),
        (vec!["a->b Sync 1/0/0".to_owned()], Some(5000))
    );
}

#[test]
fn zipkin_1_spans_with_both_halves_are_split() {
    let found = profile(
        r#"[{"traceId":"28694298ee036999","id":"0cfc82ea0c96e3fe","annotations":[
            {"value":"cs","timestamp":1530611842353000,"endpoint":{"serviceName":"ts-preserve-service"}},
            {"value":"sr","timestamp":1530611842365500,"endpoint":{"serviceName":"ts-sso-service"}},
            {"value":"ss","timestamp":1530611842366500,"endpoint":{"serviceName":"ts-sso-service"}}],"binaryAnnotations":[]},
           {"traceId":"28694298ee036999","id":"2","parentId":"0cfc82ea0c96e3fe","annotations":[
            {"value":"cs","timestamp":1530611842365600,"endpoint":{"serviceName":"ts-sso-service"}}],
            "binaryAnnotations":[{"key":"sa","value":true,"endpoint":{"serviceName":"mongo"}}]}]"#,
    );
    assert_eq!(
        edges(&found),
        [
            "ts-preserve-service->ts-sso-service Sync 1/0/0",
            "ts-sso-service->mongo? Sync 1/0/0"
        ]
    );
    assert_eq!(found.edges[0].p50_ns, Some(1_000_000));
}
