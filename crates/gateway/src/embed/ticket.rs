//! `POST /api/embed-tickets`: the sign-in window, at top level, asks for a ticket for the frame that opened it.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use portal_model::{
    api::embed::{EmbedTicket, EmbedTicketRequest},
    person::Role,
};

use super::{
    Place,
    passes::{self, Kind, Pass, SECONDS},
};
use crate::{
    app::App,
    body::JsonBody,
    policy::Only,
    problem::Reply,
    session::{person::Person, sessions::Bounds, signed_in},
};

/// Why there is no ticket.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in at top level.
    #[error("nobody is signed in")]
    Session(Reply),
    /// No such host is configured.
    #[error("no such host")]
    Host,
    /// The ticket could not be stored.
    #[error(transparent)]
    Store(#[from] passes::Error),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Session(reply) => reply,
            Self::Host => Reply::not_found("There is no such host."),
            Self::Store(_) => {
                tracing::error!(error = &self as &dyn std::error::Error, "embed.ticket_failed");
                Reply::store_unavailable()
            }
        }
        .into_response()
    }
}

/// Issues it, to whoever is signed in at top level. Nobody becomes an admin in a frame by it: that takes a key that may say so.
#[utoipa::path(
    post,
    operation_id = "createEmbedTicket",
    path = "/api/embed-tickets",
    tag = "embed",
    request_body = EmbedTicketRequest,
    responses(
        (status = 200, description = "Good once, for a minute, in that host", body = EmbedTicket),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn issue(
    State(app): State<App>,
    place: Place,
    headers: HeaderMap,
    // A write like any other: refused to whoever looks through somebody's eyes.
    _: Person,
    JsonBody(request): JsonBody<EmbedTicketRequest>,
) -> Result<Json<EmbedTicket>, Error> {
    let live = signed_in(&app, &headers, &place).await.map_err(Error::Session)?;
    if !app.config.hosts.contains_key(&request.host) {
        return Err(Error::Host);
    }
    let pass = Pass {
        kind: Kind::Ticket,
        host: request.host,
        person: live.person,
        bounds: Bounds { project: None, most: Some(Role::Reviewer), only: Only::default() },
        sid: live.sid,
    };
    let ticket = app.passes.make(&pass).await?;
    tracing::info!("embed.ticket_issued");
    Ok(Json(EmbedTicket { ticket, expires_in: SECONDS }))
}
