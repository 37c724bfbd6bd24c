//! `POST /api/schemas`: a new schema, empty.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::api::schemas::{NewSchema, SchemaDetail, path};

use crate::{
    api::to_its_end, app::App, body::JsonBody, idempotency::Next, keys::Scope, problem::Reply, schema::By,
    session::caller::Caller, shell::request_id_of,
};

/// Makes it and reads it back. Diffgram takes no name that a schema of the project has, or had before it was archived.
#[utoipa::path(
    post,
    operation_id = "createSchema",
    path = "/api/schemas",
    tag = "schemas",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer")),
    request_body = NewSchema,
    responses(
        (status = 201, description = "Made", body = SchemaDetail, headers(("ETag" = String, description = "Its version"))),
        crate::openapi::Failures,
    ),
    security(("session" = []), ("key" = [])),
)]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewSchema>,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasWrite)?;
    let actor = caller.actor();
    let body = serde_json::to_string(&new).unwrap_or_default();
    let begun = match app.idempotency.begin(&headers, actor.id(), format!("POST {}", path::SCHEMAS), &body).await? {
        Next::Answered(answer) => return Ok(answer),
        Next::Work(begun) => begun,
    };
    let by = By { actor, request_id: request_id_of(&headers) };
    to_its_end(async move {
        let made = app.schemas.create(&scope, &new, by).await.map_err(Reply::from);
        let version = made.as_ref().ok().map(|made| (made.version.clone(), path::schema(made.schema.id)));
        let answer = made.map(|made| serde_json::to_value(made).unwrap_or_default());
        let answer = app.idempotency.answer_with(begun, StatusCode::CREATED, answer).await;
        match version {
            Some((version, place)) => ([(header::ETAG, version), (header::LOCATION, place)], answer).into_response(),
            None => answer,
        }
    })
    .await
}
