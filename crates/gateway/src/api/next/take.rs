//! `POST /api/claims`: the next task, which is theirs then. Only by POST, from the page itself: no link, no reading ahead takes one.

use axum::{extract::State, http::HeaderMap, response::Response};
use portal_model::api::next::{Take, Taken, path};

use crate::{
    app::App,
    body::JsonBody,
    claims::Found,
    idempotency::{self, Next},
    problem::Reply,
    session::person::Person,
};

/// Answers with the task or why there is none. The same key gets the same task, however often it is sent.
#[utoipa::path(
    post,
    operation_id = "takeTask",
    path = "/api/claims",
    tag = "next",
    params(("Idempotency-Key" = String, Header, description = "The same key and body get the same answer")),
    request_body = Take,
    responses((status = 200, description = "The task, or why there is none", body = Taken), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn post(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    JsonBody(wanted): JsonBody<Take>,
) -> Result<Response, Reply> {
    if !headers.contains_key(idempotency::HEADER) {
        return Err(Reply::invalid(
            "Send an Idempotency-Key: a new one for each task, the same one when you try again.",
        ));
    }
    if wanted.job.is_some() && wanted.task.is_some() {
        return Err(Reply::invalid("Name a job or a task, not both."));
    }
    let scope = app.policy.scope(&person);
    let actor = format!("person {}", person.id.0);
    let body = serde_json::to_string(&wanted).unwrap_or_default();
    // To its end, also when the page goes away meanwhile: else the key would stay under way for ever.
    super::super::to_its_end(async move {
        let begun = match app.idempotency.begin(&headers, actor, format!("POST {}", path::CLAIMS), &body).await? {
            Next::Answered(answer) => return Ok(answer),
            Next::Work(begun) => begun,
        };
        let found = app.claims.take(&scope, wanted).await;
        let answer = found.map_err(Reply::from).map(|found| {
            let taken = match found {
                Found::Task(task, how) => Taken { task: Some(task), how: Some(how), nothing: None },
                Found::Nothing(why) => Taken { task: None, how: None, nothing: Some(why) },
            };
            serde_json::to_value(taken).unwrap_or_default()
        });
        Ok(app.idempotency.answer(begun, answer).await)
    })
    .await?
}
