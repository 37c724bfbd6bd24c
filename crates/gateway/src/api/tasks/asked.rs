//! What the parameters of a request ask of somebody's tasks, and when days begin where they are.

use jiff::{ToSpan as _, tz::TimeZone};
use portal_model::{
    api::{TaskQuery, Whose},
    id::TaskId,
};

use super::Error;
use crate::{
    clock::wire,
    index::{Days, TasksAsked},
    policy::Scope,
};

/// Longer searches are refused, in characters.
pub const MAX_Q: usize = 200;
/// More ids are refused.
pub const MAX_IDS: usize = 200;
/// Longer names of time zones are none.
const MAX_TZ: usize = 64;

/// Reads the parameters. The only way to a question, so nothing answers about everyone's tasks to whoever is an admin nowhere.
pub fn asked(scope: &Scope, query: &TaskQuery, now: jiff::Timestamp) -> Result<TasksAsked, Error> {
    if query.whose == Whose::Everyone && !scope.is_admin() {
        return Err(Error::Forbidden);
    }
    read(query, now)
}

fn read(query: &TaskQuery, now: jiff::Timestamp) -> Result<TasksAsked, Error> {
    if query.q.chars().count() > MAX_Q {
        return Err(Error::Invalid(format!("q is longer than {MAX_Q} characters.")));
    }
    let filter = query.filter().map_err(|bad| Error::Invalid(bad.to_string()))?;
    let ids: Result<Vec<TaskId>, _> = query.id.split(',').filter(|_| !query.id.is_empty()).map(str::parse).collect();
    let ids = ids.ok().filter(|ids| ids.len() <= MAX_IDS).ok_or_else(|| {
        Error::Invalid(format!("id is at most {MAX_IDS} ids of tasks with commas between them, for example 12,13."))
    })?;
    Ok(TasksAsked {
        whose: query.whose,
        tab: query.tab,
        q: query.q.clone(),
        sort: query.sort,
        days: days(now, &zone(&query.tz)?)?,
        filter,
        ids,
    })
}

/// All that makes two questions different, for the names of lists that are kept (`snapshots`).
pub fn question(asked: &TasksAsked) -> String {
    // Yesterday's list of what is due today is another list.
    let today = if asked.filter.asks_for_days() { asked.days.today.as_str() } else { "" };
    let filter: Vec<(&str, String)> = asked.filter.pairs().collect();
    format!("tasks {:?} {:?} {:?} {filter:?} {today} {:?} {}", asked.whose, asked.tab, asked.sort, asked.ids, asked.q)
}

/// The time zone of that name or offset.
fn zone(text: &str) -> Result<TimeZone, Error> {
    let unknown = || {
        Error::Invalid(
            "tz is the name of a time zone or an offset, for example Europe/Berlin or +02:00 (a plus sign is %2B in an address)."
                .into(),
        )
    };
    if text.is_empty() {
        return Ok(TimeZone::UTC);
    }
    if text.len() > MAX_TZ {
        return Err(unknown());
    }
    if let Some(offset) = offset(text) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(text).map_err(|_| unknown())
}

/// `+02:00`, `-0530`, `+2`.
fn offset(text: &str) -> Option<jiff::tz::Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(digits.len().min(2));
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    if minutes > 59 || hours > 18 {
        return None;
    }
    jiff::tz::Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

/// When days begin there.
fn days(now: jiff::Timestamp, zone: &TimeZone) -> Result<Days, Error> {
    let here = now.to_zoned_datetime(zone.clone());
    let begin = |days: i32| -> Result<String, jiff::Error> {
        let day = here.start_of_day()?.checked_add(days.days())?.start_of_day()?;
        Ok(wire(day.timestamp()).0)
    };
    let all = || -> Result<Days, jiff::Error> {
        Ok(Days {
            now: wire(now).0,
            today: begin(0)?,
            tomorrow: begin(1)?,
            in_a_week: begin(7)?,
            week: begin(-6)?,
            month: begin(-29)?,
        })
    };
    all().map_err(|error| Error::Invalid(format!("tz cannot be counted in: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days_in(tz: &str) -> Days {
        days("2026-03-29T22:30:00Z".parse().unwrap(), &zone(tz).unwrap()).unwrap()
    }

    #[test]
    fn days_begin_where_the_person_is_also_when_the_clocks_change() {
        // In Berlin it is half past midnight on the 30th, the day after the clocks went forward.
        let berlin = days_in("Europe/Berlin");
        assert_eq!(berlin.today, "2026-03-29T22:00:00.000000Z");
        assert_eq!(berlin.week, "2026-03-23T23:00:00.000000Z", "before that, days began an hour later");
        assert_eq!(days_in("").today, "2026-03-29T00:00:00.000000Z");
        assert_eq!(days_in("+02:00").today, berlin.today);
        assert_eq!(days_in("-0930").today, "2026-03-29T09:30:00.000000Z");
    }

    #[test]
    fn what_is_no_time_zone_is_refused() {
        for bad in ["Nowhere/Town", "+", "+25", "+02:75", "../../etc/passwd", "é", &"x".repeat(65)] {
            assert!(zone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn two_questions_are_the_same_only_when_all_of_them_is() {
        let now = "2026-03-29T22:30:00Z".parse().unwrap();
        let of = |query: &TaskQuery| question(&read(query, now).unwrap());
        let plain = TaskQuery::default();
        let others = [
            TaskQuery { whose: Whose::Everyone, ..plain.clone() },
            TaskQuery { job: "7".into(), ..plain.clone() },
            TaskQuery { dataset: "7".into(), ..plain.clone() },
            TaskQuery { q: "7".into(), ..plain.clone() },
            TaskQuery { id: "7".into(), ..plain.clone() },
            TaskQuery { due: "today".into(), ..plain.clone() },
            TaskQuery { due: "today".into(), tz: "Europe/Berlin".into(), ..plain.clone() },
            TaskQuery { issues: "open".into(), ..plain.clone() },
        ];
        let mut all: Vec<String> = others.iter().map(of).collect();
        all.push(of(&plain));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(
            of(&TaskQuery { tz: "Europe/Berlin".into(), ..plain.clone() }),
            of(&plain),
            "without days it is one list"
        );
    }
}
