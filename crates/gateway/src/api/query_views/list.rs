//! `GET /api/query-views`: what the key's project is given.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use portal_model::api::explorer::QueryView;

use crate::{
    api::views::Error,
    app::App,
    keys::{Key, Scope},
};

/// Answers with all of them.
#[utoipa::path(
    get,
    operation_id = "listQueryViews",
    path = "/api/query-views",
    tag = "files",
    responses((status = 200, description = "The views", body = [QueryView]), crate::openapi::Failures),
    security(("key" = [])),
)]
pub async fn list(State(app): State<App>, key: Key) -> Result<Json<Vec<QueryView>>, Response> {
    key.need(Scope::ViewsWrite).map_err(IntoResponse::into_response)?;
    app.views.query_views(&key.project).await.map(Json).map_err(|error| Error::Views(error).into_response())
}
