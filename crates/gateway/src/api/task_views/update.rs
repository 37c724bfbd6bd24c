//! `PUT /api/task-views/{id}`: another name or other filters for one of the person's views.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::tasks::{NewTaskView, TaskView};

use super::checked;
use crate::{api::views::Error, app::App, body::JsonBody, session::person::Person};

/// Changes it and answers with it.
#[utoipa::path(
    put,
    operation_id = "updateTaskView",
    path = "/api/task-views/{id}",
    tag = "tasks",
    params(("id" = String, Path, description = "The view")),
    request_body = NewTaskView,
    responses((status = 200, description = "The view", body = TaskView), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn update(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewTaskView>,
) -> Result<Json<TaskView>, Error> {
    Ok(Json(app.task_views.change(&person.id, &id, checked(new)?).await?))
}
