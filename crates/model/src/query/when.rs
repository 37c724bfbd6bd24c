//! Times as a query writes them: days, months, years, and times counted from now. The tree keeps what was written; what it means
//! is found when the query is asked.

use std::{fmt, str::FromStr};

use super::Compare;
use crate::time::Timestamp;

/// A time that a query speaks of. All of it is UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A year, `2026`.
    Year(u16),
    /// A month, `2026-03`.
    Month(u16, u8),
    /// A day, `2026-03-01`.
    Day(u16, u8, u8),
    /// So long before now, `7d`.
    Ago(u16, Unit),
    /// The day that is now.
    Today,
    /// The day before.
    Yesterday,
}

/// What times before now are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Hours, `h`.
    Hours,
    /// Days of 24 hours, `d`.
    Days,
    /// Weeks, `w`.
    Weeks,
}

impl Unit {
    const ALL: [(char, Self); 3] = [('h', Self::Hours), ('d', Self::Days), ('w', Self::Weeks)];

    fn letter(self) -> char {
        Self::ALL.iter().find(|(_, unit)| *unit == self).map_or('d', |(letter, _)| *letter)
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Hours => 3_600,
            Self::Days => DAY,
            Self::Weeks => 7 * DAY,
        }
    }
}

/// From there, and up to before there; open where there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first moment that counts.
    pub from: Option<Timestamp>,
    /// The first that does not count any more.
    pub before: Option<Timestamp>,
}

impl Span {
    /// Whether a moment counts.
    #[must_use]
    pub fn has(&self, at: &Timestamp) -> bool {
        self.from.as_ref().is_none_or(|from| at >= from) && self.before.as_ref().is_none_or(|before| at < before)
    }
}

const DAY: i64 = 86_400;

impl Moment {
    /// The times that compare so with this one; `now` in seconds since 1970.
    #[must_use]
    pub fn span(self, compare: Compare, now: i64) -> Span {
        let today = now - now.rem_euclid(DAY);
        let (start, end) = match self {
            // Within the last days: up to now, and a clock that goes before ours does no harm.
            Self::Ago(n, unit) => {
                let at = now - i64::from(n) * unit.seconds();
                if compare == Compare::Equal {
                    return Span { from: Some(stamp(at)), before: None };
                }
                (at, at)
            }
            Self::Today => (today, today + DAY),
            Self::Yesterday => (today - DAY, today),
            Self::Day(year, month, day) => {
                let start = days(year, month, day) * DAY;
                (start, start + DAY)
            }
            Self::Month(year, 12) => (days(year, 12, 1) * DAY, days(year + 1, 1, 1) * DAY),
            Self::Month(year, month) => (days(year, month, 1) * DAY, days(year, month + 1, 1) * DAY),
            Self::Year(year) => (days(year, 1, 1) * DAY, days(year + 1, 1, 1) * DAY),
        };
        let (from, before) = match compare {
            Compare::AtLeast => (Some(start), None),
            Compare::Above => (Some(end), None),
            Compare::AtMost => (None, Some(end)),
            Compare::Below => (None, Some(start)),
            Compare::Equal => (Some(start), Some(end)),
        };
        Span { from: from.map(stamp), before: before.map(stamp) }
    }
}

/// Days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`).
fn days(year: u16, month: u8, day: u8) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day of a number of days since 1970 (the same, `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days - era * 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Seconds since 1970, as times travel. What lies before year 0 is year 0.
fn stamp(at: i64) -> Timestamp {
    let at = at.max(days(0, 1, 1) * DAY);
    let (year, month, day) = civil(at.div_euclid(DAY));
    let of_day = at.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    Timestamp(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000000Z"))
}

/// The text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMoment;

impl FromStr for Moment {
    type Err = NoMoment;

    /// Years have four digits, months and days two. `-7d` is the same as `7d`.
    fn from_str(text: &str) -> Result<Self, NoMoment> {
        if text.eq_ignore_ascii_case("today") {
            return Ok(Self::Today);
        }
        if text.eq_ignore_ascii_case("yesterday") {
            return Ok(Self::Yesterday);
        }
        let amount = text.strip_prefix('-').unwrap_or(text);
        for (letter, unit) in Unit::ALL {
            if let Some(amount) = amount.strip_suffix([letter, letter.to_ascii_uppercase()]) {
                return digits(amount, 1..=4).map(|n| Self::Ago(n, unit)).ok_or(NoMoment);
            }
        }
        let mut parts = text.split('-');
        let year = parts.next().and_then(|text| digits(text, 4..=4)).filter(|year| *year < 9_999).ok_or(NoMoment)?;
        let Some(month) = parts.next() else { return Ok(Self::Year(year)) };
        let month = two_digits(month).filter(|month| (1..=12).contains(month)).ok_or(NoMoment)?;
        let Some(day) = parts.next() else { return Ok(Self::Month(year, month)) };
        let last = match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let day = two_digits(day).filter(|day| (1..=last).contains(day)).ok_or(NoMoment)?;
        if parts.next().is_some() { Err(NoMoment) } else { Ok(Self::Day(year, month, day)) }
    }
}

fn digits(text: &str, many: std::ops::RangeInclusive<usize>) -> Option<u16> {
    (many.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn two_digits(text: &str) -> Option<u8> {
    digits(text, 2..=2).and_then(|number| u8::try_from(number).ok())
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(year, month, day) => write!(f, "{year:04}-{month:02}-{day:02}"),
            Self::Ago(n, unit) => write!(f, "{n}{}", unit.letter()),
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
        }
    }
}
