//! `GET /api/task-views`: the views that are opened to the person, and their own.

use axum::{Json, extract::State};
use portal_model::api::tasks::TaskView;

use crate::{api::views::Error, app::App, session::person::Person};

/// Answers with all of them.
#[utoipa::path(
    get,
    operation_id = "listTaskViews",
    path = "/api/task-views",
    tag = "tasks",
    responses(
        (status = 200, description = "Views that are opened to me, then mine", body = [TaskView]),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn list(State(app): State<App>, person: Person) -> Result<Json<Vec<TaskView>>, Error> {
    Ok(Json(app.task_views.list(&person).await?))
}
