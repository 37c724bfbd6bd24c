//! From a request to the person who makes it.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use portal_model::{id::ProjectId, problem::ProblemType};

use super::{
    claims::{fold_email, role},
    cookie,
    person::{Membership, Person},
    see_as,
    sessions::{Found, Live},
};
use crate::{app::App, config::ProvisionUsers, embed::Place, problem::Reply};

impl FromRequestParts<App> for Person {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Reply> {
        let person = themselves(app, &parts.headers, &Place::of(&parts.extensions)).await?;
        // What a token does not open is not there: the one place at which every operation of somebody signed in comes by.
        if !person.only.opens(&parts.method, parts.uri.path()) {
            return Err(Reply::not_found("There is no such operation."));
        }
        match see_as::through(app, person).await? {
            // The one place at which every write of somebody signed in comes by.
            person if person.seen_by.is_some() && !parts.method.is_safe() => Err(see_as::read_only()),
            person => Ok(person),
        }
    }
}

/// Who is signed in, whoever they look through the eyes of: for starting and ending that, and nothing else.
pub(super) async fn themselves(app: &App, headers: &HeaderMap, place: &Place) -> Result<Person, Reply> {
    let live = signed_in(app, headers, place).await?;
    let memberships = memberships(app, &live).await?;
    let Live { key, person, name, email, claims, bounds, .. } = live;
    Ok(Person { id: person, session: key, name, email, memberships, claims, only: bounds.only, seen_by: None })
}

/// The live session of a request. In a frame only the cookie of its host counts, elsewhere only the other (ADR 6).
///
/// # Errors
/// 401 when there is none or it reached a limit, 503 when the store does not answer.
pub async fn signed_in(app: &App, headers: &HeaderMap, place: &Place) -> Result<Live, Reply> {
    let value = cookie::read(headers, &place.session_cookie(app.jar)).ok_or_else(Reply::signed_out)?;
    match app.sessions.find(value, place.host()).await {
        Ok(Found::Live(live)) => Ok(*live),
        Ok(Found::None) => Err(Reply::signed_out()),
        Ok(Found::Expired) => Err(Reply::new(
            StatusCode::UNAUTHORIZED,
            ProblemType::SessionExpired,
            "Session ended",
            "The session reached its time limit. Sign in again.",
        )),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "session.unreadable");
            Err(Reply::store_unavailable())
        }
    }
}

/// The projects whose members have the person's verified address, with the role their claims give, within the session's bounds.
async fn memberships(app: &App, live: &Live) -> Result<Vec<Membership>, Reply> {
    if app.config.oidc.provision_users == ProvisionUsers::Off || !live.email_verified {
        return Ok(Vec::new());
    }
    let Some(email) = live.email.as_deref().and_then(fold_email) else { return Ok(Vec::new()) };
    let members = app.policy.members(&email).await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "members.unreadable");
        Reply::store_unavailable()
    })?;
    let bounds = &live.bounds;
    let within = |project: &ProjectId| bounds.project.as_ref().is_none_or(|only| only == project);
    let with_role = members.into_iter().filter(|(project, _)| within(project)).filter_map(|(project, user)| {
        let rules = &app.config.projects.get(&project)?.roles;
        let own = role(rules, &live.claims);
        Some(Membership { role: bounds.most.map_or(own, |most| own.min(most)), project, user })
    });
    Ok(with_role.collect())
}

/// Whether a request that writes, authenticated by cookie, comes from another site (design §6).
#[must_use]
pub fn from_another_site(method: &Method, headers: &HeaderMap, origin: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site != "same-origin",
        None => headers.get(header::ORIGIN).is_none_or(|from| from != origin),
    }
}
