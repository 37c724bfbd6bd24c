//! `PUT` and `DELETE /api/task-views/{id}/pin`: whether a view stands beside the tabs, for this person.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use crate::{api::views::Error, app::App, session::person::Person};

/// Puts it there.
#[utoipa::path(
    put,
    operation_id = "pinTaskView",
    path = "/api/task-views/{id}/pin",
    tag = "tasks",
    params(("id" = String, Path, description = "The view")),
    responses((status = 204, description = "It stands there"), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn put(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<StatusCode, Error> {
    app.task_views.pin(&person, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes it away from there.
#[utoipa::path(
    delete,
    operation_id = "unpinTaskView",
    path = "/api/task-views/{id}/pin",
    tag = "tasks",
    params(("id" = String, Path, description = "The view")),
    responses((status = 204, description = "It does not stand there"), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn delete(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<StatusCode, Error> {
    app.task_views.unpin(&person.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
