//! Access logs of the Application Load Balancer of AWS.
//!
//! In: `https time elb client target seconds seconds seconds status status bytes bytes "request" …`.
//! Out: a [`Request`] with the three times summed up.
//! Invariant: a request that reached no target (times of -1) has no time.
//! Never: other types of lines (Network or Classic Load Balancers).

use super::request::{Request, operation, read, seconds, sniff, status, words};
use crate::traces::sums::held::kind::SumKind;

/// The format of the load balancer.
pub(in crate::traces::sums) const KIND: SumKind = SumKind {
    id: "alb-log",
    about: "access logs of AWS Application Load Balancers",
    sniff: |head| sniff(head, request),
    read: |reader, sums| read(reader, sums, request),
};

/// Types of requests.
const TYPES: [&str; 6] = ["http", "https", "h2", "grpcs", "ws", "wss"];

/// Reads one line; `None` for other types of lines.
///
/// The service is the name of the target group in its ARN:
/// `…:targetgroup/cart/73e2d6bc24d8a067`.
pub(super) fn request(line: &[u8]) -> Option<Request> {
    let line = String::from_utf8_lossy(line);
    let all: Vec<&str> = words(&line).collect();
    let is_time = all.get(1)?.get(10..11) == Some("T");
    if !TYPES.contains(all.first()?) || !is_time {
        return None;
    }
    let times = all.get(5..8)?.iter().map(|text| seconds(text));
    let group = all.get(16).and_then(|arn| arn.split_once(":targetgroup/"));
    let service = group.and_then(|(_, rest)| rest.split('/').next());
    Some(Request {
        service: service.unwrap_or_default().to_owned(),
        operation: operation(all.get(12)?),
        status: status(all.get(8)?)?,
        nanos: times.sum(),
    })
}
