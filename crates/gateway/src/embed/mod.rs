//! In a host app: everything of a frame lives below `/embed/{host}/…`, pages and API (ADR 6). Here is what may be there, who may
//! frame it, and which cookie counts; the operations stand in files of their own.

pub mod brand;
pub mod element;
pub mod host;
pub mod hosts;
pub mod passes;
pub mod redeem;
pub mod reports;
pub mod ticket;
pub mod token;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts, Request, State},
    http::{Extensions, HeaderValue, Method, Uri, request::Parts, uri::PathAndQuery},
    middleware::Next,
    response::Response,
    routing,
};
use portal_model::{
    api::{embed as api, path},
    embed::View,
};

use crate::{
    app::App,
    config::{Config, Host},
    policy::frames,
    session::cookie::Jar,
};

/// Larger reports are no reports, in bytes.
const LARGEST_REPORT: usize = 2 << 10;
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

    /// The host app, in a frame.
    #[must_use]
    pub fn app(&self) -> Option<&Host> {
        self.0.as_deref()
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
        .route("/api/brand/{picture}", routing::get(brand::get))
        .route(api::REPORTS, routing::post(reports::report).layer(DefaultBodyLimit::max(LARGEST_REPORT)))
        .route(api::HOSTS, routing::get(hosts::list))
        .route(api::ELEMENT, routing::get(element::script))
        .route(element::TYPES, routing::get(element::types))
}

/// Before anything is routed: what is below `/embed/{host}` is the same as elsewhere, in another place. What is not for frames,
/// and what is below an unknown host, keeps its path, at which there is nothing.
pub async fn enter(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some((place, inside)) = below(&app.config, request.method(), request.uri().path())
        && let Some(uri) = with_path(request.uri(), inside)
    {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(place);
    }
    next.run(request).await
}

fn below<'u>(config: &Config, method: &Method, path: &'u str) -> Option<(Place, &'u str)> {
    let rest = path.strip_prefix(api::BELOW)?;
    let (id, inside) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let host = config.hosts.get(id)?;
    let in_frame = Place(Some(host.clone()));
    let first = inside.split('/').nth(1).unwrap_or_default();
    match first {
        "api" => frames::is_shown(host, method, inside).then_some((in_frame, inside)),
        "signin" => (inside == "/signin").then_some((Place(None), WINDOW)),
        "" => (inside == "/").then_some((in_frame, inside)),
        "signed-out" => Some((in_frame, inside)),
        // Pages for admins only where the host shows them (EMB-02).
        _ => View::of_page(first).is_some_and(|view| host.views.contains(&view)).then_some((in_frame, inside)),
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
