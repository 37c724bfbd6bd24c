//! `POST /webhooks/diffgram/{project}`: Diffgram says that something happened. Only ever a hint (WHK-08).

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing,
};
use portal_diffgram::webhook::{self, HookError};
use portal_model::{id::ProjectId, problem::ProblemType};
use serde_json::json;
use tokio::sync::Semaphore;
use tower_http::timeout::TimeoutLayer;

use crate::{app::App, problem::Reply};

/// Diffgram's own are below 1 kB.
const MAX_BODY: usize = 64 * 1024;
/// Deliveries under way at once; more are shed before their body is read (WHK-13).
const MAX_UNDER_WAY: usize = 64;
/// How long a delivery may take to arrive (WHK-06).
const PATIENCE: Duration = Duration::from_secs(5);

/// The operation. Authenticated by the token in the body: no cookie counts here.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/webhooks/diffgram/{project}", routing::post(receive))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(middleware::from_fn_with_state(Arc::new(Semaphore::new(MAX_UNDER_WAY)), shed))
}

/// Lets so many through and refuses the rest at once: nothing queues up, and what is lost here is found by reading (WHK-09).
async fn shed(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    match places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => Reply::new(
            StatusCode::TOO_MANY_REQUESTS,
            ProblemType::RateLimited,
            "Too many deliveries",
            "Nothing is lost: what they would say is found by reading.",
        )
        .into_response(),
    }
}

/// Why a delivery is refused.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("no such project, or it takes no webhooks")]
    Project,
    #[error(transparent)]
    Hook(#[from] HookError),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        // Neither the token nor the body is ever logged.
        tracing::info!(error = &self as &dyn std::error::Error, "webhook.refused");
        match self {
            Self::Project => Reply::not_found("No webhooks are taken here."),
            Self::Hook(HookError::WrongToken) => Reply::new(
                StatusCode::UNAUTHORIZED,
                ProblemType::Forbidden,
                "Wrong token",
                "The token in the body is not the one in webhook_token_file.",
            ),
            Self::Hook(HookError::NotJson) => Reply::invalid("The body is not a JSON object."),
        }
        .into_response()
    }
}

/// Takes a hint. Answers exactly 200: Diffgram counts everything else as a failure (`diffgram-api.md` §10).
async fn receive(State(app): State<App>, Path(project): Path<String>, body: Bytes) -> Result<Response, Error> {
    let id = ProjectId(project);
    let token =
        app.config.projects.get(&id).and_then(|project| project.webhook_token.as_ref()).ok_or(Error::Project)?;
    let hook = webhook::read(&body, token)?;
    if let Some(task) = hook.task {
        app.sync.hint(&id, task);
    }
    Ok(Json(json!({"ok": true})).into_response())
}
