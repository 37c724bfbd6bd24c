//! `GET /api/schemas`: the schemas of the projects in which the caller is an admin, or the one that is for a customer.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Query, State},
};
use portal_model::api::schemas::SchemaList;

use crate::{app::App, keys::Scope, problem::Reply, session::caller::Caller};

/// Answers with all of them, read from Diffgram now.
#[utoipa::path(
    get,
    operation_id = "listSchemas",
    path = "/api/schemas",
    tag = "schemas",
    params((
        "for" = Option<String>,
        Query,
        description = "The key of a customer: only the schema that the configuration (`[schemas]`) maps it to; 404 when there is none"
    )),
    responses((status = 200, description = "By project, then name", body = SchemaList), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Json<SchemaList>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let Some(key) = asked.get("for") else {
        let mut schemas = app.schemas.list(&scope).await?;
        schemas.retain(|schema| scope.has(schema.id));
        let runs = app.schemas.open_runs(&schemas).await?;
        return Ok(Json(SchemaList { schemas, runs }));
    };
    let name = app.config.schemas.of(key).ok_or_else(nobodys)?;
    let mut schemas = app.schemas.list(&scope).await?;
    schemas.retain(|schema| schema.name == name && !schema.archived && scope.has(schema.id));
    if schemas.is_empty() {
        return Err(nobodys());
    }
    let runs = app.schemas.open_runs(&schemas).await?;
    Ok(Json(SchemaList { schemas, runs }))
}

/// The same whether there is no such key, no such schema, or it is not theirs.
fn nobodys() -> Reply {
    Reply::not_found(
        "No schema is for this customer, or it is not yours. Keys are mapped in the configuration: [schemas].",
    )
}
