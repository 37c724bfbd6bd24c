//! `DELETE /api/session`: sign out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use portal_model::api::SignedOut;
use url::Url;

use crate::{
    app::App,
    embed::Place,
    problem::Reply,
    session::{cookie, see_as::End, sessions},
};

/// Ends the session here, and says where to end the provider's (RP-Initiated Logout §2). Works without a session too.
#[utoipa::path(
    delete,
    operation_id = "deleteSession",
    path = "/api/session",
    tag = "session",
    responses((status = 200, description = "Signed out", body = SignedOut), crate::openapi::Failures),
    security(()),
)]
pub async fn delete(State(app): State<App>, place: Place, headers: HeaderMap) -> Result<Response, Reply> {
    let name = place.session_cookie(app.jar);
    let mut id_token = None;
    if let Some(value) = cookie::read(&headers, &name) {
        let key = sessions::key_of(value);
        if place.host().is_none() {
            // Signing out must work when the audit does not: the sweep ends what is left.
            if let Err(error) = app.seeing_as.end(&key, End::SessionEnded).await {
                tracing::error!(error = &error as &dyn std::error::Error, "see_as.unended");
            }
        }
        id_token = app.sessions.end_here(&key, place.host()).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "signout.failed");
            Reply::store_unavailable()
        })?;
    }
    let end_session_url = match id_token {
        // The provider being away must not keep anybody signed in here.
        Some(token) => {
            app.provider.endpoints().await.ok().and_then(|endpoints| endpoints.end_session).and_then(|endpoint| {
                let mut url = Url::parse(&endpoint).ok()?;
                url.query_pairs_mut()
                    .append_pair("id_token_hint", &token)
                    .append_pair("client_id", &app.config.oidc.client_id)
                    .append_pair("post_logout_redirect_uri", &format!("{}/signed-out", app.config.origin()));
                Some(url.to_string())
            })
        }
        None => None,
    };
    let mut response = Json(SignedOut { end_session_url }).into_response();
    if let Some(clear) = place.clear_cookie(app.jar) {
        response.headers_mut().append(header::SET_COOKIE, clear);
    }
    Ok(response)
}
