//! `POST /api/views`: gives a query a name.

use axum::{Json, extract::State};
use portal_model::api::explorer::{NewView, View};

use super::{Error, checked};
use crate::{app::App, body::JsonBody, session::person::Person};

/// Saves it and answers with it.
#[utoipa::path(
    post,
    operation_id = "createView",
    path = "/api/views",
    tag = "files",
    request_body = NewView,
    responses((status = 200, description = "The view", body = View), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn create(
    State(app): State<App>,
    person: Person,
    JsonBody(new): JsonBody<NewView>,
) -> Result<Json<View>, Error> {
    Ok(Json(app.views.add(&person.id, checked(new)?).await?))
}
