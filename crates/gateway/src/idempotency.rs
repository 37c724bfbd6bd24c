//! Writes that may be sent twice: the same `Idempotency-Key` with the same body gets the same answer, and the work is done once
//! (IETF draft "The Idempotency-Key HTTP Header Field"; `design.md` §7).

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::problem::ProblemType;
use serde_json::Value;
use sqlx::Row;

use crate::{
    clock::{Handle, SharedClock, wire},
    problem::Reply,
    session::sessions::key_of,
    store::Store,
};

/// The header.
pub const HEADER: &str = "idempotency-key";
/// Answers are kept so long.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// Longer keys are refused.
const LONGEST: usize = 200;

/// Answers to writes that may be sent twice.
#[derive(Clone, Debug)]
pub struct Idempotency {
    store: Store,
    clock: Handle,
}

/// A write that was begun; its answer is kept by [`Idempotency::answer`].
#[derive(Debug)]
pub struct Begun {
    actor: String,
    route: String,
    key: String,
}

/// What to do.
#[derive(Debug)]
pub enum Next {
    /// The work, then [`Idempotency::answer`]. Without a key nothing is kept.
    Work(Option<Begun>),
    /// Nothing: this is the answer.
    Answered(Response),
}

impl Idempotency {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock: Handle(clock) }
    }

    /// Looks whether this was asked before.
    ///
    /// # Errors
    /// 400 for a key that is none, 409 while the first one is under way, 422 for another body under the same key, 503 when the
    /// store does not answer.
    pub async fn begin(&self, headers: &HeaderMap, actor: String, route: String, body: &str) -> Result<Next, Reply> {
        let Some(value) = headers.get(HEADER) else { return Ok(Next::Work(None)) };
        let key = value.to_str().ok().filter(|key| (1..=LONGEST).contains(&key.len()));
        let key = key.ok_or_else(|| Reply::invalid("Idempotency-Key is 1 to 200 plain characters."))?.to_owned();
        let unavailable = |error: sqlx::Error| {
            tracing::error!(error = &error as &dyn std::error::Error, "idempotency.unreadable");
            Reply::store_unavailable()
        };
        let (now, body) = (self.clock.now(), key_of(body).0);
        let old = now.checked_sub(KEPT).map(|at| wire(at).0).unwrap_or_default();
        sqlx::query("DELETE FROM idempotent WHERE at < ?")
            .bind(old)
            .execute(self.store.pool())
            .await
            .map_err(unavailable)?;
        let fresh =
            sqlx::query("INSERT OR IGNORE INTO idempotent (actor, route, key, body, at) VALUES (?, ?, ?, ?, ?)")
                .bind(&actor)
                .bind(&route)
                .bind(&key)
                .bind(&body)
                .bind(wire(now).0)
                .execute(self.store.pool())
                .await
                .map_err(unavailable)?;
        if fresh.rows_affected() > 0 {
            return Ok(Next::Work(Some(Begun { actor, route, key })));
        }
        let row = sqlx::query("SELECT body, status, answer FROM idempotent WHERE actor = ? AND route = ? AND key = ?")
            .bind(&actor)
            .bind(&route)
            .bind(&key)
            .fetch_optional(self.store.pool())
            .await
            .map_err(unavailable)?;
        let Some(row) = row else { return Ok(Next::Work(None)) };
        if row.get::<String, _>("body") != body {
            return Err(Reply::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemType::InvalidRequest,
                "Idempotency-Key used before",
                "This Idempotency-Key came with another body before. Use a new one for a new request.",
            ));
        }
        let status = row.get::<Option<u16>, _>("status").and_then(|status| StatusCode::from_u16(status).ok());
        let (Some(status), Some(answer)) = (status, row.get::<Option<String>, _>("answer")) else {
            return Err(Reply::new(
                StatusCode::CONFLICT,
                ProblemType::Conflict,
                "Under way",
                "The first request with this Idempotency-Key is still under way, or was cut off. Read how things stand, then decide.",
            ));
        };
        Ok(Next::Answered((status, [(header::CONTENT_TYPE, "application/json")], answer).into_response()))
    }

    /// Keeps an answer that stands, and gives it out. A failure that may pass is forgotten, so that it can be tried again.
    pub async fn answer(&self, begun: Option<Begun>, answer: Result<Value, Reply>) -> Response {
        self.answer_with(begun, StatusCode::OK, answer).await
    }

    /// The same with another status than 200.
    pub async fn answer_with(
        &self,
        begun: Option<Begun>,
        status: StatusCode,
        answer: Result<Value, Reply>,
    ) -> Response {
        if let Some(Begun { actor, route, key }) = begun {
            let kept = match &answer {
                Ok(body) => sqlx::query(
                    "UPDATE idempotent SET status = ?, answer = ? WHERE actor = ? AND route = ? AND key = ?",
                )
                .bind(status.as_u16())
                .bind(body.to_string()),
                Err(_) => sqlx::query("DELETE FROM idempotent WHERE actor = ? AND route = ? AND key = ?"),
            };
            let kept = kept.bind(actor).bind(route).bind(key).execute(self.store.pool()).await;
            if let Err(error) = kept {
                tracing::error!(error = &error as &dyn std::error::Error, "idempotency.unwritten");
            }
        }
        match answer {
            Ok(body) => (status, Json(body)).into_response(),
            Err(reply) => reply.into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn cli_05_the_same_write_is_done_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("s")).await.unwrap();
        let all = Idempotency::new(store, Arc::new(SystemClock));
        let mut headers = HeaderMap::new();
        let begin = async |headers: &HeaderMap, actor: &str, body: &str| {
            all.begin(headers, actor.into(), "PATCH /x".into(), body).await
        };
        assert!(matches!(begin(&headers, "a", "1").await, Ok(Next::Work(None))));
        headers.insert(HEADER, HeaderValue::from_static("k"));
        let Ok(Next::Work(begun)) = begin(&headers, "a", "1").await else { panic!("fresh") };
        assert_eq!(begin(&headers, "a", "1").await.unwrap_err().0.status, 409, "under way");
        all.answer(begun, Ok(json!({"n": 1}))).await;
        assert!(matches!(begin(&headers, "a", "1").await, Ok(Next::Answered(_))));
        assert_eq!(begin(&headers, "a", "2").await.unwrap_err().0.status, 422);
        let Ok(Next::Work(begun)) = begin(&headers, "b", "1").await else { panic!("another actor") };
        all.answer(begun, Err(Reply::store_unavailable())).await;
        assert!(matches!(begin(&headers, "b", "1").await, Ok(Next::Work(Some(_)))), "a failure can be tried again");
        headers.insert(HEADER, HeaderValue::from_bytes(&[b'x'; 300]).unwrap());
        assert_eq!(begin(&headers, "a", "1").await.unwrap_err().0.status, 400);
    }
}
