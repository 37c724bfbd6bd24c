//! `GET /api/tasks/{id}/issues/{issue}`: one issue on a task of mine, with what was answered.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::{
    api::issues::{Comment, IssueDetail},
    id::{IssueId, TaskId},
};

use super::Error;
use crate::{app::App, html, session::person::Person};

/// Answers with the issue and its comments, read now. An issue that is not on this task is not there, whatever its id.
#[utoipa::path(
    get,
    operation_id = "getIssue",
    path = "/api/tasks/{id}/issues/{issue}",
    tag = "tasks",
    params(("id" = i64, Path, description = "The task"), ("issue" = i64, Path, description = "The issue")),
    responses((status = 200, description = "The issue", body = IssueDetail), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn get(
    State(app): State<App>,
    person: Person,
    Path((task, issue)): Path<(String, String)>,
) -> Result<Json<IssueDetail>, Error> {
    let odd = || Error::Invalid("Both ids are numbers, for example /api/tasks/12/issues/5.".into());
    let task: TaskId = task.parse().map_err(|_| odd())?;
    let issue: IssueId = issue.parse().map_err(|_| odd())?;
    let scope = app.policy.scope(&person);
    let row = scope.task(task).await?.ok_or(Error::NotFound)?;
    app.sync.at_the_door(&row.project, row.file.id).await?;
    let row = scope.task(task).await?.ok_or(Error::NotFound)?;
    let found = scope.issues(task).await?.into_iter().find(|found| found.id == issue).ok_or(Error::NoIssue)?;
    let client = app.sync.client(&row.project).ok_or(Error::NoIssue)?;
    let comments = client.comments(issue).await?;
    let comments = comments.into_iter().map(|comment| Comment {
        author: comment.author,
        created: comment.created,
        edited: comment.edited,
        content: html::sanitised(&comment.content),
    });
    Ok(Json(IssueDetail { issue: found, comments: comments.collect() }))
}
