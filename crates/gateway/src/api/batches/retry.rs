//! `POST /api/tasks/assignments/{id}/retry`: tries again what failed.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use portal_model::api::acting::{Batch, path};

use super::{by, once};
use crate::{app::App, problem::Reply, session::person::Person};

/// Those that failed wait again.
#[utoipa::path(
    post,
    operation_id = "retryAssignments",
    path = "/api/tasks/assignments/{id}/retry",
    tag = "people",
    params(
        ("id" = String, Path, description = "The batch"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the same answer"),
    ),
    responses((status = 200, description = "Begun again", body = Batch), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn retry(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Reply> {
    let work = app.batches.retry(by(&app, &person, &headers), &id);
    once(&app, &person, &headers, format!("POST {}", path::retry(&id)), "", work).await
}
