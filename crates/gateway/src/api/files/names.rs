//! `GET /api/files/names`: what the person's files can be asked by, for completion.

use axum::{Json, extract::State};
use portal_model::api::explorer::FileNames;

use crate::{api::tasks::Error, app::App, session::person::Person};

/// Answers with names that occur in the person's scope.
#[utoipa::path(
    get,
    operation_id = "listFileNames",
    path = "/api/files/names",
    tag = "files",
    responses(
        (status = 200, description = "Names that occur in my sight", body = FileNames),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn names(State(app): State<App>, person: Person) -> Result<Json<FileNames>, Error> {
    Ok(Json(app.policy.scope(&person).file_names().await?))
}
