//! `POST` and `DELETE /api/session/see-as`: an admin looks through somebody's eyes, and stops.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use portal_model::{api::acting::SeeAs, person::Role};

use crate::{
    app::App,
    body::JsonBody,
    embed::Place,
    problem::Reply,
    session::{extract::themselves, person::Person, see_as::End},
};

/// Begins. From then on this session sees what that person sees, in the projects whose admin one is, and every write is refused:
/// beginning again too.
#[utoipa::path(
    post,
    operation_id = "seeAs",
    path = "/api/session/see-as",
    tag = "session",
    request_body = SeeAs,
    responses((status = 204, description = "Looking"), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn begin(
    State(app): State<App>,
    admin: Person,
    headers: HeaderMap,
    JsonBody(whom): JsonBody<SeeAs>,
) -> Result<StatusCode, Reply> {
    if !admin.memberships.iter().any(|membership| membership.role == Role::Admin) {
        return Err(Reply::forbidden("This is for admins of a project."));
    }
    let not_found = || Reply::not_found("There is no such member in a project whose admin you are.");
    let (member, ..) = app.policy.through(&admin.memberships, &whom.project, whom.user).await?.ok_or_else(not_found)?;
    let is_me = admin.memberships.iter().any(|m| m.project == member.project && m.user == member.user);
    if is_me {
        return Err(Reply::invalid("That is you."));
    }
    app.seeing_as.begin(&admin, &member, crate::shell::request_id_of(&headers)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops. Works without having begun, too.
#[utoipa::path(
    delete,
    operation_id = "stopSeeingAs",
    path = "/api/session/see-as",
    tag = "session",
    responses((status = 204, description = "Oneself again"), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn end(State(app): State<App>, place: Place, headers: HeaderMap) -> Result<StatusCode, Reply> {
    let admin = themselves(&app, &headers, &place).await?;
    app.seeing_as.end(&admin.session, End::Stopped).await?;
    Ok(StatusCode::NO_CONTENT)
}
