//! How settings tell what manifests say beside addresses: discovery writes them, links read them.
//!
//! In: names. Out: keys and values of settings.
//! Invariant: no key is one that a program could read.
//! Never: what they mean for a link.

/// The key of a queue, topic or stream from which a service takes messages.
pub const LISTENS: &str = "stack.listens";
/// The key of a pattern of events that a service takes from a bus.
pub const TAKES: &str = "stack.takes";
/// The key of a source under which a service may put events on a bus.
pub const EMITS: &str = "stack.emits";
/// The key of the library whose tasks a service works off, as its command tells.
pub const WORKS: &str = "stack.works";
/// The key of the library by which a service queues tasks by a timetable.
pub const SCHEDULES: &str = "stack.schedules";
/// How the hosts end that stand for templates.
pub const HOST: &str = ".stack";
/// The scheme of a table that a service is given.
pub const TABLE: &str = "dynamodb";

/// The name under which the changes of a table are listened to.
#[must_use]
pub fn stream(table: &str) -> String {
    format!("{table}.stream")
}

/// The value of a pattern: its sources and the kinds of events, either of which may be any.
#[must_use]
pub fn pattern(sources: &[String], kinds: &[String]) -> String {
    format!("{}|{}", sources.join(","), kinds.join(","))
}

/// Sources and kinds of such a value.
#[must_use]
pub fn parts(pattern: &str) -> (Vec<&str>, Vec<&str>) {
    let (sources, kinds) = pattern.split_once('|').unwrap_or((pattern, ""));
    let split = |text| -> Vec<&str> {
        let parts = str::split(text, ',');
        parts.filter(|part| !part.is_empty()).collect()
    };
    (split(sources), split(kinds))
}
