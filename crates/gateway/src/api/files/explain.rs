//! `GET /api/files/explain`: what a query does, part by part, and what Diffgram calls it.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::explorer::{Explained, FacetQuery},
    query::{Condition, diffgram},
};

use super::list::read_query;
use crate::{api::tasks::Error, app::App, session::person::Person};

/// Answers with how many files each part of a query leaves alone, and the same query in Diffgram's language.
#[utoipa::path(
    get,
    operation_id = "explainFiles",
    path = "/api/files/explain",
    tag = "files",
    params(FacetQuery),
    responses(
        (status = 200, description = "What the query does, part by part", body = Explained),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn explain(
    State(app): State<App>,
    person: Person,
    query: Result<Query<FacetQuery>, QueryRejection>,
) -> Result<Json<Explained>, Error> {
    let Query(asked) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let query = read_query(&asked.q)?;
    let scope = app.policy.scope(&person);
    let now = app.clock.now();
    let (parts, total) = scope.explain(&query, now).await?;
    let lower_bound = query.conditions().any(Condition::needs_annotations) && scope.annotations_percent().await? < 100;
    let said = diffgram::say(&query, &scope.diffgram_words(&query).await?, now.as_second());
    let (diffgram, not_in_diffgram) = match said {
        Ok(said) => (Some(said), Vec::new()),
        Err(wrong) => (None, wrong.into_iter().map(|wrong| wrong.text).collect()),
    };
    Ok(Json(Explained { parts, total, lower_bound, diffgram, not_in_diffgram }))
}
