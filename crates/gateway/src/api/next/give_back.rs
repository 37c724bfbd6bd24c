//! `DELETE /api/claims/{task}`: gives a task back that somebody took, or could have taken.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use portal_model::{api::next::GivenBack, id::TaskId};
use serde::Deserialize;

use crate::{app::App, problem::Reply, session::person::Person};

/// How it is given back.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// It is not for them: not to be offered to them again.
    declined: bool,
}

/// Takes the person off the task. What they drew stays; its status does, too.
#[utoipa::path(
    delete,
    operation_id = "giveTaskBack",
    path = "/api/claims/{task}",
    tag = "next",
    params(
        ("task" = i64, Path, description = "The task"),
        ("declined" = Option<bool>, Query, description = "Not to be offered to them again"),
    ),
    responses((status = 200, description = "It is nobody's now", body = GivenBack), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn delete(
    State(app): State<App>,
    person: Person,
    Path(task): Path<String>,
    options: Result<Query<Options>, QueryRejection>,
) -> Result<Json<GivenBack>, Reply> {
    let task: TaskId =
        task.parse().map_err(|_| Reply::invalid("The task's id is a number, for example /api/claims/12."))?;
    let Query(Options { declined }) = options.map_err(|error| Reply::invalid(&error.body_text()))?;
    let scope = app.policy.scope(&person);
    super::super::to_its_end(async move { app.claims.give_back(&scope, task, declined).await }).await??;
    Ok(Json(GivenBack { task, declined }))
}
