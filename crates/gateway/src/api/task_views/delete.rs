//! `DELETE /api/task-views/{id}`: removes one of the person's views.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use crate::{api::views::Error, app::App, session::person::Person};

/// Removes it.
#[utoipa::path(
    delete,
    operation_id = "deleteTaskView",
    path = "/api/task-views/{id}",
    tag = "tasks",
    params(("id" = String, Path, description = "The view")),
    responses((status = 204, description = "Removed"), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn delete(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<StatusCode, Error> {
    app.task_views.remove(&person.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
