//! `POST /api/tasks/assignments/{id}/undo`: puts back what a batch changed.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use portal_model::api::acting::{Batch, path};

use super::{by, once};
use crate::{app::App, problem::Reply, session::person::Person};

/// Another batch: whoever was added is removed, whoever was removed is added, on each task that was really changed.
#[utoipa::path(
    post,
    operation_id = "undoAssignments",
    path = "/api/tasks/assignments/{id}/undo",
    tag = "people",
    params(
        ("id" = String, Path, description = "The batch"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the same answer"),
    ),
    responses((status = 200, description = "The batch that puts it back, begun", body = Batch), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn undo(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Reply> {
    let work = app.batches.undo(by(&app, &person, &headers), &id);
    once(&app, &person, &headers, format!("POST {}", path::undo(&id)), "", work).await
}
