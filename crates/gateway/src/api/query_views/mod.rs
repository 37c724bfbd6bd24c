//! Views that host apps give to people of a project, by a key.

pub mod delete;
pub mod list;
pub mod put;

use axum::{
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use portal_model::{api::audit::Outcome, problem::ProblemType};

use super::views::Error;
use crate::{
    app::App,
    audit::{Actor, Intent},
    keys::Key,
    problem::Reply,
    shell::request_id_of,
    views::{self, MAX_QUERY_VIEWS},
};

/// Ids are at most so long.
const MAX_ID: usize = 64;

/// The id in the address, read strictly (AUT-05).
fn checked(id: &str) -> Result<(), Reply> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(fits) {
        return Ok(());
    }
    Err(Reply::invalid("The view's id is 1 to 64 of a to z, 0 to 9 and -, for example /api/query-views/unsure-faces."))
}

/// Makes a change with its line in the audit before it.
async fn told<T: Send>(
    app: &App,
    key: Key,
    headers: &HeaderMap,
    (action, id): (&'static str, &str),
    detail: impl serde::Serialize + Sync,
    change: impl Future<Output = Result<T, views::Error>> + Send,
) -> Result<T, axum::response::Response> {
    let unaudited = |error: crate::audit::Error| {
        tracing::error!(error = &error as &dyn std::error::Error, "query_views.unaudited");
        Reply::store_unavailable().into_response()
    };
    let project = key.project.clone();
    let request_id = request_id_of(headers);
    let intent = Intent { project: &project, action, subject: format!("view {id}"), detail, request_id };
    let line = app.audit.begin(&Actor::Key(Box::new(key)), intent).await.map_err(unaudited)?;
    let done = change.await;
    let outcome = if done.is_ok() { Outcome::Done } else { Outcome::Refused };
    app.audit.end(line, outcome, &()).await.map_err(unaudited)?;
    done.map_err(|error| match error {
        views::Error::TooMany => Reply::new(
            StatusCode::CONFLICT,
            ProblemType::InvalidRequest,
            "Too many views",
            &format!("The project has {MAX_QUERY_VIEWS} views, which is the most. Remove one first."),
        )
        .into_response(),
        error => Error::Views(error).into_response(),
    })
}
