//! `GET /api/tasks/{id}/frames?from=&to=`: what is drawn on some frames of a video task.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::{Frame, FrameAnnotations},
    file::{FileKind, FileSummary},
    id::ProjectId,
};
use serde::Deserialize;

use super::{Error, annotations::runs, task_id};
use crate::{app::App, policy::Scope, session::person::Person};

/// Frames of one answer: what Diffgram gives at once (`diffgram-api.md` §6.3).
const MAX_FRAMES: u32 = 1000;

/// Which frames.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The first, from 0.
    from: u32,
    /// The one after the last.
    to: u32,
}

impl Range {
    /// From the address, checked.
    pub(crate) fn read(range: Result<Query<Self>, QueryRejection>) -> Result<Self, Error> {
        let Query(range) = range.map_err(|error| Error::Invalid(error.body_text()))?;
        if range.from >= range.to || range.to - range.from > MAX_FRAMES {
            return Err(Error::Invalid(format!("from must be below to, at most {MAX_FRAMES} frames apart.")));
        }
        Ok(range)
    }
}

/// Answers with the frames that have annotations.
#[utoipa::path(
    get,
    operation_id = "getTaskFrames",
    path = "/api/tasks/{id}/frames",
    tag = "tasks",
    params(
        ("id" = i64, Path, description = "The task"),
        ("from" = u32, Query, description = "The first frame, from 0"),
        ("to" = u32, Query, description = "The frame after the last, at most 1000 on"),
    ),
    responses(
        (status = 200, description = "Frames with annotations", body = FrameAnnotations),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn frames(
    State(app): State<App>,
    person: Person,
    id: Path<String>,
    range: Result<Query<Range>, QueryRejection>,
) -> Result<Json<FrameAnnotations>, Error> {
    let id = task_id(id)?;
    let range = Range::read(range)?;
    let scope = app.policy.scope(&person);
    let row = scope.task(id).await?.ok_or(Error::NotFound)?;
    app.sync.at_the_door(&row.project, row.file.id).await?;
    let row = scope.task(id).await?.ok_or(Error::NotFound)?;
    answer(&app, &scope, &row.project, &row.file, &range).await.map(Json)
}

/// What is drawn on the frames of a file in scope; nothing for anything but videos.
pub(crate) async fn answer(
    app: &App,
    scope: &Scope,
    project: &ProjectId,
    file: &FileSummary,
    range: &Range,
) -> Result<FrameAnnotations, Error> {
    if file.kind != FileKind::Video {
        return Ok(FrameAnnotations::default());
    }
    let client = app.sync.client(project).ok_or(Error::NoFile)?;
    let read = client.frame_annotations(file.id, range.from, range.to).await?;
    let mut ids: Vec<_> = read.frames.iter().flat_map(|frame| runs(&frame.set.annotations)).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(FrameAnnotations {
        runs: scope.runs(&ids).await?,
        answers: app.annotations.wording().word(project, &read.answers).await,
        frames: read.frames.into_iter().map(|frame| Frame { number: frame.frame, set: frame.set }).collect(),
        labels: read.labels,
    })
}
