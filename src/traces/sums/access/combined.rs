//! The common and the combined format of nginx and Apache, with a time at the end if there is one.
//!
//! In: `host ident user [time] "request" status bytes "referer" "agent" …`. Out: a [`Request`].
//! Invariant: the first number after the agent is the time: with a point in seconds, without one in microseconds.
//! Never: a line without a time in brackets and a request in quotes.

use super::request::{Request, operation, read, scaled, seconds, sniff, status, words};
use crate::traces::sums::held::kind::SumKind;

/// The format of web servers.
pub(in crate::traces::sums) const KIND: SumKind = SumKind {
    id: "access-log",
    about: "access logs of nginx and Apache, common or combined, with the request time at the end if there is one",
    sniff: |head| sniff(head, request),
    read: |reader, sums| read(reader, sums, request),
};

/// Words before the time: a virtual host, the host, the identity, the user.
const BEFORE: usize = 4;

/// Reads one line; `None` without a date in brackets, a request in quotes and a status.
///
/// Nothing tells the service. The time is found by its form, since administrators put it at
/// places of their own.
pub(super) fn request(line: &[u8]) -> Option<Request> {
    let line = String::from_utf8_lossy(line);
    let time = line.find('[')?;
    let (before, rest) = line.split_at(time);
    let known = (1..=BEFORE + 1).contains(&before.split_whitespace().count());
    let mut words = words(rest);
    if !known || !is_date(words.next()?) || !line.contains("] \"") {
        return None;
    }
    let asked = operation(words.next()?);
    let status = status(words.next()?)?;
    // What follows: bytes, then referer and agent of the combined format, then what the administrator adds.
    let after: Vec<&str> = words.skip(1).collect();
    let quoted = if after.len() >= 2 { 2 } else { 0 };
    let nanos = after.iter().skip(quoted).find_map(|word| duration(word));
    Some(Request {
        service: String::new(),
        operation: asked,
        status,
        nanos,
    })
}

/// `10/Oct/2025:13:55:36 +0000`, or the same in ISO 8601.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let common = parts.len() == 3
        && parts[0].bytes().all(|byte| byte.is_ascii_digit())
        && parts[2].contains(':');
    let iso = text.get(4..5) == Some("-") && text.contains('T') && text.contains(':');
    common || iso
}

/// A time as `$request_time` of nginx (seconds) or `%D` of Apache (microseconds) writes it, with a name or without.
///
/// Names are `rt=0.123`, `request_time=`, `time=` and their like; a word with any other name
/// is no time.
fn duration(word: &str) -> Option<u64> {
    let (name, value) = word.split_once('=').unwrap_or(("", word));
    let named = ["", "rt", "request_time", "time", "duration", "t"].contains(&name);
    let value = value.trim_matches('"');
    if !named {
        None
    } else if value.contains('.') {
        seconds(value)
    } else {
        scaled(value, 1e3)
    }
}
