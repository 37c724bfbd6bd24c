//! `GET /api/files/compare`: how a model run does over the files of a query; `…/cell`: the files behind a number.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::compare::{CellFiles, CellQuery, CompareQuery, Compared, PEOPLE},
    id::ModelRunId,
    results::Against,
};

use super::list::read_query;
use crate::{
    api::tasks::Error,
    app::App,
    index::{Cell, Limits, Question, fold},
    session::person::Person,
};

/// Reads what is to be compared, strictly.
fn question(truth: &str, run: ModelRunId, iou: f64, least: f64, now: i64) -> Result<Question, Error> {
    let invalid = |text: &str| Err(Error::Invalid(text.to_owned()));
    if !(0.05..=1.0).contains(&iou) {
        return invalid("iou is 0.05 to 1.");
    }
    if !(0.0..=1.0).contains(&least) {
        return invalid("least is 0 to 1.");
    }
    let truth = match truth {
        PEOPLE => Against::People,
        other => match other.strip_prefix("run:").and_then(|id| id.parse().ok()) {
            Some(id) if ModelRunId(id) == run => return invalid("truth and run are the same run."),
            Some(id) => Against::Run(ModelRunId(id)),
            None => return invalid("truth is people, or run: and the id of a model run, for example run:12."),
        },
    };
    Ok(Question { truth, run, iou, least, now, limits: Limits::default() })
}

/// Counts, averages, a curve and who was taken for whom. Only files in the person's sight count; a run that occurs on none of them
/// is unknown.
#[utoipa::path(
    get,
    operation_id = "compareFiles",
    path = "/api/files/compare",
    tag = "files",
    params(CompareQuery),
    responses(
        (status = 200, description = "How the run does", body = Compared),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn compare(
    State(app): State<App>,
    person: Person,
    query: Result<Query<CompareQuery>, QueryRejection>,
) -> Result<Json<Compared>, Error> {
    let Query(asked) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let query = read_query(&asked.q)?;
    let question = question(&asked.truth, asked.run, asked.iou, asked.least, app.clock.now().as_second())?;
    let scope = app.policy.scope(&person);
    let freshness = app.sync.freshness(scope.projects());
    scope.compare(&query, &question, freshness).await?.map(Json).ok_or(Error::NoRun)
}

/// The files on which a class was taken for another, or for nothing, or was seen where nothing is.
#[utoipa::path(
    get,
    operation_id = "listComparedFiles",
    path = "/api/files/compare/cell",
    tag = "files",
    params(CellQuery),
    responses(
        (status = 200, description = "The files behind a number", body = CellFiles),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn cell(
    State(app): State<App>,
    person: Person,
    query: Result<Query<CellQuery>, QueryRejection>,
) -> Result<Json<CellFiles>, Error> {
    let Query(asked) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let query = read_query(&asked.q)?;
    let question = question(&asked.truth, asked.run, asked.iou, asked.least, app.clock.now().as_second())?;
    let cell = Cell { is: asked.is.as_deref().map(fold), taken_for: asked.taken_for.as_deref().map(fold) };
    if cell.is.is_none() && cell.taken_for.is_none() {
        return Err(Error::Invalid("Give is, taken_for, or both: names of classes.".to_owned()));
    }
    app.policy.scope(&person).compare_cell(&query, &question, &cell).await?.map(Json).ok_or(Error::NoRun)
}
