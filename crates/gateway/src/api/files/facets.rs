//! `GET /api/files/facets`: what the files of a query are, counted.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::api::explorer::{FacetQuery, FileFacets};

use super::list::read_query;
use crate::{api::tasks::Error, app::App, session::person::Person};

/// Answers with how many files each dataset, label, run and type would leave, and how the predictions scored.
#[utoipa::path(
    get,
    operation_id = "countFiles",
    path = "/api/files/facets",
    tag = "files",
    params(FacetQuery),
    responses(
        (status = 200, description = "What the files of a query are, counted", body = FileFacets),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn facets(
    State(app): State<App>,
    person: Person,
    query: Result<Query<FacetQuery>, QueryRejection>,
) -> Result<Json<FileFacets>, Error> {
    let Query(asked) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let query = read_query(&asked.q)?;
    Ok(Json(app.policy.scope(&person).facets(&query, app.clock.now()).await?))
}
