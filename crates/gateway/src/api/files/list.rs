//! `GET /api/files`: a window of the files of a query.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::explorer::{FileList, FileQuery},
    id::LabelId,
    query::{self, SyntaxError},
};

use crate::{
    api::tasks::{Error, snapshots::Snapshot},
    app::App,
    policy::Scope,
    session::person::Person,
};

/// Files of a window when none are asked for.
const DEFAULT_LIMIT: u32 = 60;
/// Files of a window at the most.
const MAX_LIMIT: u32 = 200;
/// Conditions of a query at the most: each is looked at for each file.
const MAX_CONDITIONS: usize = 100;

/// Reads a query's text.
///
/// # Errors
/// [`Error::Invalid`] with a sentence that points at the character, counted from 1.
pub fn read_query(text: &str) -> Result<query::Query, Error> {
    let query = query::parse(text).map_err(|error| {
        let at = text.get(..error.at).map_or(error.at, |before| before.chars().count());
        Error::Invalid(format!("q: {}.", SyntaxError { at, ..error }))
    })?;
    if query.conditions().count() > MAX_CONDITIONS {
        return Err(Error::Invalid(format!("q: there are more than {MAX_CONDITIONS} conditions.")));
    }
    Ok(query)
}

/// The list that a window is cut from: the one that is named, or a new one.
pub(super) async fn kept(
    app: &App,
    person: &Person,
    scope: &Scope,
    asked: &FileQuery,
) -> Result<(String, Arc<Snapshot>), Error> {
    let query = read_query(&asked.q)?;
    let question = format!("files {}", asked.q);
    if let Some(name) = &asked.snapshot
        && let Some(snapshot) = app.snapshots.find(name, person, &question).await
    {
        return Ok((name.clone(), snapshot));
    }
    let ids = scope.file_ids(&query, app.clock.now()).await?;
    Ok(app.snapshots.keep(person, question, ids).await)
}

/// Lists files: as they are now, cut from a list of ids that stays for some minutes.
#[utoipa::path(
    get,
    operation_id = "listFiles",
    path = "/api/files",
    tag = "files",
    params(FileQuery),
    responses(
        (status = 200, description = "A window of the files of a query", body = FileList),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn list(
    State(app): State<App>,
    person: Person,
    query: Result<Query<FileQuery>, QueryRejection>,
) -> Result<Json<FileList>, Error> {
    let Query(asked) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let limit = match asked.limit {
        0 => DEFAULT_LIMIT,
        1..=MAX_LIMIT => asked.limit,
        _ => return Err(Error::Invalid(format!("limit is 1 to {MAX_LIMIT}."))),
    };
    let scope = app.policy.scope(&person);
    // Before the rows, as in the list of tasks.
    let freshness = app.sync.freshness(scope.projects());
    let (snapshot, list) = kept(&app, &person, &scope, &asked).await?;
    let window: Vec<i64> = list.ids.iter().skip(asked.offset as usize).take(limit as usize).copied().collect();
    let rows = scope.tiles(&window).await?;
    let labels: BTreeSet<LabelId> =
        rows.iter().flat_map(|tile| &tile.annotations).filter_map(|annotation| annotation.label).collect();
    Ok(Json(FileList {
        snapshot,
        total: u32::try_from(list.ids.len()).unwrap_or(u32::MAX),
        offset: asked.offset,
        labels: scope.labels(&labels.into_iter().collect::<Vec<_>>()).await?,
        annotations_percent: scope.annotations_percent().await?,
        rows,
        freshness,
    }))
}
