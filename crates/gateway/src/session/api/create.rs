//! `POST /api/session`: finish a sign-in.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::{
    api::{SessionRequest, SignedIn},
    problem::ProblemType,
};

use super::signin::provider_unavailable;
use crate::{
    app::App,
    body::JsonBody,
    problem::Reply,
    session::{claims::Identity, cookie, provider, sessions, signin_cookie},
};

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The answer belongs to no sign-in started in this browser.
    #[error("no sign-in of this browser has this state")]
    State,
    /// The answer came from another issuer, or does not say from which though the provider promises to (RFC 9207 §2.4).
    #[error("the answer came from another issuer")]
    Issuer,
    /// The provider, or what it sent, did not hold.
    #[error("the code could not be redeemed")]
    Provider(#[from] provider::Error),
    /// The session could not be stored.
    #[error("the session could not be stored")]
    Store(#[from] sessions::Error),
}

impl Error {
    fn reply(&self) -> Reply {
        let state = |detail| {
            Reply::new(StatusCode::BAD_REQUEST, ProblemType::SigninState, "Not a sign-in of this browser", detail)
        };
        match self {
            Self::State => state("The sign-in was started elsewhere or too long ago. Start again."),
            Self::Issuer => {
                state("The answer came from another identity provider than the sign-in was sent to. Start again.")
            }
            Self::Provider(provider::Error::ClockSkew) => Reply::new(
                StatusCode::UNAUTHORIZED,
                ProblemType::ClockSkew,
                "Server clock",
                "The server clock and the identity provider's differ. An administrator must set the server clock.",
            ),
            Self::Provider(provider::Error::Rejected(_)) => Reply::new(
                StatusCode::UNAUTHORIZED,
                ProblemType::SigninRejected,
                "Sign-in refused",
                "The identity provider's answer did not pass the checks. Sign in again.",
            ),
            Self::Provider(_) => provider_unavailable(),
            Self::Store(_) => Reply::store_unavailable(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match &self {
            Self::Store(_) => tracing::error!(error = &self as &dyn std::error::Error, "signin.failed"),
            Self::Provider(cause) => tracing::warn!(error = cause as &dyn std::error::Error, "signin.failed"),
            Self::State | Self::Issuer => tracing::info!(error = &self as &dyn std::error::Error, "signin.refused"),
        }
        self.reply().into_response()
    }
}

/// Checks that the answer belongs to this browser, redeems the code, and starts a session. The sign-in's cookie goes either way.
#[utoipa::path(
    post,
    operation_id = "createSession",
    path = "/api/session",
    tag = "session",
    request_body = SessionRequest,
    responses(
        (status = 200, description = "Signed in; sets the cookie", body = SignedIn),
        crate::openapi::Failures,
    ),
    security(()),
)]
pub async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SessionRequest>,
) -> Response {
    let name = app.jar.signin_name(&request.state);
    let mut response = match redeem(&app, &headers, &name, request).await {
        Ok((value, signed_in)) => {
            let mut response = Json(signed_in).into_response();
            if let Some(set) = app.jar.set(app.jar.session_name(), &value, None) {
                response.headers_mut().append(header::SET_COOKIE, set);
            }
            response
        }
        Err(error) => error.into_response(),
    };
    if let Some(clear) = app.jar.clear(&name) {
        response.headers_mut().append(header::SET_COOKIE, clear);
    }
    response
}

async fn redeem(
    app: &App,
    headers: &HeaderMap,
    cookie_name: &str,
    request: SessionRequest,
) -> Result<(String, SignedIn), Error> {
    let under_way = cookie::read(headers, cookie_name)
        .and_then(|value| app.seal.open(value, app.clock.now().as_second()))
        .filter(|under_way| under_way.state == signin_cookie::hash(&request.state))
        .ok_or(Error::State)?;
    let endpoints = app.provider.endpoints().await?;
    match &request.iss {
        Some(iss) if *iss != app.config.oidc.issuer => return Err(Error::Issuer),
        None if endpoints.sends_iss => return Err(Error::Issuer),
        _ => {}
    }
    let verified = app.provider.redeem(request.code, request.verifier, &under_way.nonce).await?;
    let who = Identity::read(&verified.subject, &verified.claims, &app.config.role_claims());
    // A session that this browser already had ends: its id must not live on under another person (OIDC-30).
    if let Some(old) = cookie::read(headers, app.jar.session_name()) {
        app.sessions.end(&sessions::key_of(old)).await?;
    }
    let value = app.sessions.start(&app.config.oidc.issuer, &who, verified.sid.as_deref(), &verified.id_token).await?;
    tracing::info!("signin.done");
    Ok((value, SignedIn { return_to: under_way.return_to }))
}
