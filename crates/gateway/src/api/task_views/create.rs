//! `POST /api/task-views`: gives filters a name.

use axum::{Json, extract::State};
use portal_model::api::tasks::{NewTaskView, TaskView};

use super::checked;
use crate::{api::views::Error, app::App, body::JsonBody, session::person::Person};

/// Saves it and answers with it.
#[utoipa::path(
    post,
    operation_id = "createTaskView",
    path = "/api/task-views",
    tag = "tasks",
    request_body = NewTaskView,
    responses((status = 200, description = "The view", body = TaskView), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn create(
    State(app): State<App>,
    person: Person,
    JsonBody(new): JsonBody<NewTaskView>,
) -> Result<Json<TaskView>, Error> {
    Ok(Json(app.task_views.add(&person.id, checked(new)?).await?))
}
