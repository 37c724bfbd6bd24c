//! `GET /api/schemas`: the schemas of the projects in which the caller is an admin.

use axum::{Json, extract::State};
use portal_model::api::schemas::SchemaList;

use crate::{app::App, keys::Scope, problem::Reply, session::caller::Caller};

/// Answers with all of them, read from Diffgram now.
#[utoipa::path(
    get,
    operation_id = "listSchemas",
    path = "/api/schemas",
    tag = "schemas",
    responses((status = 200, description = "By project, then name", body = SchemaList), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<SchemaList>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    Ok(Json(SchemaList { schemas: app.schemas.list(&scope).await?, runs: Vec::new() }))
}
