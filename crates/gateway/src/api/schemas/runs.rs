//! `/api/schemas/{id}/runs/{run}`: how far a draft is applied; going on with it, and ending it.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use portal_model::api::schemas::Run;

use super::schema_id;
use crate::{
    api::to_its_end, app::App, keys::Scope, problem::Reply, schema::By, session::caller::Caller, shell::request_id_of,
};

fn run_id(text: &str) -> Result<i64, Reply> {
    let wrong = || Reply::invalid("The run's id is a number, for example /api/schemas/12/runs/3.");
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| wrong()) } else { Err(wrong()) }
}

/// Answers with how far it is.
#[utoipa::path(
    get,
    operation_id = "getSchemaRun",
    path = "/api/schemas/{id}/runs/{run}",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema"), ("run" = i64, Path, description = "The run")),
    responses((status = 200, description = "The run", body = Run), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((id, run)): Path<(String, String)>,
) -> Result<Json<Run>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    Ok(Json(app.schemas.run(&scope, schema_id(&id)?, run_id(&run)?).await?))
}

/// Goes on with a run that is paused, or waits.
#[utoipa::path(
    post,
    operation_id = "resumeSchemaRun",
    path = "/api/schemas/{id}/runs/{run}/resume",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema"), ("run" = i64, Path, description = "The run")),
    responses((status = 200, description = "It goes on", body = Run), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn resume(
    State(app): State<App>,
    caller: Caller,
    Path((id, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Run>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasWrite)?;
    let (id, run) = (schema_id(&id)?, run_id(&run)?);
    let by = By { actor: caller.actor(), request_id: request_id_of(&headers) };
    Ok(Json(to_its_end(async move { app.schemas.resume(&scope, id, run, by).await }).await??))
}

/// Ends a run before its end. What was made by then stays; nothing is taken back.
#[utoipa::path(
    post,
    operation_id = "stopSchemaRun",
    path = "/api/schemas/{id}/runs/{run}/stop",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema"), ("run" = i64, Path, description = "The run")),
    responses((status = 200, description = "It is over", body = Run), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn stop(
    State(app): State<App>,
    caller: Caller,
    Path((id, run)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Run>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasWrite)?;
    let (id, run) = (schema_id(&id)?, run_id(&run)?);
    let by = By { actor: caller.actor(), request_id: request_id_of(&headers) };
    Ok(Json(to_its_end(async move { app.schemas.stop(&scope, id, run, by).await }).await??))
}
