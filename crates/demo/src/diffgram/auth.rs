//! Who calls: a project's key, or a person's session (`diffgram-api.md` §1).

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::json;

use super::{Inner, answer};

/// Somebody who may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A project's key.
    Key,
    /// A person, by user id.
    User(i64),
}

/// The secret of a key: 60 small letters and digits.
pub(super) fn new_secret() -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..60).map(|_| LETTERS[rand::random_range(0..LETTERS.len())] as char).collect()
}

fn denied(status: StatusCode, text: &str) -> Response {
    answer(status, &json!({"error": text, "trace": "Traceback (most recent call last): …"}))
}

/// What every failure of a key says; it is 403, never 401.
fn key_denied(roles: &[&str]) -> Response {
    let roles = roles.iter().map(|role| format!("'{role}'")).collect::<Vec<_>>().join(", ");
    denied(
        StatusCode::FORBIDDEN,
        &format!(
            "403 Forbidden: (Project Scope) No access. [Basic Auth Based] Failed API Permissions. Allowed roles are only: [{roles}]"
        ),
    )
}

/// The person of a session cookie.
pub(super) fn session(inner: &Inner, headers: &HeaderMap) -> Option<i64> {
    let line = headers.get(header::COOKIE)?.to_str().ok()?;
    let value = line.split(';').find_map(|pair| pair.trim().strip_prefix("session="))?;
    let (user, tag) = value.split_once('.')?;
    (tag == tag_of(inner, user)).then(|| user.parse().ok())?
}

/// A session cookie's value.
pub(super) fn session_value(inner: &Inner, user: i64) -> String {
    format!("{user}.{}", tag_of(inner, &user.to_string()))
}

pub(super) fn tag_of(inner: &Inner, text: &str) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &inner.secret), text.as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `Project_permissions.user_has_project`: the project by its text id, and the caller, for these roles, compared letter by letter.
pub(super) fn project(
    inner: &Inner,
    headers: &HeaderMap,
    id: &str,
    roles: &[&str],
) -> Result<(usize, Caller), Response> {
    if id.is_empty() {
        let text =
            "403 Forbidden: (Project Scope) No access. [ First Sanity Checks ] project_string_id None, null, etc.";
        return Err(denied(StatusCode::FORBIDDEN, text));
    }
    let found = inner.world.projects.iter().position(|project| project.id == id);
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let basic = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Basic "))
            .and_then(|text| STANDARD.decode(text).ok());
        let Some(text) = basic.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            let text = "403 Forbidden: (Project Scope) No access. [Basic Auth Based]  No username. (client_id)";
            return Err(denied(StatusCode::FORBIDDEN, text));
        };
        let good = found.filter(|found| {
            let key = &inner.world.projects[*found].key;
            text == format!("{}:{}", key.client_id, key.client_secret)
        });
        return match good {
            // The keys of the demo are of level Editor.
            Some(found) if roles.contains(&"Editor") => Ok((found, Caller::Key)),
            _ => Err(key_denied(roles)),
        };
    }
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if agent.starts_with("python") {
        let text = "403 Forbidden: Check client_id client_secret - Missing sending basic auth while using python SDK.";
        return Err(denied(StatusCode::FORBIDDEN, text));
    }
    let Some(user) = session(inner, headers) else {
        let text = "401 Unauthorized: (Project Scope) No access. [Human User Based]  Failed LoggedIn ";
        return Err(denied(StatusCode::UNAUTHORIZED, text));
    };
    let Some(found) = found else {
        return Err(denied(StatusCode::FORBIDDEN, "403 Forbidden: Can't find project"));
    };
    match inner.world.members(found).find(|(person, _)| person.user_id() == user) {
        Some((_, role)) if roles.contains(&role) => Ok((found, Caller::User(user))),
        _ => Err(denied(StatusCode::FORBIDDEN, "403 Forbidden: (Project Scope) No access. [Human User Based] ")),
    }
}

/// `Job_permissions.by_job_id`: the same by a job, with other words (recorded `09-tasks/18`, `19`, `28`).
pub(super) fn job(inner: &Inner, headers: &HeaderMap, id: i64, roles: &[&str]) -> Result<usize, Response> {
    let Some(found) = inner.world.jobs.iter().find(|job| job.id == id).map(|job| job.project) else {
        let text = "403 Forbidden: You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.";
        return Err(denied(StatusCode::FORBIDDEN, text));
    };
    if headers.contains_key(header::AUTHORIZATION) {
        return project(inner, headers, inner.world.projects[found].id, roles).map(|(project, _)| project);
    }
    let Some(user) = session(inner, headers) else {
        return Err(denied(StatusCode::UNAUTHORIZED, "401 Unauthorized: Login again."));
    };
    match inner.world.members(found).find(|(person, _)| person.user_id() == user) {
        Some((_, role)) if roles.contains(&role) => Ok(found),
        _ => Err(denied(StatusCode::FORBIDDEN, "403 Forbidden: (Project Scope) No access.")),
    }
}

/// `Permission_Task.by_task_id`: a session only; any member but a Viewer passes, whoever's task it is.
pub(super) fn task(inner: &Inner, headers: &HeaderMap, id: i64) -> Result<i64, Response> {
    let Some(user) = session(inner, headers) else {
        return Err(denied(StatusCode::UNAUTHORIZED, "401 Unauthorized: Please login [No user_id]."));
    };
    let Some(task) = inner.world.tasks.get(&id) else {
        return Err(denied(StatusCode::FORBIDDEN, "403 Forbidden: No access to this task."));
    };
    let member = inner.world.members(task.project).any(|(person, role)| person.user_id() == user && role != "Viewer");
    if member { Ok(user) } else { Err(denied(StatusCode::FORBIDDEN, "403 Forbidden: (Project Scope) No access.")) }
}
