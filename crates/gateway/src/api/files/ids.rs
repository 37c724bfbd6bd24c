//! `GET /api/files/ids`: files of a list by their ids alone, to select them.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::explorer::{FileIds, FileQuery},
    id::FileId,
};

use super::list::kept;
use crate::{api::tasks::Error, app::App, session::person::Person};

/// Ids of one answer at the most.
const MAX: u32 = 200_000;

/// Cuts `limit` ids from `offset` on out of the list that a window was cut from; out of a new one when that is not kept any more.
#[utoipa::path(
    get,
    operation_id = "listFileIds",
    path = "/api/files/ids",
    tag = "files",
    params(FileQuery),
    responses((status = 200, description = "The ids", body = FileIds), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn ids(
    State(app): State<App>,
    person: Person,
    query: Result<Query<FileQuery>, QueryRejection>,
) -> Result<Json<FileIds>, Error> {
    let Query(asked) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    if !(1..=MAX).contains(&asked.limit) {
        return Err(Error::Invalid(format!("limit is 1 to {MAX}.")));
    }
    let (snapshot, list) = kept(&app, &person, &app.policy.scope(&person), &asked).await?;
    let ids = list.ids.iter().skip(asked.offset as usize).take(asked.limit as usize);
    Ok(Json(FileIds { snapshot, ids: ids.copied().map(FileId).collect() }))
}
