//! Access logs: requests, failures and times by method and path.
//!
//! In: text, one request a line. Out: [`Calls`] by service and operation.
//! Invariant: ids in paths are folded as in names of spans; a line that is no request loses itself only.
//! Never: queries, users or addresses.

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::formats::sniff::Head;
use crate::traces::spans::class::{OTHER, UNIT};
use crate::traces::spans::operation::template;
use crate::traces::sums::held::all::{Route, Sums};
use crate::traces::sums::held::input::lines;
use crate::traces::totals::Calls;

/// One request of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// The service that answered, where the log tells it.
    pub(super) service: String,
    /// Method and path.
    pub(super) operation: String,
    /// Status in HTTP's numbers; 0 where no answer came.
    pub(super) status: u16,
    /// How long it took.
    pub(super) nanos: Option<u64>,
}

/// Reads the request of a line.
pub(super) type Line = fn(&[u8]) -> Option<Request>;

/// Most distinct routes of one input; the rest is called `(other)`.
const ROUTES: usize = 100_000;
/// Longest path that is kept, in bytes.
const LONGEST: usize = 512;

/// At least three lines, or half of the first ones, are requests.
///
/// A log may start with lines of another kind; of a short one, half must do.
pub(super) fn sniff(head: &Head, line: Line) -> bool {
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

/// Reads a log line by line; comments and blank lines are skipped, other lines are problems.
pub(super) fn read(
    reader: &mut (dyn Read + Send),
    sums: &mut Sums,
    line: Line,
) -> io::Result<Problems> {
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

/// Adds one request to its route; past the limit, to `(other)`.
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
pub(super) fn operation(line: &str) -> String {
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default();
    of(method, words.next().unwrap_or_default()).unwrap_or_else(|| "-".to_owned())
}

/// Method and path without its values.
///
/// `GET https://shop/carts/17?a=b` gives `GET /carts/{}`. `None` for what is no method of
/// HTTP or no path, as scanners send it.
pub(super) fn of(method: &str, target: &str) -> Option<String> {
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
pub(super) fn seconds(text: &str) -> Option<u64> {
    scaled(text, 1e9)
}

/// A number times `scale`, rounded; `None` for negative ones, and for what is no number.
pub(super) fn scaled(text: &str, scale: f64) -> Option<u64> {
    let value: f64 = text.parse().ok()?;
    let value = value * scale;
    (value.is_finite() && (0.0..1e18).contains(&value)).then(|| value.round() as u64)
}

/// A status of HTTP, or 0 where a proxy writes that no answer came.
pub(super) fn status(text: &str) -> Option<u16> {
    let status = text.parse().ok()?;
    (status == 0 || (100..600).contains(&status)).then_some(status)
}

/// The service of a host or cluster: `outbound|9080||reviews.default.svc.cluster.local` is `reviews`.
pub(super) fn service(host: &str) -> String {
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
///
/// Ends at a quote or bracket that is not closed.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
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
