//! `POST /api/schemas/{id}/plan`: what a draft would change. Nothing is changed.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::schemas::{Review, Wish};

use super::{schema_id, why};
use crate::{app::App, body::JsonBody, keys::Scope, problem::Reply, session::caller::Caller};

/// Reads the schema, and tells what differs, what of it is used, and what Diffgram cannot take back.
#[utoipa::path(
    post,
    operation_id = "planSchema",
    path = "/api/schemas/{id}/plan",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema")),
    request_body = Wish,
    responses((status = 200, description = "What would change", body = Review), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    JsonBody(wish): JsonBody<Wish>,
) -> Result<Json<Review>, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let id = schema_id(&id)?;
    why(&wish)?;
    Ok(Json(app.schemas.review(&scope, id, &wish).await?))
}
