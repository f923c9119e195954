//! Access logs of Envoy and Istio, as JSON or as text, and of others that write the same as JSON.
//!
//! In: an object with method, path and status, or `[time] "request" status flags … bytes bytes milliseconds`.
//! Out: a [`Request`].
//! Invariant: `duration` is in milliseconds, `request_time` (nginx) in seconds.
//! Never: an object that lacks one of method, path and status.

use serde_json::{Map, Value};

use super::request::{
    Request, of, operation, read, scaled, seconds, service, sniff, status, words,
};
use crate::traces::sums::held::kind::SumKind;

/// The format of Envoy and Istio.
pub(in crate::traces::sums) const KIND: SumKind = SumKind {
    id: "envoy-log",
    about: "access logs of Envoy and Istio, as JSON or text, and others with method, path and status as JSON",
    sniff: |head| sniff(head, request),
    read: |reader, sums| read(reader, sums, request),
};

/// Reads one line, as JSON or as text.
pub(super) fn request(line: &[u8]) -> Option<Request> {
    match line.first()? {
        b'{' => of_object(&serde_json::from_slice(line).ok()?),
        b'[' => of_text(&String::from_utf8_lossy(line)),
        _ => None,
    }
}

/// The first of `names` that has a text or number other than `-`.
fn field(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let text = |name: &&str| match object.get(*name)? {
        Value::String(text) if text != "-" && !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    names.iter().find_map(text)
}

/// The request of an object, by whatever names a log has for its parts.
///
/// Method and path may stand apart or in one `request`. The service is that of the cluster,
/// else of the host.
fn of_object(object: &Map<String, Value>) -> Option<Request> {
    let method = field(
        object,
        &["method", "request_method", "http_method", ":method"],
    );
    let path = [
        "x_envoy_original_path",
        "path",
        "request_uri",
        "uri",
        "request_path",
        ":path",
        "url",
    ];
    let operation = match (method, field(object, &path)) {
        (Some(method), Some(path)) => of(&method, &path)?,
        _ => operation(&field(object, &["request"])?),
    };
    let code = ["response_code", "status", "status_code", "http_status"];
    let host = ["upstream_cluster", "authority", "host"];
    let hosts = host.iter().filter_map(|name| field(object, &[name]));
    let mut services = hosts
        .map(|host| service(&host))
        .filter(|name| !name.is_empty());
    let millis = field(object, &["duration", "duration_ms", "latency_ms"]);
    let millis = millis.and_then(|text| scaled(&text, 1e6));
    let whole = || field(object, &["request_time"]).and_then(|text| seconds(&text));
    Some(Request {
        service: services.next().unwrap_or_default(),
        operation,
        status: status(&field(object, &code)?)?,
        nanos: millis.or_else(whole),
    })
}

/// The third of the numbers that stand together is the time; the quoted words after them are address, agent, id,
/// authority and upstream.
fn of_text(line: &str) -> Option<Request> {
    let all: Vec<&str> = words(line).collect();
    let is_time = all.first()?.get(10..11) == Some("T");
    let operation = operation(all.get(1)?);
    let status = status(all.get(2)?)?;
    if !is_time || operation == "-" {
        return None;
    }
    let rest = all.get(3..)?;
    let is_number =
        |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_empty();
    let at = rest
        .windows(3)
        .position(|window| window.iter().all(is_number))?;
    let authority = rest.get(at + 7).copied().unwrap_or_default();
    Some(Request {
        service: service(authority),
        operation,
        status,
        nanos: rest.get(at + 2).and_then(|text| scaled(text, 1e6)),
    })
}
