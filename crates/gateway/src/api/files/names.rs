//! `GET /api/files/names`: what the person's files can be asked by, for completion.

use axum::{Json, extract::State};
use portal_model::{api::explorer::FileNames, problem::Problem};

use crate::{api::tasks::Error, app::App, session::person::Person};

/// Answers with names that occur in the person's scope.
#[utoipa::path(get, operation_id = "listFileNames", path = "/api/files/names", tag = "files", responses((status = 200, description = "Names that occur in my sight", body = FileNames), (status = "4XX", description = "Says why", body = Problem, content_type = "application/problem+json"), (status = "5XX", description = "Says what is away", body = Problem, content_type = "application/problem+json")), security(("session" = [])))]
pub async fn names(State(app): State<App>, person: Person) -> Result<Json<FileNames>, Error> {
    Ok(Json(app.policy.scope(&person).file_names().await?))
}
