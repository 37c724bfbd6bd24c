//! `PUT /api/schemas/{id}`: the same as applying a draft, for scripts: it answers when all of it is made and was read back.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use portal_model::{
    api::schemas::{SchemaDetail, Wish},
    schema::SchemaDraft,
};

use super::{get::tagged, if_match, schema_id};
use crate::{
    api::to_its_end,
    app::App,
    body::JsonBody,
    keys::Scope,
    problem::Reply,
    schema::{By, Error},
    session::caller::Caller,
    shell::request_id_of,
};

/// Waits until all calls are made. Should they halt before that, the answer is `incomplete`, with the run: it can be gone on with.
#[utoipa::path(
    put,
    operation_id = "putSchema",
    path = "/api/schemas/{id}",
    tag = "schemas",
    params(
        ("id" = i64, Path, description = "The schema"),
        ("If-Match" = String, Header, description = "The version that the draft was made over"),
    ),
    request_body = SchemaDraft,
    responses(
        (status = 200, description = "Made, and read back", body = SchemaDetail, headers(("ETag" = String, description = "Its version now"))),
        crate::openapi::Failures,
    ),
    security(("session" = []), ("key" = [])),
)]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(draft): JsonBody<SchemaDraft>,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasWrite)?;
    let (id, version) = (schema_id(&id)?, if_match(&headers)?);
    let by = By { actor: caller.actor(), request_id: request_id_of(&headers) };
    let wish = Wish { draft, why: String::new() };
    let detail = to_its_end(async move {
        let run = app.schemas.begin(&scope, id, &wish, &version, by).await?;
        app.schemas.at_its_end(id, run.id).await?;
        app.schemas.detail(&scope, id).await
    });
    let detail: Result<SchemaDetail, Error> = detail.await?;
    Ok(tagged(detail?))
}
