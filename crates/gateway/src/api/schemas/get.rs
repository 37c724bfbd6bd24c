//! `GET /api/schemas/{id}`: one schema with its labels and all its questions.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::schemas::SchemaDetail;

use super::schema_id;
use crate::{app::App, keys::Scope, problem::Reply, schema, session::caller::Caller};

/// Answers with all of it, read from Diffgram now.
#[utoipa::path(
    get,
    operation_id = "getSchema",
    path = "/api/schemas/{id}",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema")),
    responses((status = 200, description = "The schema", body = SchemaDetail), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn get(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<SchemaDetail>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let (schema, labels, attributes) = app.schemas.read(&scope, schema_id(&id)?).await?;
    Ok(Json(SchemaDetail {
        schema,
        labels,
        attributes: attributes.list.iter().map(schema::state).collect(),
        unreadable: attributes.unreadable,
    }))
}
