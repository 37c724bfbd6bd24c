//! `GET /api/tasks/facets`: what the tasks of a list are, counted.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::api::{
    TaskQuery,
    tasks::{Dimension, TaskFacets},
};

use super::{Error, asked::asked};
use crate::{app::App, session::person::Person};

/// Answers with how many tasks each value of each filter would show, beside the other filters. Only the person's own count;
/// for admins who ask for everyone's, those of their projects.
#[utoipa::path(
    get,
    operation_id = "countTasks",
    path = "/api/tasks/facets",
    tag = "tasks",
    params(TaskQuery),
    responses((status = 200, description = "My tasks, counted", body = TaskFacets), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn facets(
    State(app): State<App>,
    person: Person,
    query: Result<Query<TaskQuery>, QueryRejection>,
) -> Result<Json<TaskFacets>, Error> {
    let Query(query) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let scope = app.policy.scope(&person);
    let asked = asked(&scope, &query, app.clock.now())?;
    let mut facets = scope.task_facets(&asked).await?;
    for membership in &person.memberships {
        let of = |facet: &&mut portal_model::api::tasks::TaskFacet| {
            facet.dimension == Dimension::Project && facet.value == membership.project.0
        };
        if let Some(facet) = facets.facets.iter_mut().find(of) {
            facet.name = app.policy.project_name(membership).await?;
        }
    }
    Ok(Json(facets))
}
