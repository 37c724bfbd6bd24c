//! `DELETE /api/query-views/{id}`: takes a view away from the people of the key's project.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{checked, told};
use crate::{
    app::App,
    keys::{Key, Scope},
};

/// Removes it.
#[utoipa::path(
    delete,
    operation_id = "deleteQueryView",
    path = "/api/query-views/{id}",
    tag = "files",
    params(("id" = String, Path, description = "How the host app names it")),
    responses((status = 204, description = "Removed"), crate::openapi::Failures),
    security(("key" = [])),
)]
pub async fn delete(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Response> {
    key.need(Scope::ViewsWrite).map_err(IntoResponse::into_response)?;
    checked(&id).map_err(IntoResponse::into_response)?;
    let project = key.project.clone();
    let change = app.views.take_back(&project, &id);
    told(&app, key, &headers, ("view.take", &id), (), change).await.map(|()| StatusCode::NO_CONTENT)
}
