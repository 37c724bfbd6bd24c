//! `GET /embed/element.js`, `/embed/diffgram-portal.d.ts`: the custom element `<diffgram-portal>` for pages of host apps, which are
//! on other origins.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};

/// Address of its types.
pub const TYPES: &str = "/embed/diffgram-portal.d.ts";
/// It changes with the portal: hosts get a new one within minutes.
const KEPT: &str = "public, max-age=300";

/// A file, and the same compressed (`build.rs`).
struct File {
    bytes: &'static [u8],
    brotli: &'static [u8],
    kind: &'static str,
}

const SCRIPT_FILE: File = File {
    bytes: include_bytes!("../../../../embed/diffgram-portal.js"),
    brotli: include_bytes!(concat!(env!("OUT_DIR"), "/diffgram-portal.js.br")),
    kind: "text/javascript; charset=utf-8",
};
const TYPES_FILE: File = File {
    bytes: include_bytes!("../../../../embed/diffgram-portal.d.ts"),
    brotli: include_bytes!(concat!(env!("OUT_DIR"), "/diffgram-portal.d.ts.br")),
    kind: "text/plain; charset=utf-8",
};

/// The module.
pub async fn script(headers: HeaderMap) -> Response {
    answer(&SCRIPT_FILE, &headers)
}

/// Its types.
pub async fn types(headers: HeaderMap) -> Response {
    answer(&TYPES_FILE, &headers)
}

fn answer(file: &File, headers: &HeaderMap) -> Response {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let takes_brotli =
        text(header::ACCEPT_ENCODING).split(',').any(|coding| matches!(coding.trim().split(';').next(), Some("br")));
    let hash: String = Sha256::digest(file.bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{hash}{}\"", if takes_brotli { "-br" } else { "" });
    let is_known = text(header::IF_NONE_MATCH).split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut answer = match (is_known, takes_brotli) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, true) => ([(header::CONTENT_ENCODING, "br")], file.brotli).into_response(),
        (false, false) => file.bytes.into_response(),
    };
    let out = answer.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| out.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, file.kind);
    set(header::VARY, "Accept-Encoding");
    set(header::CACHE_CONTROL, KEPT);
    // Modules are fetched with CORS, and by pages that isolate themselves.
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    answer
}
