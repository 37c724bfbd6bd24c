//! What goes around every answer: request id, one log line, security headers, and problems in one shape.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use portal_model::{
    links,
    problem::{MEDIA_TYPE, Problem, ProblemType},
};

use crate::{
    app::App,
    embed::{self, Place},
    keys,
    problem::Reply,
    session::from_another_site,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Larger heads are refused, in bytes of names and values (SES-06).
const MAX_HEAD: usize = 32 * 1024;

/// The content security policy of the page: nothing from elsewhere, no inline script or style. Who may frame it comes after it.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
    media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'; \
    object-src 'none'; frame-ancestors";

/// The outermost layer.
pub async fn shell(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert(REQUEST_ID, value);
    }
    let method = request.method().clone();
    let place = Place::of(request.extensions());
    let opener = opener_policy(request.uri().path());
    let is_api = request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/webhooks/");
    let path = request.extensions().get::<MatchedPath>().map_or("page", MatchedPath::as_str).to_owned();
    let head: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let response = if head > MAX_HEAD {
        Reply::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            ProblemType::TooLarge,
            "Head too large",
            "Send fewer or shorter headers.",
        )
        .into_response()
    } else if request.uri().path().starts_with("/api/")
        // A key is sent on purpose, never by a browser on its own.
        && keys::sent(request.headers()).is_none()
        && from_another_site(&method, request.headers(), &app.config.origin())
    {
        Reply::new(
            StatusCode::FORBIDDEN,
            ProblemType::CrossSite,
            "From another site",
            "Writes are only taken from the portal's own page.",
        )
        .into_response()
    } else {
        next.run(request).await
    };
    let mut response = if is_api { finish(response, &id) } else { response };
    headers(&app, is_api, &place, opener, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    tracing::info!(request.id = id, http.method = %method, http.path = path, http.status = response.status().as_u16(), milliseconds, "request");
    response
}

/// What this layer calls a request, for whoever writes it down.
#[must_use]
pub fn request_id_of(headers: &HeaderMap) -> Option<String> {
    headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The proxy's id if it is a plain word, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned)
}

/// Gives every failure of the API the one shape, with the request's id.
fn finish(mut response: Response, id: &str) -> Response {
    if response.status().as_u16() < 400 {
        return response;
    }
    let problem = response.extensions_mut().remove::<Problem>().unwrap_or_else(|| plain(response.status()));
    let body = serde_json::to_vec(&Problem { request_id: Some(id.to_owned()), ..problem }).unwrap_or_default();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    *response.body_mut() = Body::from(body);
    response
}

/// For failures that the HTTP library words itself.
fn plain(status: StatusCode) -> Problem {
    let (kind, detail) = match status {
        StatusCode::NOT_FOUND => (ProblemType::NotFound, "There is no such operation."),
        StatusCode::METHOD_NOT_ALLOWED => {
            (ProblemType::MethodNotAllowed, "Use one of the methods in the Allow header.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => (ProblemType::TooLarge, "Send a smaller body."),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            (ProblemType::StoreUnavailable, "Try again in a moment.")
        }
        status if status.is_client_error() => (ProblemType::InvalidRequest, "The request makes no sense."),
        _ => (ProblemType::Internal, "Something went wrong here. Quote the request id when you report it."),
    };
    let title = status.canonical_reason().unwrap_or("Failed");
    Reply::new(status, kind, title, detail).0
}

/// How a page stands to the windows that it opens, and to the one that opened it.
fn opener_policy(path: &str) -> &'static str {
    if embed::keeps_its_opener(path) {
        // A window with another policy than its opener's loses it, and with it the way to the frame that waits for it.
        "unsafe-none"
    } else if path == links::OPEN {
        // It closes the window of Diffgram's sign-in that it opened.
        "same-origin-allow-popups"
    } else {
        "same-origin"
    }
}

fn headers(app: &App, is_api: bool, place: &Place, opener: &'static str, headers: &mut HeaderMap) {
    let page_policy = HeaderValue::from_str(&format!("{PAGE_POLICY} {}", place.ancestors().unwrap_or("'none'")));
    if let Some(policy) = page_policy.ok().filter(|_| !is_api) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), opener);
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if is_api {
        set(header::CACHE_CONTROL, "no-store");
    }
    // Also for a page whose own policy could not be written: then nothing is allowed.
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    if !app.config.is_plain_loopback() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// A panic in a handler: one log line, and a problem instead of a cut connection.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
pub fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text =
        panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    tracing::error!(panic = text.unwrap_or_default(), "request.panicked");
    Reply::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        ProblemType::Internal,
        "Internal error",
        "Something went wrong here. Quote the request id when you report it.",
    )
    .into_response()
}
