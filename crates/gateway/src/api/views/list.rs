//! `GET /api/views`: the views for everybody and the person's own.

use axum::{Json, extract::State};
use portal_model::api::explorer::View;

use super::Error;
use crate::{app::App, session::person::Person};

/// Answers with all of them.
#[utoipa::path(
    get,
    operation_id = "listViews",
    path = "/api/views",
    tag = "files",
    responses(
        (status = 200, description = "Views for everybody, then mine", body = [View]),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn list(State(app): State<App>, person: Person) -> Result<Json<Vec<View>>, Error> {
    Ok(Json(app.views.list(&person).await?))
}
