//! `PUT /api/views/{id}`: another name or query for one of the person's views.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::explorer::{NewView, View};

use super::{Error, checked};
use crate::{app::App, body::JsonBody, session::person::Person};

/// Changes it and answers with it.
#[utoipa::path(
    put,
    operation_id = "updateView",
    path = "/api/views/{id}",
    tag = "files",
    params(("id" = String, Path, description = "The view")),
    request_body = NewView,
    responses((status = 200, description = "The view", body = View), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn update(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewView>,
) -> Result<Json<View>, Error> {
    Ok(Json(app.views.change(&person.id, &id, checked(new)?).await?))
}
