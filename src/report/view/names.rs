//! How nodes, places, numbers and times read.
//!
//! In: values of the analysis. Out: short texts.
//! Invariant: the same value always reads the same; unknown reads as a dash.
//! Never: markup.

use crate::model::Location;
pub(in crate::report) use crate::model::names::thousands as count;

/// What an unknown value reads as.
pub(in crate::report) const UNKNOWN: &str = "–";

/// A place to open: `src/a.rs:12`.
pub(in crate::report) fn place(location: &Location) -> String {
    match location.at.line {
        0 => location.path.to_string(),
        line => format!("{}:{line}", location.path),
    }
}

/// `2 cycles`, `1 cycle`.
pub(in crate::report) fn counted(number: usize, one: &str, many: &str) -> String {
    crate::model::names::counted(number as u64, one, many)
}

/// A name of at most `most` characters; the end of a long one tells more than its beginning, from a word on if that
/// leaves a third of the room filled: `…aggregator` of `notifications-aggregator`.
pub(in crate::report) fn short(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    let tail: String = name.chars().skip(length - most + 1).collect();
    let word = tail
        .split_once(['-', '_', '.', '/', ' '])
        .map(|(_, word)| word);
    let word = word.filter(|word| word.chars().count() * 3 >= most);
    format!("…{}", word.unwrap_or(&tail))
}

/// A duration with three digits at most.
pub(in crate::report) fn time(nanoseconds: u64) -> String {
    let ns = nanoseconds as f64;
    match ns {
        ns if ns >= 60e9 => format!("{:.1} min", ns / 60e9),
        ns if ns >= 1e9 => format!("{:.1} s", ns / 1e9),
        ns if ns >= 100e6 => format!("{:.0} ms", ns / 1e6),
        ns if ns >= 1e6 => format!("{:.1} ms", ns / 1e6),
        ns if ns > 0.0 => format!("{:.0} µs", ns / 1e3),
        _ => "0".to_owned(),
    }
}

/// A duration that may be unknown.
pub(in crate::report) fn time_or_unknown(nanoseconds: Option<u64>) -> String {
    nanoseconds.map_or_else(|| UNKNOWN.to_owned(), time)
}

/// A share of 0 to 1 in percent; never rounded to 0 or 100 from between.
pub(in crate::report) fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p > 0.0 && p < 1.0 => "<1 %".to_owned(),
        p if p > 99.0 && p < 100.0 => format!("{:.1} %", (p * 10.0).floor() / 10.0),
        p => format!("{p:.0} %"),
    }
}

/// `part` of `whole` in percent, a dash when there is nothing.
pub(in crate::report) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        UNKNOWN.to_owned()
    } else {
        percent(part as f64 / whole as f64)
    }
}

/// A number with at most two decimals, `12.50` as `12.5`.
pub(in crate::report) fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The bounds of a score, one number where they are the same.
pub(in crate::report) fn bounds(floor: &str, ceiling: &str, between: &str) -> String {
    if floor == ceiling {
        floor.to_owned()
    } else {
        format!("{floor}{between}{ceiling}")
    }
}

/// A sentence: begins with a capital letter, ends with a full stop.
pub(in crate::report) fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let first = text.split([' ', ',']).next().unwrap_or_default();
    // A name of the code stays as it is written.
    if first.contains(['.', '/', '_', ':', '`', '-']) {
        return format!("{text}.");
    }
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", letters.as_str())
}

/// The first 10 characters of a commit.
pub(in crate::report) fn short_commit(commit: &str) -> String {
    commit.chars().take(10).collect()
}

/// Seconds since 1970 as a date.
pub(in crate::report) fn date(seconds: i64) -> String {
    let moment = jiff::Timestamp::from_second(seconds);
    moment.map_or_else(
        |_| "never".to_owned(),
        |moment| moment.strftime("%F").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_short_and_honest() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(
            (bounds("1", "1", "–"), bounds("1", "2", "–")),
            ("1".into(), "1–2".into())
        );
        assert_eq!(sentence("é is a letter"), "É is a letter.");
        assert_eq!(counted(1, "cycle", "cycles"), "1 cycle");
        assert_eq!(
            (time(950_000), time(1_500_000), time(2_000_000_000)),
            ("950 µs".into(), "1.5 ms".into(), "2.0 s".into())
        );
        assert_eq!(
            (percent(0.999), percent(0.001), percent(0.5)),
            ("99.9 %".into(), "<1 %".into(), "50 %".into())
        );
        assert_eq!(
            (share(1, 0), decimal(12.5), decimal(3.0)),
            ("–".into(), "12.5".into(), "3".into())
        );
    }

    #[test]
    fn dates_follow_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_716_780_600), "2024-05-27");
        assert_eq!(date(-1), "1969-12-31");
    }
}
