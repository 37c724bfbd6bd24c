//! `/api/schemas/{id}/versions`: what a schema was, what changed, and how to make it so again.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use portal_model::api::schemas::{History, VersionDetail};
use serde::Deserialize;

use super::schema_id;
use crate::{app::App, keys::Scope, problem::Reply, session::caller::Caller};

/// Answers with all versions that the portal knows, the newest first.
#[utoipa::path(
    get,
    operation_id = "listSchemaVersions",
    path = "/api/schemas/{id}/versions",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema")),
    responses((status = 200, description = "The versions", body = History), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn list(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<History>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    Ok(Json(app.schemas.history(&scope, schema_id(&id)?).await?))
}

/// What to compare with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    against: Option<u32>,
}

/// Answers with one version whole, and with a draft that makes the schema so again.
#[utoipa::path(
    get,
    operation_id = "getSchemaVersion",
    path = "/api/schemas/{id}/versions/{n}",
    tag = "schemas",
    params(
        ("id" = i64, Path, description = "The schema"),
        ("n" = u32, Path, description = "The version's number"),
        ("against" = Option<u32>, Query, description = "Its changes are those since this one; without, since the one before it"),
    ),
    responses((status = 200, description = "The version", body = VersionDetail), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((id, number)): Path<(String, String)>,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<VersionDetail>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let wrong = || Reply::invalid("The version is a number, for example /api/schemas/12/versions/3?against=1.");
    let (Ok(number), Ok(Query(asked))) = (number.parse::<u32>(), asked) else { return Err(wrong()) };
    Ok(Json(app.schemas.version(&scope, schema_id(&id)?, number, asked.against).await?))
}
