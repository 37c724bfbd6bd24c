//! `POST /api/schemas/{id}/apply`: makes a schema what a draft says, call after call, whether or not anybody waits.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use portal_model::api::schemas::{Run, Wish, path};

use super::{if_match, schema_id, why};
use crate::{
    api::to_its_end, app::App, body::JsonBody, idempotency::Next, keys::Scope, problem::Reply, schema::By,
    session::caller::Caller, shell::request_id_of,
};

/// Stores the calls, begins with them, and answers at once. How far they are is read at the run.
#[utoipa::path(
    post,
    operation_id = "applySchema",
    path = "/api/schemas/{id}/apply",
    tag = "schemas",
    params(
        ("id" = i64, Path, description = "The schema"),
        ("If-Match" = String, Header, description = "The version that the draft was made over"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer"),
    ),
    request_body = Wish,
    responses((status = 202, description = "It has begun", body = Run), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(wish): JsonBody<Wish>,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasWrite)?;
    let (id, version) = (schema_id(&id)?, if_match(&headers)?);
    why(&wish)?;
    let actor = caller.actor();
    let body = serde_json::to_string(&(&wish, &version)).unwrap_or_default();
    let begun = match app.idempotency.begin(&headers, actor.id(), format!("POST {}", path::apply(id)), &body).await? {
        Next::Answered(answer) => return Ok(answer),
        Next::Work(begun) => begun,
    };
    let by = By { actor, request_id: request_id_of(&headers) };
    to_its_end(async move {
        let run = app.schemas.begin(&scope, id, &wish, &version, by).await.map_err(Reply::from);
        let answer = run.map(|run| serde_json::to_value(run).unwrap_or_default());
        app.idempotency.answer_with(begun, StatusCode::ACCEPTED, answer).await
    })
    .await
}
