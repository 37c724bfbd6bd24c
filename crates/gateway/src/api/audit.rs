//! `GET /api/audit`: who changed what, for admins.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::api::audit::{AuditList, AuditQuery};

use crate::{
    app::App,
    keys,
    problem::Reply,
    session::{caller::Caller, person::Person},
};

/// Lines of an answer when no number is asked for.
const DEFAULT_LIMIT: u32 = 50;
/// Lines of an answer at the most.
const MAX_LIMIT: u32 = 200;

/// Answers with lines of the projects in which the person is an admin.
#[utoipa::path(
    get,
    operation_id = "listAudit",
    path = "/api/audit",
    tag = "audit",
    params(AuditQuery),
    responses(
        (status = 200, description = "Who changed what, newest first", body = AuditList),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn list(
    State(app): State<App>,
    person: Person,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<AuditList>, Reply> {
    let scope = app.policy.admin(&Caller::Person(Box::new(person)), keys::Scope::SchemasRead)?;
    let Query(query) = query.map_err(|error| Reply::invalid(&error.body_text()))?;
    let limit = match query.limit {
        0 => DEFAULT_LIMIT,
        1..=MAX_LIMIT => query.limit,
        _ => return Err(Reply::invalid("limit is 1 to 200.")),
    };
    let projects: Vec<_> = scope.projects().iter().collect();
    let lines = app.audit.lines(&projects, query.before, limit).await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "audit.unreadable");
        Reply::store_unavailable()
    })?;
    Ok(Json(AuditList { lines }))
}
