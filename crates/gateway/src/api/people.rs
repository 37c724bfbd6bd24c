//! `GET /api/people`: who may be given tasks.

use axum::{Json, extract::State};
use portal_model::api::acting::Member;

use crate::{app::App, problem::Reply, session::person::Person};

/// The members of the projects where one is a reviewer or an admin, by name. Nobody else learns who there is.
#[utoipa::path(
    get,
    operation_id = "listPeople",
    path = "/api/people",
    tag = "people",
    responses((status = 200, description = "Members, by name", body = [Member]), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn list(State(app): State<App>, person: Person) -> Result<Json<Vec<Member>>, Reply> {
    let scope = app.policy.scope(&person);
    if !scope.may_assign_somewhere() {
        return Err(Reply::forbidden("This is for reviewers and admins of a project."));
    }
    Ok(Json(scope.members().await?))
}
