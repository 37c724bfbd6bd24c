//! `GET /api/tasks/assignments/{id}`: how far a batch is.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::acting::Batch;

use crate::{app::App, problem::Reply, session::person::Person};

/// How far it is, and what failed: the first hundred, with names.
#[utoipa::path(
    get,
    operation_id = "getAssignments",
    path = "/api/tasks/assignments/{id}",
    tag = "people",
    params(("id" = String, Path, description = "The batch")),
    responses((status = 200, description = "As far as it is", body = Batch), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn get(State(app): State<App>, person: Person, Path(id): Path<String>) -> Result<Json<Batch>, Reply> {
    Ok(Json(app.batches.get(&app.policy.scope(&person), &person.id, &id).await?))
}
