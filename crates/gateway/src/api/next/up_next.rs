//! `GET /api/up-next?tz=`: how many tasks somebody can take, and how far they are today.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use portal_model::api::next::{JobNext, Nothing, UpNext, UpNextQuery};

use crate::{app::App, problem::Reply, session::person::Person};

/// Answers by job. Nothing is taken by asking.
#[utoipa::path(
    get,
    operation_id = "upNext",
    path = "/api/up-next",
    tag = "next",
    params(UpNextQuery),
    responses((status = 200, description = "What can be done next", body = UpNext), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn get(
    State(app): State<App>,
    person: Person,
    query: Result<Query<UpNextQuery>, QueryRejection>,
) -> Result<Json<UpNext>, Reply> {
    let Query(query) = query.map_err(|error| Reply::invalid(&error.body_text()))?;
    let zone = query.tz.filter(|name| !name.is_empty()).unwrap_or_else(|| "UTC".into());
    let today = midnight(&zone, app.clock.now()).ok_or_else(|| {
        Reply::invalid("tz is the name of a time zone, for example Europe/Berlin, or an offset, for example +01:00.")
    })?;
    let scope = app.policy.scope(&person);
    // Before what is counted, as in the list of tasks.
    let freshness = app.sync.freshness(scope.projects());
    let standing = scope.standing(today.as_second()).await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "next.unreadable");
        Reply::store_unavailable()
    })?;
    let sum = |of: fn(&JobNext) -> u32| standing.jobs.iter().map(of).fold(0, u32::saturating_add);
    Ok(Json(UpNext {
        available: sum(|job| job.available),
        mine: sum(|job| job.mine),
        today: sum(|job| job.today),
        nothing: standing.nothing.map(|why| if freshness.complete { why } else { Nothing::Reading }),
        jobs: standing.jobs,
        zone,
        contact: app.config.contact.clone(),
        freshness,
    }))
}

/// When the day began that it is in this time zone.
fn midnight(zone: &str, now: Timestamp) -> Option<Timestamp> {
    let zone = match offset(zone) {
        Some(offset) => TimeZone::fixed(offset),
        None => TimeZone::get(zone).ok()?,
    };
    Some(now.to_zoned_datetime(zone).start_of_day().ok()?.timestamp())
}

/// `+01:00`, `-0330`, `+5`.
fn offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(if digits.len() > 2 { digits.len() - 2 } else { digits.len() });
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let seconds = sign * (hours.parse::<i32>().ok()? * 3600 + minutes * 60);
    (minutes < 60).then(|| Offset::from_seconds(seconds).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_where_the_person_is() {
        let now: Timestamp = "2026-11-28T01:13:00Z".parse().unwrap();
        let began = |zone: &str| midnight(zone, now).map(|at| at.to_string());
        assert_eq!(began("UTC").as_deref(), Some("2026-11-28T00:00:00Z"));
        assert_eq!(began("Europe/Berlin").as_deref(), Some("2026-11-27T23:00:00Z"));
        assert_eq!(began("America/New_York").as_deref(), Some("2026-11-27T05:00:00Z"));
        assert_eq!(began("+05:30").as_deref(), Some("2026-11-27T18:30:00Z"));
        assert_eq!(began("-8").as_deref(), Some("2026-11-27T08:00:00Z"));
        // Where clocks were changed in the night.
        let spring: Timestamp = "2026-03-29T10:00:00Z".parse().unwrap();
        assert_eq!(midnight("Europe/Berlin", spring).unwrap().to_string(), "2026-03-28T23:00:00Z");
        for none in ["Middle-earth/Shire", "", "+", "+1234567", "+01:99", "../../etc/passwd", "+é", "\u{0}"] {
            assert_eq!(began(none), None, "{none:?}");
        }
    }
}
