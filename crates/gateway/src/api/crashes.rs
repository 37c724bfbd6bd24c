//! `POST /api/crashes`: the page crashed, for a signed-in person or a stranger.

use axum::{extract::State, http::StatusCode};
use portal_model::api::CrashReport;

use crate::{app::App, body::JsonBody};

/// Longer texts are cut, in characters.
const MAX: usize = 300;

/// Writes one log line. Says nothing back.
#[utoipa::path(
    post,
    operation_id = "reportCrash",
    path = "/api/crashes",
    tag = "page",
    request_body = CrashReport,
    responses((status = 204, description = "Taken"), crate::openapi::Failures),
    security(()),
)]
pub async fn report(State(app): State<App>, JsonBody(report): JsonBody<CrashReport>) -> StatusCode {
    let cut = |text: &str| text.chars().filter(|c| !c.is_control()).take(MAX).collect::<String>();
    // A page in a loop cannot fill the log: a place comes back after a second.
    if let Ok(place) = app.crash_budget.clone().try_acquire_owned() {
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            drop(place);
        });
        tracing::error!(
            report.id = cut(&report.id),
            report.place = cut(&report.place),
            report.version = cut(&report.version),
            "page.crashed"
        );
    }
    StatusCode::NO_CONTENT
}
