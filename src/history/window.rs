//! How far back the history is read.
//!
//! In: a text such as `18 months`, `2025-01-31` or `all`. Out: [`Window`].
//! Invariant: counted from the newest commit, so that the same repository gives the same window.
//! Never: asks the clock.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::commit::RawLog;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// The part of the history that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The given number of calendar months before the newest commit.
    Months(u32),
    /// The given number of days before the newest commit.
    Days(u32),
    /// From this second since 1970 on.
    Since(i64),
    /// The whole history.
    All,
}

impl Default for Window {
    fn default() -> Self {
        Self::Months(12)
    }
}

/// A text that names no window.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a time span; write `all`, `18 months`, `90 days`, `2 years` or a date such as `2025-01-31`"
)]
pub struct BadWindow(String);

impl FromStr for Window {
    type Err = BadWindow;

    fn from_str(text: &str) -> Result<Self, BadWindow> {
        let bad = || BadWindow(text.to_owned());
        let lower = text.trim().to_ascii_lowercase();
        if lower == "all" {
            return Ok(Self::All);
        }
        if let Some(date) = parse_date(&lower) {
            return Ok(Self::Since(date));
        }
        let digits = lower.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = lower.split_at(digits);
        let count: u32 = count.parse().map_err(|_| bad())?;
        let unit = unit
            .trim_start_matches([' ', '.', '-', '_'])
            .trim_end_matches(" ago");
        match unit.trim_end_matches('s') {
            "day" | "d" => Ok(Self::Days(count)),
            "week" | "w" => Ok(Self::Days(count.saturating_mul(7))),
            "month" | "m" | "mo" => Ok(Self::Months(count)),
            "year" | "y" => Ok(Self::Months(count.saturating_mul(12))),
            _ => Err(bad()),
        }
    }
}

/// The first second of a date such as `2025-01-31`.
fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    let date = Date::new(
        i16::try_from(year).ok().filter(|year| *year > 0)?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    let midnight = date.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(midnight.timestamp().as_second())
}

/// The same time of day, `months` months earlier (the last day of a shorter month).
fn months_before(time: i64, months: u32) -> Option<i64> {
    let time = Timestamp::from_second(time).ok()?.to_zoned(TimeZone::UTC);
    let span = Span::new().try_months(months).ok()?;
    Some(time.checked_sub(span).ok()?.timestamp().as_second())
}

impl Window {
    /// The first second of the window, when the newest commit was made at `newest`.
    ///
    /// `None` for the whole history, and where the calendar ends.
    #[must_use]
    pub fn start(self, newest: i64) -> Option<i64> {
        match self {
            Self::Months(months) => months_before(newest, months),
            Self::Days(days) => Some(newest.saturating_sub(i64::from(days) * DAY)),
            Self::Since(start) => Some(start),
            Self::All => None,
        }
    }
}

/// Dates that a repository can have: after 1970-01-01, before 2200.
pub(super) fn believable(time: i64) -> bool {
    (DAY..7_258_118_400).contains(&time)
}

/// Leaves out the commits of a recorded log that lie before the window.
///
/// The newest believable date ends the window; without one, nothing is left out.
pub(super) fn cut(mut log: RawLog, window: Window) -> RawLog {
    let newest = log
        .commits
        .iter()
        .map(|commit| commit.time)
        .filter(|&time| believable(time))
        .max();
    log.head_time = newest;
    if let Some(start) = newest.and_then(|newest| window.start(newest)) {
        log.commits.retain(|commit| commit.time >= start);
        log.coverage.window = Some((start, newest.unwrap_or(start)));
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_before_a_leap_day_is_the_28th() {
        let day = |text: &str| parse_date(text).expect("a date");
        let before = |text: &str, months| months_before(day(text) + 5, months);
        assert_eq!(before("2024-02-29", 12), Some(day("2023-02-28") + 5));
        assert_eq!(before("2024-01-15", 13), Some(day("2022-12-15") + 5));
        assert_eq!(before("2024-01-15", u32::MAX), None);
    }

    #[test]
    fn reads_spans_and_dates() {
        let parse = |text: &str| text.parse::<Window>();
        assert_eq!(parse("all"), Ok(Window::All));
        assert_eq!(parse("18 months"), Ok(Window::Months(18)));
        assert_eq!(parse("2.years ago"), Ok(Window::Months(24)));
        assert_eq!(parse("2w"), Ok(Window::Days(14)));
        assert_eq!(parse("2025-01-31"), Ok(Window::Since(20_119 * DAY)));
        for bad in [
            "",
            "soon",
            "2025-02-30",
            "5",
            "99999999999 days",
            "-3 days",
            "2025-13-01",
        ] {
            assert_eq!(parse(bad), Err(BadWindow(bad.to_owned())), "{bad}");
        }
    }
}
