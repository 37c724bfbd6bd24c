//! `GET /api/session`: who is signed in, and what the page needs to start.

use axum::{Json, extract::State, http::HeaderMap};
use portal_model::{
    api::{Account, Session},
    person::ProjectAccess,
};

use crate::{
    app::App,
    embed::Place,
    problem::Reply,
    session::{person::Person, signed_in},
};

/// Answers for the signed-in person.
#[utoipa::path(
    get,
    operation_id = "getSession",
    path = "/api/session",
    tag = "session",
    responses((status = 200, description = "Who is signed in", body = Session), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn get(
    State(app): State<App>,
    place: Place,
    headers: HeaderMap,
    person: Person,
) -> Result<Json<Session>, Reply> {
    let live = signed_in(&app, &headers, &place).await?;
    let unreadable = |error: crate::index::Error| {
        tracing::error!(error = &error as &dyn std::error::Error, "session.projects_unreadable");
        Reply::store_unavailable()
    };
    let account = if !person.memberships.is_empty() {
        Account::Known
    } else if live.email.is_some() && !live.email_verified {
        Account::EmailUnverified
    } else if app.policy.members_are_read().await.map_err(unreadable)? {
        Account::Unknown
    } else {
        Account::NotReadYet
    };
    // In a frame the portal is called as its host wants it.
    let brand = place.app().map(|host| &host.brand);
    let mut projects = Vec::with_capacity(person.memberships.len());
    for membership in &person.memberships {
        let name = app.policy.project_name(membership).await.map_err(unreadable)?;
        projects.push(ProjectAccess { id: membership.project.clone(), name, role: membership.role });
    }
    Ok(Json(Session {
        name: person.name,
        email: person.email,
        account,
        projects,
        brand: brand.and_then(|brand| brand.name.clone()).unwrap_or_else(|| app.config.brand.clone()),
        contact: brand.and_then(|brand| brand.support.clone()).or_else(|| app.config.contact.clone()),
        diffgram: app.config.diffgram.public_origin.as_str().to_owned(),
        diffgram_login: app.sign_on.begins_at(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seen_by: person.seen_by,
    }))
}
