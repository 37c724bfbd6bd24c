//! `GET /api/tasks/{id}`: one task, for the person who asks.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::TaskDetail;

use super::{Error, task_id};
use crate::{api::files::parts, app::App, session::person::Person};

/// Answers with all that is known. The task is read fresh from Diffgram first: an unassignment shows nowhere else.
#[utoipa::path(
    get,
    operation_id = "getTask",
    path = "/api/tasks/{id}",
    tag = "tasks",
    params(("id" = i64, Path, description = "The task")),
    responses((status = 200, description = "The task", body = TaskDetail), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn get(State(app): State<App>, person: Person, id: Path<String>) -> Result<Json<TaskDetail>, Error> {
    let id = task_id(id)?;
    let scope = app.policy.scope(&person);
    let row = scope.task(id).await?.ok_or(Error::NotFound)?;
    app.sync.at_the_door(&row.project, row.file.id).await?;
    let row = scope.task(id).await?.ok_or(Error::NotFound)?;
    // Nobody waits longer than for the slowest of them.
    let ((), drawn, children) = tokio::join!(
        app.sync.issues_at_the_door(&row.project, id, row.file.id),
        app.annotations.drawn(&scope, &row.project, &row.file),
        parts(&app, &scope, &row.project, &row.file),
    );
    let (drawn, children) = (drawn?, children?);
    // With the number of issues as it is now.
    let row = scope.task(id).await?.ok_or(Error::NotFound)?;
    let (assignees, reviewers) = scope.people(id).await?;
    Ok(Json(TaskDetail {
        assignees,
        reviewers,
        guide: scope.guides(&row).await?,
        holding: app.claims.holding(&scope, &row).await?,
        annotations: drawn.set,
        labels: drawn.labels,
        runs: drawn.runs,
        annotations_unavailable: drawn.unavailable,
        answers: drawn.answers,
        issues: scope.issues(id).await?,
        history: scope.history(id).await?,
        children,
        freshness: app.sync.freshness(scope.projects()),
        row,
    }))
}
