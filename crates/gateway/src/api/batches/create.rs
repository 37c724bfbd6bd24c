//! `POST /api/tasks/assignments`: gives tasks to people, or takes them away.

use axum::{extract::State, http::HeaderMap, response::Response};
use portal_model::api::acting::{Batch, NewBatch, path};

use super::{by, once};
use crate::{app::App, body::JsonBody, problem::Reply, session::person::Person};

/// Takes the order and answers at once; the work goes on, and `GET /api/tasks/assignments/{id}` says how far it is. For reviewers
/// (tasks that they review) and admins (tasks of their projects). A task that is not theirs, and one that is not there, fail alike.
#[utoipa::path(
    post,
    operation_id = "assignTasks",
    path = "/api/tasks/assignments",
    tag = "people",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer")),
    request_body = NewBatch,
    responses((status = 200, description = "Begun", body = Batch), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn create(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewBatch>,
) -> Result<Response, Reply> {
    let body = serde_json::to_string(&new).unwrap_or_default();
    let work = app.batches.begin(by(&app, &person, &headers), &new);
    once(&app, &person, &headers, format!("POST {}", path::ASSIGNMENTS), &body, work).await
}
