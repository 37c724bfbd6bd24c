//! `GET /go/…`: links of the portal, which land exactly (`docs/links.md`). Signs in if need be, checks the right to see, then leads
//! on: to Diffgram where Diffgram lands, else to the portal's own page with the place in focus. It looks, and changes nothing.

mod find;
mod read;
mod sign_on;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing,
};
use portal_model::links::Landing;

use crate::{app::App, index, page, problem::Reply, session::person::Person, sync};

pub use {find::Versions, sign_on::SignOn};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    /// To a page of the portal.
    Here(Landing),
    /// To Diffgram. Made by `portal_model::permalink`.
    There(String),
    /// It was theirs, or they could see it, and it is not there any more.
    Gone,
    /// Unknown or not theirs: the answer does not tell which.
    Nothing,
    /// Not all has been read yet, so nobody knows.
    NotReadYet,
}

/// Why nobody knows where a link leads.
#[derive(Debug, thiserror::Error)]
enum Error {
    /// The store did not answer.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// Diffgram does not say whether it is still theirs.
    #[error(transparent)]
    Shut(#[from] sync::Shut),
    /// The store of views did not answer.
    #[error(transparent)]
    Views(#[from] crate::views::Error),
    /// Schemas could not be read.
    #[error(transparent)]
    Schemas(#[from] crate::schema::Error),
}

impl From<crate::api::files::Unread> for Error {
    fn from(error: crate::api::files::Unread) -> Self {
        match error {
            crate::api::files::Unread::Index(error) => Self::Index(error),
            crate::api::files::Unread::Shut(error) => Self::Shut(error),
        }
    }
}

/// The links.
pub fn routes() -> Router<App> {
    Router::new().route("/go/{*link}", routing::get(go))
}

/// Whether a browser only looks ahead, without anybody having asked.
fn looks_ahead(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz"]
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
        .any(|value| value.to_ascii_lowercase().contains("prefetch") || value.contains("preview"))
}

/// Leads on.
async fn go(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    person: Result<Person, Reply>,
) -> Response {
    if method == Method::HEAD || looks_ahead(&headers) {
        return (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response();
    }
    let Some(asked) = read::read(uri.path(), uri.query()) else {
        return page::shell(StatusCode::BAD_REQUEST, &headers);
    };
    let person = match person {
        Ok(person) => person,
        // The page signs them in and comes back to this address.
        Err(reply) if reply.0.status == StatusCode::UNAUTHORIZED.as_u16() => {
            return page::shell(StatusCode::OK, &headers);
        }
        Err(_) => return page::shell(StatusCode::SERVICE_UNAVAILABLE, &headers),
    };
    match find::find(&app, &person, asked).await {
        Ok(Found::Here(landing)) => lead(&landing.path(), "same-origin"),
        Ok(Found::There(link)) => lead(&link, "no-referrer"),
        Ok(Found::Gone) => page::shell(StatusCode::GONE, &headers),
        Ok(Found::Nothing) => page::shell(StatusCode::NOT_FOUND, &headers),
        Ok(Found::NotReadYet) => page::shell(StatusCode::SERVICE_UNAVAILABLE, &headers),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "go.unread");
            page::shell(StatusCode::SERVICE_UNAVAILABLE, &headers)
        }
    }
}

fn lead(to: &str, referrer: &'static str) -> Response {
    // Both kinds of address are plain ASCII by how they are made.
    let Ok(to) = HeaderValue::from_str(to) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut response = (StatusCode::SEE_OTHER, [(header::CACHE_CONTROL, "no-store")]).into_response();
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    response
}
