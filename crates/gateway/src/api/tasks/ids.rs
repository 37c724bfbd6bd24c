//! `GET /api/tasks/ids`: rows of a list by their ids alone, to select them.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::{TaskQuery, acting::TaskIds},
    id::TaskId,
};

use super::{
    Error,
    asked::{asked, question},
    list::kept,
};
use crate::{app::App, session::person::Person};

/// Ids of one answer at the most.
const MAX: u32 = 200_000;

/// Cuts `limit` ids from `offset` on out of the list that a window was cut from; out of a new one when that is not kept any more.
#[utoipa::path(
    get,
    operation_id = "listTaskIds",
    path = "/api/tasks/ids",
    tag = "tasks",
    params(TaskQuery),
    responses((status = 200, description = "The ids", body = TaskIds), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn ids(
    State(app): State<App>,
    person: Person,
    query: Result<Query<TaskQuery>, QueryRejection>,
) -> Result<Json<TaskIds>, Error> {
    let Query(query) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    if !(1..=MAX).contains(&query.limit) {
        return Err(Error::Invalid(format!("limit is 1 to {MAX}.")));
    }
    let scope = app.policy.scope(&person);
    let asked = asked(&scope, &query, app.clock.now())?;
    let (snapshot, list) = match kept(&app, &person, &query, &asked).await {
        Some(kept) => kept,
        None => app.snapshots.keep(&person, question(&asked), scope.task_list(&asked).await?.1).await,
    };
    let ids = list.ids.iter().skip(query.offset as usize).take(query.limit as usize);
    Ok(Json(TaskIds { snapshot, ids: ids.copied().map(TaskId).collect() }))
}
