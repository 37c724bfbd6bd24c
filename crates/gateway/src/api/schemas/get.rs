//! `GET /api/schemas/{id}`: one schema with its labels and all its questions.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use portal_model::api::schemas::SchemaDetail;

use super::schema_id;
use crate::{app::App, keys::Scope, problem::Reply, session::caller::Caller};

/// Answers with all of it, read from Diffgram now, and with the run that is not over.
#[utoipa::path(
    get,
    operation_id = "getSchema",
    path = "/api/schemas/{id}",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema")),
    responses(
        (status = 200, description = "The schema", body = SchemaDetail, headers(("ETag" = String, description = "Its version"))),
        crate::openapi::Failures,
    ),
    security(("session" = []), ("key" = [])),
)]
pub async fn get(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    Ok(tagged(app.schemas.detail(&scope, schema_id(&id)?).await?))
}

/// A schema with its version as `ETag`.
pub(super) fn tagged(detail: SchemaDetail) -> Response {
    ([(header::ETAG, detail.version.clone())], Json(detail)).into_response()
}
