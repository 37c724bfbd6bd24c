//! `PATCH /api/attributes/{id}/options`: adds, renames and archives options, for host apps. Sent twice it changes nothing more.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use portal_model::api::schemas::{Applied, OptionEdits};

use super::attribute_id;
use crate::{
    api::to_its_end,
    app::App,
    body::JsonBody,
    idempotency::Next,
    keys::Scope,
    problem::Reply,
    schema::{Order, Want, Where},
    session::caller::Caller,
    shell::request_id_of,
};

/// Reads the attribute, lays the edits over it, makes the change, and answers when it was read back.
#[utoipa::path(
    patch,
    operation_id = "editOptions",
    path = "/api/attributes/{id}/options",
    tag = "schemas",
    params(
        ("id" = i64, Path, description = "The attribute"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer"),
    ),
    request_body = OptionEdits,
    responses((status = 200, description = "Made, and read back", body = Applied), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn patch(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(edits): JsonBody<OptionEdits>,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasWrite)?;
    let attribute = attribute_id(&id)?;
    let body = serde_json::to_string(&edits).unwrap_or_default();
    let actor = caller.actor();
    let route = format!("PATCH {}", portal_model::api::schemas::path::options(attribute));
    let begun = match app.idempotency.begin(&headers, actor.id(), route, &body).await? {
        Next::Answered(answer) => return Ok(answer),
        Next::Work(begun) => begun,
    };
    let request_id = request_id_of(&headers);
    let order = Order { place: Where::Anywhere, attribute, want: Want::Options(edits), actor, request_id };
    to_its_end(async move {
        let applied: Result<Applied, Reply> = app.schemas.apply(&scope, order).await.map_err(Reply::from);
        let answer = applied.map(|applied| serde_json::to_value(applied).unwrap_or_default());
        app.idempotency.answer(begun, answer).await
    })
    .await
}
