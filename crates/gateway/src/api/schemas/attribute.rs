//! `GET /api/schemas/{id}/attributes/{aid}`: one question, with the version that an edit must name.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use portal_model::api::schemas::AttributeState;

use super::{attribute_id, schema_id};
use crate::{app::App, keys::Scope, problem::Reply, schema, session::caller::Caller};

/// Answers with the attribute, its version as `ETag`.
#[utoipa::path(
    get,
    operation_id = "getAttribute",
    path = "/api/schemas/{id}/attributes/{aid}",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema"), ("aid" = i64, Path, description = "The attribute")),
    responses(
        (status = 200, description = "The attribute", body = AttributeState, headers(("ETag" = String, description = "Its version"))),
        crate::openapi::Failures,
    ),
    security(("session" = []), ("key" = [])),
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((schema, attribute)): Path<(String, String)>,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let read = app.schemas.attribute(&scope, schema_id(&schema)?, attribute_id(&attribute)?).await?;
    let state = schema::state(&read);
    Ok(([(header::ETAG, state.version.clone())], Json(state)).into_response())
}
