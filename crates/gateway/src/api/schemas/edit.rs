//! `PUT /api/schemas/{id}/attributes/{aid}`: makes an attribute what a draft says, if it is still as it was when the draft was made.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use portal_model::{api::schemas::Applied, attribute::Draft};

use super::{attribute_id, if_match, schema_id};
use crate::{
    api::to_its_end,
    app::App,
    body::JsonBody,
    keys::Scope,
    problem::Reply,
    schema::{Order, Want, Where},
    session::caller::Caller,
    shell::request_id_of,
};

/// Answers when all of it is made and was read back. What Diffgram cannot take back, it cannot: options that the draft leaves out
/// are archived for good.
#[utoipa::path(
    put,
    operation_id = "editAttribute",
    path = "/api/schemas/{id}/attributes/{aid}",
    tag = "schemas",
    params(
        ("id" = i64, Path, description = "The schema"),
        ("aid" = i64, Path, description = "The attribute"),
        ("If-Match" = String, Header, description = "The version that the draft was made over"),
    ),
    request_body = Draft,
    responses(
        (status = 200, description = "Made, and read back", body = Applied, headers(("ETag" = String, description = "Its version now"))),
        crate::openapi::Failures,
    ),
    security(("session" = []), ("key" = [])),
)]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path((schema, attribute)): Path<(String, String)>,
    headers: HeaderMap,
    JsonBody(draft): JsonBody<Draft>,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasWrite)?;
    let (schema, attribute) = (schema_id(&schema)?, attribute_id(&attribute)?);
    let order = Order {
        place: Where::Schema(schema),
        attribute,
        want: Want::Draft { draft, version: if_match(&headers)? },
        actor: caller.actor(),
        request_id: request_id_of(&headers),
    };
    let applied = to_its_end(async move { app.schemas.apply(&scope, order).await }).await??;
    Ok(([(header::ETAG, applied.state.version.clone())], Json(applied)).into_response())
}
