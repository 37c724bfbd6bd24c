//! `GET /embed/{host}/api/brand/{logo|favicon}`: pictures of a host's white label.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Place;
use crate::problem::Reply;

/// An SVG that is opened by itself runs nothing and loads nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
/// Another picture has another address.
const KEPT: &str = "public, max-age=86400";

/// Answers to anybody, as the page itself.
#[utoipa::path(
    get,
    operation_id = "getBrandPicture",
    path = "/embed/{host}/api/brand/{picture}",
    tag = "embed",
    params(
        ("host" = String, Path, description = "The host's id"),
        ("picture" = String, Path, description = "`logo` or `favicon`"),
    ),
    responses(
        (status = 200, description = "The picture", content_type = "image/*"),
        crate::openapi::Failures,
    ),
    security(()),
)]
pub async fn get(place: Place, headers: HeaderMap, Path(which): Path<String>) -> Result<Response, Reply> {
    let picture = place.app().and_then(|host| host.brand.picture(&which));
    let picture = picture.ok_or_else(|| Reply::not_found("There is no such picture."))?;
    let tag = format!("\"{}\"", picture.version);
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut answer =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { picture.bytes.clone().into_response() };
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(picture.kind));
    out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    Ok(answer)
}
