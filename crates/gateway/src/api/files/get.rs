//! `GET /api/files/{id}`: one file with what people and models drew on it, for the person who asks.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::FileDetail;

use super::{file_id, fresh, parts};
use crate::{api::tasks::Error, app::App, session::person::Person};

/// Answers with all that is known. Whether it is still theirs is asked of Diffgram first, as for a task.
#[utoipa::path(
    get,
    operation_id = "getFile",
    path = "/api/files/{id}",
    tag = "files",
    params(("id" = i64, Path, description = "The file")),
    responses((status = 200, description = "The file", body = FileDetail), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn get(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<Json<FileDetail>, Error> {
    let id = file_id(&id)?;
    let scope = app.policy.scope(&person);
    let seen = fresh(&app, &scope, id).await?.ok_or(Error::NoFile)?;
    let task = match seen.task {
        Some(task) => scope.task(task).await?,
        None => None,
    };
    let drawn = app.annotations.drawn(&scope, &seen.project, &seen.file).await?;
    Ok(Json(FileDetail {
        children: parts(&app, &scope, &seen.project, &seen.file).await?,
        project: seen.project,
        file: seen.file,
        task,
        dataset: seen.dataset,
        annotations: drawn.set,
        labels: drawn.labels,
        runs: drawn.runs,
        annotations_unavailable: drawn.unavailable,
        answers: drawn.answers,
        freshness: app.sync.freshness(scope.projects()),
    }))
}
