//! `GET /embed/{host}/api/host`: which app is around the frame. The page speaks with this origin and no other.

use axum::Json;
use portal_model::api::embed::EmbedHost;

use super::Place;
use crate::problem::Reply;

/// Answers to anybody: a page of that origin is what frames it.
#[utoipa::path(
    get,
    operation_id = "getEmbedHost",
    path = "/embed/{host}/api/host",
    tag = "embed",
    params(("host" = String, Path, description = "The host's id")),
    responses(
        (status = 200, description = "The app around the frame", body = EmbedHost),
        crate::openapi::Failures,
    ),
    security(()),
)]
pub async fn get(place: Place) -> Result<Json<EmbedHost>, Reply> {
    let host = place.app().ok_or_else(|| Reply::not_found("There is no such operation."))?;
    Ok(Json(host.shown()))
}
