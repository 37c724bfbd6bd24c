//! `GET /api/files`: a window of the files of a query.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::explorer::{FileList, FileQuery},
    id::LabelId,
    query::{self, SyntaxError},
};

use crate::{api::tasks::Error, app::App, session::person::Person};

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
    let query = read_query(&asked.q)?;
    let scope = app.policy.scope(&person);
    let question = format!("files {}", asked.q);
    let kept = match &asked.snapshot {
        Some(name) => app.snapshots.find(name, &person.id, &question).await.map(|snapshot| (name.clone(), snapshot)),
        None => None,
    };
    let (snapshot, list) = match kept {
        Some(kept) => kept,
        None => {
            let ids = scope.file_ids(&query, app.clock.now()).await?;
            app.snapshots.keep(&person.id, question, ids).await
        }
    };
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
        freshness: app.sync.freshness(scope.projects()),
    }))
}
