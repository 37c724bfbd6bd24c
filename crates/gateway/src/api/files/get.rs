//! `GET /api/files/{id}`: one file with what people and models drew on it, for the person who asks.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::{api::FileDetail, id::FileId};

use crate::{api::tasks::Error, app::App, session::person::Person};

/// Answers with all that is known. Whether it is still theirs is asked of Diffgram first, as for a task.
pub async fn get(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<Json<FileDetail>, Error> {
    let id: FileId =
        id.parse().map_err(|_| Error::Invalid("The file's id is a number, for example /api/files/12.".into()))?;
    let scope = app.policy.scope(&person);
    let (project, ..) = scope.file(id).await?.ok_or(Error::NoFile)?;
    app.sync.at_the_door(&project, id).await?;
    let (_, task, file) = scope.file(id).await?.ok_or(Error::NoFile)?;
    let task = scope.task(task).await?.ok_or(Error::NoFile)?;
    let drawn = app.annotations.drawn(&scope, &project, &file).await?;
    Ok(Json(FileDetail {
        file,
        task,
        annotations: drawn.set,
        labels: drawn.labels,
        runs: drawn.runs,
        annotations_unavailable: drawn.unavailable,
        freshness: app.sync.freshness(scope.projects()),
    }))
}
