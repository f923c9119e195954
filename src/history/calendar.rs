//! Days, months and seconds of the Gregorian calendar, without time zones.
//!
//! In: seconds since 1970, or year, month and day. Out: the other.
//! Invariant: pure arithmetic (after Howard Hinnant, "chrono-compatible date algorithms", 2013).
//! Never: asks the clock.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Days since 1970-01-01 of a date; months count from 1.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
pub(super) fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The same time of day, `months` months earlier (the last day of a shorter month).
pub(super) fn months_before(time: i64, months: u32) -> i64 {
    let (year, month, day) = date(time.div_euclid(DAY));
    let index = year * 12 + month - 1 - i64::from(months);
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let day = day.min(month_length(year, month));
    days(year, month, day) * DAY + time.rem_euclid(DAY)
}

fn month_length(year: i64, month: i64) -> i64 {
    let next = if month == 12 {
        days(year + 1, 1, 1)
    } else {
        days(year, month + 1, 1)
    };
    next - days(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 2, 29), 11_016);
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(days(2026, 11, 22), 20_779);
    }

    #[test]
    fn date_and_days_are_inverse() {
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), day);
        }
    }

    #[test]
    fn a_year_before_a_leap_day_is_the_28th() {
        let leap = days(2024, 2, 29) * DAY + 5;
        assert_eq!(months_before(leap, 12), days(2023, 2, 28) * DAY + 5);
        assert_eq!(
            months_before(days(2024, 1, 15) * DAY, 13),
            days(2022, 12, 15) * DAY
        );
    }
}
