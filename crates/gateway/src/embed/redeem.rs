//! `POST /embed/{host}/api/session`: a frame redeems a token or ticket for its session.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::{api::embed::Redeem, problem::ProblemType};

use super::{
    Place,
    passes::{self, Kind},
};
use crate::{
    app::App,
    body::JsonBody,
    problem::Reply,
    session::{cookie, sessions},
};

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, used, too old, or for another host: the answer does not tell which.
    #[error("not redeemed")]
    Refused,
    /// Not in a frame.
    #[error("not in a frame")]
    Place,
    /// The token or ticket could not be looked up.
    #[error(transparent)]
    Passes(#[from] passes::Error),
    /// The session could not be stored.
    #[error(transparent)]
    Sessions(#[from] sessions::Error),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Refused => {
                tracing::info!("embed.refused");
                Reply::new(
                    StatusCode::UNAUTHORIZED,
                    ProblemType::SigninRejected,
                    "Not redeemed",
                    "It was used before, is more than a minute old, or is for another host. Ask for a new one.",
                )
            }
            Self::Place => Reply::not_found("There is no such operation."),
            Self::Passes(_) | Self::Sessions(_) => {
                tracing::error!(error = &self as &dyn std::error::Error, "embed.redeem_failed");
                Reply::store_unavailable()
            }
        }
        .into_response()
    }
}

/// Redeems it. Whoever was signed in here before is not any more.
#[utoipa::path(
    post,
    operation_id = "redeemEmbedPass",
    path = "/embed/{host}/api/session",
    tag = "embed",
    params(("host" = String, Path, description = "The host's id")),
    request_body = Redeem,
    responses(
        (status = 204, description = "Signed in inside this host's frame; sets its cookie"),
        crate::openapi::Failures,
    ),
    security(()),
)]
pub async fn redeem(
    State(app): State<App>,
    place: Place,
    headers: HeaderMap,
    JsonBody(request): JsonBody<Redeem>,
) -> Result<Response, Error> {
    let host = place.host().ok_or(Error::Place)?;
    let (kind, value) = match &request {
        Redeem::Token(token) => (Kind::Token, token),
        Redeem::Ticket(ticket) => (Kind::Ticket, ticket),
    };
    let pass = app.passes.take(kind, value, host).await?.ok_or(Error::Refused)?;
    if let Some(old) = cookie::read(&headers, &app.jar.frame_name(host)) {
        app.sessions.end_here(&sessions::key_of(old), Some(host)).await?;
    }
    let value = app.sessions.start_in_frame(host, &pass.person, &pass.bounds, pass.sid.as_deref()).await?;
    tracing::info!("embed.redeemed");
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(set) = app.jar.set_in_frame(host, &value) {
        response.headers_mut().append(header::SET_COOKIE, set);
    }
    Ok(response)
}
