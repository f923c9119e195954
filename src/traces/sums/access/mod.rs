//! Access logs: requests, failures and times by method and path.
//!
//! In: text, one request a line. Out: [`Calls`] by service and operation.
//! Invariant: ids in paths are folded as in names of spans; a line that is no request loses itself only.
//! Never: queries, users or addresses.

pub(super) mod alb;
pub(super) mod combined;
pub(super) mod envoy;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use super::{Sums, lines};
use crate::traces::formats::Problems;
use crate::traces::formats::sniff::Head;
use crate::traces::formats::stream::Fault;
use crate::traces::profile::Calls;
use crate::traces::spans::class::{OTHER, UNIT};
use crate::traces::spans::operation::template;

/// Service (empty where the log tells none) and operation, such as `GET /orders/{}`.
pub(super) type Route = (Arc<str>, Arc<str>);

/// One request of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// The service that answered, where the log tells it.
    service: String,
    /// Method and path.
    operation: String,
    status: u16,
    /// How long it took.
    nanos: Option<u64>,
}

/// Reads the request of a line.
type Line = fn(&[u8]) -> Option<Request>;

/// Most distinct routes of one input; the rest is called `(other)`.
const ROUTES: usize = 100_000;
/// Longest path that is kept, in bytes.
const LONGEST: usize = 512;

/// At least three lines, or half of the first ones, are requests.
fn sniff(head: &Head, line: Line) -> bool {
    const LINES: usize = 64;
    let text = head.bytes.split(|byte| *byte == b'\n');
    let text: Vec<&[u8]> = text
        .map(<[u8]>::trim_ascii)
        .filter(|text| !text.is_empty())
        .take(LINES)
        .collect();
    let found = text.iter().filter(|text| line(text).is_some()).count();
    found >= 3 || found > 0 && found * 2 >= text.len()
}

fn read(reader: &mut (dyn Read + Send), sums: &mut Sums, line: Line) -> io::Result<Problems> {
    let (mut problems, mut routes) = (Problems::default(), BTreeMap::new());
    let fault = lines(reader, |byte, text| match line(text.trim_ascii()) {
        Some(request) => add(&mut routes, request),
        None if text.trim_ascii().is_empty() || text.starts_with(b"#") => {}
        None => problems.add(Fault::Syntax {
            what: "a line that is no request",
            byte,
        }),
    })?;
    fault.into_iter().for_each(|fault| problems.add(fault));
    sums.add_requests(routes);
    Ok(problems)
}

fn add(routes: &mut BTreeMap<Route, Calls>, request: Request) {
    let mut key: Route = (request.service.into(), request.operation.into());
    if routes.len() >= ROUTES && !routes.contains_key(&key) {
        key = ("".into(), OTHER.into());
    }
    let sum = routes.entry(key).or_default();
    sum.calls += 1;
    sum.weight += u128::from(UNIT);
    sum.errors += u64::from(request.status >= 500);
    sum.client_errors += u64::from((400..500).contains(&request.status));
    sum.not_found += u64::from(request.status == 404);
    if let Some(nanos) = request.nanos {
        sum.time_ns += u128::from(nanos);
        sum.sketch.add(nanos);
    }
}

/// The operation of a request line, `GET /orders/17?x=1 HTTP/1.1`; one that is broken is `-`.
fn operation(line: &str) -> String {
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default();
    of(method, words.next().unwrap_or_default()).unwrap_or_else(|| "-".to_owned())
}

/// Method and path without its values.
fn of(method: &str, target: &str) -> Option<String> {
    let is_method = (3..=10).contains(&method.len())
        && method
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    let path = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => target,
    };
    if !is_method || !path.starts_with('/') && path != "*" {
        return None;
    }
    let path = path.get(..LONGEST).unwrap_or(path);
    Some(template(&format!("{method} {path}")))
}

/// Seconds as written, `0.123`, in nanoseconds; `-` and negative ones are none.
fn seconds(text: &str) -> Option<u64> {
    scaled(text, 1e9)
}

fn scaled(text: &str, scale: f64) -> Option<u64> {
    let value: f64 = text.parse().ok()?;
    let value = value * scale;
    (value.is_finite() && (0.0..1e18).contains(&value)).then(|| value.round() as u64)
}

fn status(text: &str) -> Option<u16> {
    let status = text.parse().ok()?;
    (status == 0 || (100..600).contains(&status)).then_some(status)
}

/// The service of a host or cluster: `outbound|9080||reviews.default.svc.cluster.local` is `reviews`.
fn service(host: &str) -> String {
    let host = host.rsplit('|').next().unwrap_or(host);
    let host = host.split(':').next().unwrap_or(host);
    let label = host.split('.').next().unwrap_or(host);
    let is_address = label.bytes().all(|byte| byte.is_ascii_digit());
    if is_address || label == "-" {
        String::new()
    } else {
        label.to_owned()
    }
}

/// The words of a line; what stands in quotes or brackets is one.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line.trim();
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (start, end, after) = match first {
            '"' => {
                let end = closing(rest)?;
                (1, end, end + 1)
            }
            '[' => {
                let end = rest.find(']')?;
                (1, end, end + 1)
            }
            _ => {
                let end = rest.find(' ').unwrap_or(rest.len());
                (0, end, end)
            }
        };
        let word = rest.get(start..end)?;
        rest = rest.get(after..)?.trim_start();
        Some(word)
    })
}

/// Where the quote that opens `text` closes.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    let mut bytes = text.bytes().enumerate().skip(1);
    bytes.find_map(|(at, byte)| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: Line, text: &str) -> (String, String, u16, Option<u64>) {
        let found = line(text.as_bytes()).unwrap_or_default();
        (found.service, found.operation, found.status, found.nanos)
    }

    fn wanted(
        service: &str,
        operation: &str,
        status: u16,
        nanos: Option<u64>,
    ) -> (String, String, u16, Option<u64>) {
        (service.to_owned(), operation.to_owned(), status, nanos)
    }

    #[test]
    fn lines_of_web_servers_are_requests() {
        for (line, operation, status, nanos) in [
            (
                r#"10.0.0.1 - - [10/Oct/2025:13:55:36 +0000] "GET /orders/17?x=1 HTTP/1.1" 200 2326"#,
                "GET /orders/{}",
                200,
                None,
            ),
            (
                r#"10.0.0.1 - frank [10/Oct/2025:13:55:36 +0000] "POST /cart HTTP/2.0" 502 - "http://a/b" "Mozilla \"5\"" 0.250"#,
                "POST /cart",
                502,
                Some(250_000_000),
            ),
            (
                r#"shop.acme.com:443 ::1 - - [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 404 5 "-" "curl" 1500"#,
                "GET /",
                404,
                Some(1_500_000),
            ),
            (
                r#"1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl" rt=0.005 uct="0.000""#,
                "GET /a",
                200,
                Some(5_000_000),
            ),
            (
                r#"1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] "\x16\x03" 400 0"#,
                "-",
                400,
                None,
            ),
        ] {
            assert_eq!(
                shown(combined::request, line),
                wanted("", operation, status, nanos),
                "{line}"
            );
        }
        for none in [
            "",
            "hello",
            "[10/Oct/2025] x",
            "a;b;c 12",
            r#"{"a":1}"#,
            "2025-10-10 INFO GET /a 200",
        ] {
            assert_eq!(combined::request(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn lines_of_proxies_are_requests() {
        let json = r#"{"method":"GET","path":"/reviews/0?x","response_code":503,"duration":12,"authority":"reviews:9080","upstream_cluster":"outbound|9080||reviews.default.svc.cluster.local"}"#;
        assert_eq!(
            shown(envoy::request, json),
            wanted("reviews", "GET /reviews/{}", 503, Some(12_000_000))
        );
        let nginx = r#"{"request":"GET /a/1 HTTP/1.1","status":"200","request_time":"0.5"}"#;
        assert_eq!(
            shown(envoy::request, nginx),
            wanted("", "GET /a/{}", 200, Some(500_000_000))
        );
        let text = r#"[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0" "locations" "tcp://10.0.2.1:80""#;
        assert_eq!(
            shown(envoy::request, text),
            wanted(
                "locations",
                "POST /api/v1/locations",
                204,
                Some(226_000_000)
            )
        );
        let istio = r#"[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 4 4 "-" "curl/7.73.0-DEV" "84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "127.0.0.1:80" inbound|8000|| 127.0.0.1:41854"#;
        assert_eq!(
            shown(envoy::request, istio),
            wanted("httpbin", "GET /status/{}", 418, Some(4_000_000))
        );
        let alb = r#"https 2018-07-02T22:23:00.186641Z app/lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/orders/9 HTTP/1.1" "curl/7.46.0" ECDHE TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337281" "www.example.com""#;
        assert_eq!(
            shown(alb::request, alb),
            wanted("shop", "GET /orders/{}", 200, Some(171_000_000))
        );
        let failed = alb.replace("0.086 0.048 0.037 200 200", "-1 -1 -1 504 -");
        assert_eq!(
            shown(alb::request, &failed),
            wanted("shop", "GET /orders/{}", 504, None)
        );
        assert_eq!(envoy::request(br#"{"traceId":"a","method":"GET"}"#), None);
    }
}
