//! In a host app: everything of a frame lives below `/embed/{host}/…`, pages and API (ADR 6). Here is what may be there, who may
//! frame it, and which cookie counts; the operations stand in files of their own.

pub mod host;
pub mod passes;
pub mod redeem;
pub mod ticket;
pub mod token;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::{FromRequestParts, Request, State},
    http::{Extensions, HeaderValue, Uri, request::Parts, uri::PathAndQuery},
    middleware::Next,
    response::Response,
    routing,
};
use portal_model::api::{acting, embed as api, path};

use crate::{
    app::App,
    config::{Config, Host},
    session::cookie::Jar,
};

/// What a frame cannot do: the provider's sign-in happens at top level, passes are made there, and nobody looks through others'
/// eyes.
const OUTSIDE: [&str; 4] = [path::SIGNIN, api::TOKENS, api::TICKETS, acting::path::SEE_AS];
/// The window in which people of a frame sign in: a page at top level, whatever its address.
const WINDOW: &str = "/signin/window";

/// Where a request is made: at top level, or in the frame of a host app.
#[derive(Clone, Debug, Default)]
pub struct Place(Option<Arc<Host>>);

impl Place {
    /// Of a request that came through [`enter`].
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// The host's id, in a frame.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.0.as_ref().map(|host| host.id.as_str())
    }

    /// Who may frame a page here.
    #[must_use]
    pub fn ancestors(&self) -> Option<&str> {
        self.0.as_ref().map(|host| host.origin.as_str())
    }

    /// Name of the one cookie that counts here.
    #[must_use]
    pub fn session_cookie(&self, jar: Jar) -> String {
        self.host().map_or_else(|| jar.session_name().to_owned(), |host| jar.frame_name(host))
    }

    /// A `Set-Cookie` header that takes it away.
    #[must_use]
    pub fn clear_cookie(&self, jar: Jar) -> Option<HeaderValue> {
        self.host().map_or_else(|| jar.clear(jar.session_name()), |host| jar.clear_in_frame(host))
    }
}

impl<S: Sync> FromRequestParts<S> for Place {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

/// The operations.
pub fn routes() -> Router<App> {
    Router::new()
        .route(api::TOKENS, routing::post(token::mint))
        .route(api::TICKETS, routing::post(ticket::issue))
        .route(api::HOST, routing::get(host::get))
}

/// Before anything is routed: what is below `/embed/{host}` is the same as elsewhere, in another place. What is not for frames,
/// and what is below an unknown host, keeps its path, at which there is nothing.
pub async fn enter(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some((place, inside)) = below(&app.config, request.uri().path())
        && let Some(uri) = with_path(request.uri(), inside)
    {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(place);
    }
    next.run(request).await
}

fn below<'u>(config: &Config, path: &'u str) -> Option<(Place, &'u str)> {
    let rest = path.strip_prefix(api::BELOW)?;
    let (id, inside) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let host = config.hosts.get(id)?;
    let in_frame = Place(Some(host.clone()));
    let first = inside.split('/').nth(1).unwrap_or_default();
    match first {
        "api" => (!OUTSIDE.contains(&inside)).then_some((in_frame, inside)),
        "signin" => (inside == "/signin").then_some((Place(None), WINDOW)),
        "" => (inside == "/").then_some((in_frame, inside)),
        _ => api::FRAMED.contains(&first).then_some((in_frame, inside)),
    }
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("{path}{query}")).ok()?);
    Uri::from_parts(parts).ok()
}

/// Whether a page must stay tied to the frame that opened its window: the sign-in of a frame, from its first page to the
/// provider's answer.
#[must_use]
pub fn keeps_its_opener(path: &str) -> bool {
    path == WINDOW || path == path::SIGNIN_CALLBACK
}
