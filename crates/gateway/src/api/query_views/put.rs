//! `PUT /api/query-views/{id}`: gives a view to people of the key's project. Sent twice it changes nothing more.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use portal_model::api::explorer::{NewQueryView, QueryView};

use super::{checked, told};
use crate::{
    api::views::good,
    app::App,
    body::JsonBody,
    keys::{Key, Scope},
};

/// Writes it, and answers with it.
#[utoipa::path(
    put,
    operation_id = "putQueryView",
    path = "/api/query-views/{id}",
    tag = "files",
    params(("id" = String, Path, description = "How the host app names it")),
    request_body = NewQueryView,
    responses((status = 200, description = "The view", body = QueryView), crate::openapi::Failures),
    security(("key" = [])),
)]
pub async fn put(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(new): JsonBody<NewQueryView>,
) -> Result<Json<QueryView>, Response> {
    key.need(Scope::ViewsWrite).map_err(IntoResponse::into_response)?;
    checked(&id).map_err(IntoResponse::into_response)?;
    let name = good(&new.name, &new.q, &new.look).map_err(IntoResponse::into_response)?;
    let mut shows = NewQueryView { name, ..new };
    shows.roles.sort_unstable();
    shows.roles.dedup();
    let (project, detail) = (key.project.clone(), shows.clone());
    let change = app.views.give(&project, &id, shows);
    told(&app, key, &headers, ("view.give", &id), detail, change).await.map(Json)
}
