//! `GET /api/tasks/{id}`: one task, for the person who asks.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::{annotation::Annotation, api::TaskDetail, file::FileKind, id::ModelRunId};

use super::{Error, task_id};
use crate::{app::App, session::person::Person};

/// Answers with all that is known. The task is read fresh from Diffgram first: an unassignment shows nowhere else.
pub async fn get(State(app): State<App>, person: Person, id: Path<String>) -> Result<Json<TaskDetail>, Error> {
    let id = task_id(id)?;
    let scope = app.policy.scope(&person);
    let row = scope.task(id).await?.ok_or(Error::NotFound)?;
    app.sync.at_the_door(&row.project, row.file.id).await?;
    let row = scope.task(id).await?.ok_or(Error::NotFound)?;
    let (assignees, reviewers) = scope.people(id).await?;
    let mut detail = TaskDetail {
        assignees,
        reviewers,
        annotations: portal_model::annotation::AnnotationSet::default(),
        labels: Vec::new(),
        runs: Vec::new(),
        annotations_unavailable: false,
        freshness: app.sync.freshness(scope.projects()),
        row,
    };
    if detail.row.file.kind == FileKind::Image {
        match app.annotations.of(&detail.row.project, detail.row.file.id).await {
            Ok(read) => {
                detail.runs = scope.runs(&runs(&read.set.annotations)).await?;
                detail.annotations = read.set.clone();
                detail.labels = read.labels.clone();
            }
            Err(error) => {
                tracing::warn!(error = &*error as &dyn std::error::Error, "task.annotations_unread");
                detail.annotations_unavailable = true;
            }
        }
    }
    Ok(Json(detail))
}

/// The model runs that annotations name, each once.
pub(super) fn runs(annotations: &[Annotation]) -> Vec<ModelRunId> {
    let mut runs: Vec<ModelRunId> = annotations.iter().filter_map(|a| a.prediction.as_ref()?.run).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}
