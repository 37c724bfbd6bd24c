//! `GET /embed/{host}/api/host`: which app is around the frame, and what may be shown in it. The page speaks with this origin and no
//! other.

use axum::{Json, extract::State, http::HeaderMap};
use portal_model::api::embed::EmbedHost;

use super::Place;
use crate::{app::App, problem::Reply, session::signed_in};

/// Answers to anybody: a page of that origin is what frames it. To somebody signed in by a token for some views, with these.
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
pub async fn get(State(app): State<App>, place: Place, headers: HeaderMap) -> Result<Json<EmbedHost>, Reply> {
    let host = place.app().ok_or_else(|| Reply::not_found("There is no such operation."))?;
    let mut host = host.shown();
    if let Ok(live) = signed_in(&app, &headers, &place).await {
        host.views.retain(|view| live.bounds.only.shows(*view));
    }
    Ok(Json(host))
}
