//! `PUT /api/views/{id}`: another name or query for one of the person's views.

use axum::{
    Json,
    extract::{Path, State},
};
use portal_model::api::explorer::{NewView, View};

use super::{Error, checked};
use crate::{app::App, body::JsonBody, session::person::Person};

/// Changes it and answers with it.
pub async fn update(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    JsonBody(new): JsonBody<NewView>,
) -> Result<Json<View>, Error> {
    Ok(Json(app.views.change(&person.id, &id, checked(new)?).await?))
}
