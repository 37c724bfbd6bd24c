//! `POST /embed/{host}/api/frame-reports`, and how the frames of each host fare, for admins. Kept in memory: it is about now, and
//! nothing in it is about a person.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use portal_model::{
    api::embed::{FrameReport, HostError},
    embed::ErrorCode,
    problem::ProblemType,
};

use super::Place;
use crate::{app::App, body::JsonBody, clock::wire, problem::Reply};

/// More of a host are not taken within a minute.
const A_MINUTE: u32 = 300;
/// Longer versions of the element are none, in bytes.
const MAX_VERSION: usize = 32;

/// How the frames of one host fare.
#[derive(Clone, Debug, Default)]
pub struct Fares {
    /// The last report, and when it came.
    pub last: Option<(Timestamp, FrameReport)>,
    /// How often something went wrong, and when last.
    errors: HashMap<ErrorWord, (u32, Timestamp)>,
    /// The minute since 1970, and how many came within it.
    minute: (i64, u32),
}

/// An error's name, since it has no order.
type ErrorWord = String;

impl Fares {
    /// What went wrong, the most frequent first.
    #[must_use]
    pub fn errors(&self) -> Vec<HostError> {
        let mut errors: Vec<HostError> = self
            .errors
            .iter()
            .filter_map(|(word, (count, at))| {
                let code: ErrorCode = serde_json::from_value(word.as_str().into()).ok()?;
                Some(HostError { code, count: *count, at: wire(*at) })
            })
            .collect();
        errors.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| b.at.0.cmp(&a.at.0)));
        errors
    }
}

/// Of all hosts. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Reports(Arc<Mutex<BTreeMap<String, Fares>>>);

impl Reports {
    /// Takes a report in; `false` when there were too many of this host.
    fn take(&self, host: &str, report: FrameReport, now: Timestamp) -> bool {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fares = hosts.entry(host.to_owned()).or_default();
        let minute = now.as_second().div_euclid(60);
        if fares.minute.0 != minute {
            fares.minute = (minute, 0);
        }
        if fares.minute.1 >= A_MINUTE {
            return false;
        }
        fares.minute.1 += 1;
        if let Some(word) = report.error.and_then(|code| serde_json::to_value(code).ok()) {
            let known = fares.errors.entry(word.as_str().unwrap_or_default().to_owned()).or_insert((0, now));
            *known = (known.0.saturating_add(1), now);
        }
        fares.last = Some((now, report));
        true
    }

    /// How the frames of a host fare.
    #[must_use]
    pub fn of(&self, host: &str) -> Fares {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned().unwrap_or_default()
    }
}

/// Takes it from anybody: a frame tells it before somebody is signed in, or because nobody can be.
#[utoipa::path(
    post,
    operation_id = "reportFrame",
    path = "/embed/{host}/api/frame-reports",
    tag = "embed",
    params(("host" = String, Path, description = "The host's id")),
    request_body = FrameReport,
    responses((status = 204, description = "Taken"), crate::openapi::Failures),
    security(()),
)]
pub async fn report(
    State(app): State<App>,
    place: Place,
    JsonBody(report): JsonBody<FrameReport>,
) -> Result<StatusCode, Reply> {
    let host = place.host().ok_or_else(|| Reply::not_found("There is no such operation."))?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.+".contains(&b);
    if report.element.as_ref().is_some_and(|version| version.len() > MAX_VERSION || !version.bytes().all(plain)) {
        return Err(Reply::invalid("`element` is the version of the element, for example \"1.0.0\"."));
    }
    if app.reports.take(host, report, app.clock.now()) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Reply::new(
            StatusCode::TOO_MANY_REQUESTS,
            ProblemType::RateLimited,
            "Too many reports",
            "Frames of this host have told enough for this minute.",
        ))
    }
}
