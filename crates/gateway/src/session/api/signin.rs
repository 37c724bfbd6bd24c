//! `POST /api/signin`: start a sign-in.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::{
    api::{SigninRequest, SigninStart},
    problem::ProblemType,
};

use crate::{
    app::App,
    body::JsonBody,
    problem::Reply,
    random_token,
    session::{
        cookie, provider, return_to,
        signin_cookie::{MAX_AGE, SigninUnderWay, hash},
    },
};

/// More sign-ins than this under way in one browser are forgotten.
const MAX_UNDER_WAY: usize = 8;

/// Why a sign-in cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider is away or misconfigured.
    #[error("the identity provider cannot be used")]
    Provider(#[from] provider::Error),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Self::Provider(error) = &self;
        tracing::warn!(error = error as &dyn std::error::Error, "signin.provider_unavailable");
        provider_unavailable().into_response()
    }
}

pub(super) fn provider_unavailable() -> Reply {
    Reply::new(
        StatusCode::BAD_GATEWAY,
        ProblemType::ProviderUnavailable,
        "The identity provider is not available",
        "Signing in is not possible right now. Try again in a moment.",
    )
}

/// Hands out what the page needs, and a cookie that ties the answer to this browser.
#[utoipa::path(
    post,
    operation_id = "startSignin",
    path = "/api/signin",
    tag = "session",
    request_body = SigninRequest,
    responses(
        (status = 200, description = "What to send to the identity provider", body = SigninStart),
        crate::openapi::Failures,
    ),
    security(()),
)]
pub async fn start(
    State(app): State<App>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SigninRequest>,
) -> Result<Response, Error> {
    let endpoints = app.provider.endpoints().await?;
    let (state, nonce) = (random_token(), random_token());
    let under_way = SigninUnderWay {
        state: hash(&state),
        nonce: hash(&nonce),
        return_to: return_to::clean(&request.return_to).to_owned(),
        expires: app.clock.now().as_second() + i64::try_from(MAX_AGE).unwrap_or(600),
    };
    let name = app.jar.signin_name(&state);
    let start = SigninStart {
        authorization_endpoint: endpoints.authorization,
        client_id: app.config.oidc.client_id.clone(),
        redirect_uri: app.config.redirect_uri(),
        scopes: app.config.oidc.scopes.clone(),
        state,
        nonce,
    };
    let mut response = Json(start).into_response();
    let old: Vec<&str> =
        cookie::all(&headers).map(|(name, _)| name).filter(|name| name.starts_with(app.jar.signin_prefix())).collect();
    if old.len() >= MAX_UNDER_WAY {
        response
            .headers_mut()
            .extend(old.iter().filter_map(|name| app.jar.clear(name)).map(|value| (header::SET_COOKIE, value)));
    }
    if let Some(value) = app.jar.set(&name, &app.seal.seal(&under_way), Some(MAX_AGE)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
