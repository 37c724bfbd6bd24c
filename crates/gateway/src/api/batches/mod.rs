//! Tasks given to people in batches.

pub mod create;
pub mod get;
pub mod retry;
pub mod undo;

use axum::{http::HeaderMap, response::Response};
use portal_model::api::acting::Batch;

use crate::{
    app::App,
    audit::Actor,
    batches::{By, Error},
    idempotency::Next,
    problem::Reply,
    session::person::Person,
    shell::request_id_of,
};

fn by(app: &App, person: &Person, headers: &HeaderMap) -> By {
    By {
        scope: app.policy.scope(person),
        person: person.id.clone(),
        actor: Actor::Person(Box::new(person.clone())),
        request_id: request_id_of(headers),
    }
}

/// Does a write once, however often it is sent with the same key.
async fn once(
    app: &App,
    person: &Person,
    headers: &HeaderMap,
    route: String,
    body: &str,
    work: impl Future<Output = Result<Batch, Error>>,
) -> Result<Response, Reply> {
    let actor = Actor::Person(Box::new(person.clone())).id();
    let begun = match app.idempotency.begin(headers, actor, route, body).await? {
        Next::Answered(answer) => return Ok(answer),
        Next::Work(begun) => begun,
    };
    let answer = work.await.map_err(Reply::from).map(|batch| serde_json::to_value(batch).unwrap_or_default());
    Ok(app.idempotency.answer(begun, answer).await)
}
