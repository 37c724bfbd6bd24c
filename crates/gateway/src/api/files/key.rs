//! `GET /api/files/key/{key}`: files by the host app's own key. Diffgram keeps no such thing of files: it is the name that the app
//! gave when it sent the file.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::explorer::FileTile;

use crate::{api::tasks::Error, app::App, session::person::Person};

/// More files of one name are not told: the explorer finds them all.
const MOST: u32 = 50;

/// Answers with the files in my sight that are called exactly so, the newest first; 404 when there is none.
#[utoipa::path(
    get,
    operation_id = "listFilesOfKey",
    path = "/api/files/key/{key}",
    tag = "files",
    params(("key" = String, Path, description = "The host app's key: the name that the file was sent with, percent-encoded")),
    responses(
        (status = 200, description = "Files of this key, at least one", body = Vec<FileTile>),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn key(
    State(app): State<App>,
    person: Person,
    Path(key): Path<String>,
) -> Result<Json<Vec<FileTile>>, Error> {
    let scope = app.policy.scope(&person);
    let tiles = scope.tiles(&scope.files_named(&key, MOST).await?).await?;
    if tiles.is_empty() { Err(Error::NoFile) } else { Ok(Json(tiles)) }
}
