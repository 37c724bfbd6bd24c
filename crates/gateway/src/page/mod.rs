//! The page, inside the binary: every file as trunk made it, compressed beforehand (`build.rs`).

mod label;

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use crate::{embed::Place, problem::Reply};

/// A file of the page.
#[derive(Debug)]
struct File {
    /// Path below `/`.
    name: &'static str,
    bytes: &'static [u8],
    /// The same, as brotli, when that is smaller.
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Shown when the gateway was built without the page.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Diffgram Portal</title>\
    <p>This gateway was built without the page. Run <code>cargo xtask demo</code>, which builds both.</p></html>";

/// What "My tasks" asks first, as `init.js` asks it: with this the browser asks as soon as it sees the head of this answer,
/// a round trip before that script is there.
const FIRST_QUESTIONS: &str = "</api/session>; rel=preload; as=fetch; crossorigin, \
    </api/tasks?tab=todo&q=&sort=newest&offset=0&limit=100>; rel=preload; as=fetch; crossorigin";

/// Whether [`FIRST_QUESTIONS`] go along: to somebody who may be signed in, for the plain address.
fn asks_first(uri: &Uri, headers: &HeaderMap) -> bool {
    uri.path() == "/" && uri.query().is_none() && headers.contains_key(header::COOKIE)
}

fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

/// Whether the page is inside.
#[must_use]
pub fn is_built() -> bool {
    find("index.html").is_some()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the name carries a hash of the content: trunk writes `name-0123456789abcdef.js`, and leaves out zeros at its start.
fn is_hashed(name: &str) -> bool {
    name.split(['-', '.', '_'])
        .any(|part| (8..=16).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Below this a page's address ends in what a host app calls a file: `/files/key/photo.jpg`.
const KEYS: &str = "files/key/";

/// Everything that is no operation: a file of the page, or the page itself for its routes.
pub async fn serve(place: Place, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path.starts_with("/api/") || path == "/api" || path.starts_with("/webhooks") {
        return Reply::not_found("There is no such operation.").into_response();
    }
    // What is in frames was let in by `embed` under another path; the rest of it does not exist.
    if path.starts_with(portal_model::api::embed::BELOW) {
        return Reply::not_found("There is no such page.").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(file) = find(name).filter(|file| file.name != "index.html") {
        return answer(file, &headers);
    }
    // A file that is not there must not become a page: an old tab asking for an old chunk has to notice.
    // Only what host apps call files looks like one.
    if !name.starts_with(KEYS) && name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")]).into_response();
    }
    match find("index.html") {
        Some(index) => {
            let mut page = match place.app().and_then(|host| label::of(host, index.bytes)) {
                Some(html) => in_full(html),
                None => answer(index, &headers),
            };
            // They are of the top level; a frame asks its own place.
            if place.host().is_none() && asks_first(&uri, &headers) {
                page.headers_mut().insert(header::LINK, HeaderValue::from_static(FIRST_QUESTIONS));
            }
            page
        }
        None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], NOT_BUILT)
            .into_response(),
    }
}

/// The page itself, for an address of which the gateway knows more than the page: what, the status says.
pub fn shell(status: StatusCode, headers: &HeaderMap) -> Response {
    let mut page = match find("index.html") {
        Some(index) => answer(index, headers),
        None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
    };
    *page.status_mut() = status;
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

/// HTML that was changed for one host: it stands nowhere compressed.
fn in_full(html: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], html).into_response()
}

fn answer(file: &'static File, headers: &HeaderMap) -> Response {
    let takes_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| matches!(coding.trim().split(';').next(), Some("br"))));
    let mut response = match file.brotli.filter(|_| takes_brotli) {
        Some(brotli) => ([(header::CONTENT_ENCODING, "br")], brotli).into_response(),
        None => file.bytes.into_response(),
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file.name)));
    if file.brotli.is_some() {
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    let cache = match file.name {
        "index.html" => "no-store",
        name if is_hashed(name) => "public, max-age=31536000, immutable",
        _ => "no-cache",
    };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("portal-web-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("app-00ff00ff00ff00ff.css"));
        assert!(is_hashed("explorer-11a36138bea12b3.css"), "trunk left a zero out");
        assert!(!is_hashed("init.js"));
        assert!(!is_hashed("favicon.svg"));
    }

    #[test]
    fn the_first_questions_go_to_who_may_have_answers() {
        let (known, nobody) =
            (HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("portal=a"))]), HeaderMap::new());
        assert!(asks_first(&Uri::from_static("/"), &known));
        assert!(!asks_first(&Uri::from_static("/"), &nobody));
        assert!(!asks_first(&Uri::from_static("/tasks/1"), &known));
        assert!(!asks_first(&Uri::from_static("/?tab=done"), &known), "init.js asks something else then");
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_no_page_and_is_not_remembered() {
        for name in
            ["/split_task-0123456789abcdef.wasm", "/first-0123456789abcdef.css", "/portal-web-0123456789abcdef.js"]
        {
            let answer = serve(Place::default(), Method::GET, Uri::from_static(name), HeaderMap::new()).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store", "{name}");
        }
        let of_a_key =
            serve(Place::default(), Method::GET, Uri::from_static("/files/key/photo.jpg"), HeaderMap::new()).await;
        assert_eq!(of_a_key.status(), StatusCode::OK, "a page, whatever host apps call their files");
    }
}
