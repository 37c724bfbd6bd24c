//! `GET /api/files/{id}/frames?from=&to=`: what is drawn on some frames of a video, with or without a task.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use portal_model::api::FrameAnnotations;

use super::{file_id, fresh};
use crate::{
    api::tasks::{
        Error,
        frames::{Range, answer},
    },
    app::App,
    session::person::Person,
};

/// Answers with the frames that have annotations.
#[utoipa::path(
    get,
    operation_id = "getFileFrames",
    path = "/api/files/{id}/frames",
    tag = "files",
    params(
        ("id" = i64, Path, description = "The file"),
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
    Path(id): Path<String>,
    range: Result<Query<Range>, QueryRejection>,
) -> Result<Json<FrameAnnotations>, Error> {
    let id = file_id(&id)?;
    let range = Range::read(range)?;
    let scope = app.policy.scope(&person);
    let seen = fresh(&app, &scope, id).await?.ok_or(Error::NoFile)?;
    answer(&app, &scope, &seen.project, &seen.file, &range).await.map(Json)
}
