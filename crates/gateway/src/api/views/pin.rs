//! `PUT` and `DELETE /api/views/{id}/pin`: whether a view stands in this person's menu.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::Error;
use crate::{app::App, session::person::Person};

/// Puts it there.
#[utoipa::path(
    put,
    operation_id = "pinView",
    path = "/api/views/{id}/pin",
    tag = "files",
    params(("id" = String, Path, description = "The view")),
    responses((status = 204, description = "It stands there"), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn put(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<StatusCode, Error> {
    app.views.pin(&person, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes it away from there.
#[utoipa::path(
    delete,
    operation_id = "unpinView",
    path = "/api/views/{id}/pin",
    tag = "files",
    params(("id" = String, Path, description = "The view")),
    responses((status = 204, description = "It does not stand there"), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn delete(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<StatusCode, Error> {
    app.views.unpin(&person.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
