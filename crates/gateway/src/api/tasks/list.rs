//! `GET /api/tasks`: a window of my tasks.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::api::{TaskList, TaskQuery};

use super::{
    Error,
    asked::{asked, question},
    snapshots::Snapshot,
};
use crate::{app::App, index::TasksAsked, session::person::Person};

/// Rows of a window when none are asked for.
const DEFAULT_LIMIT: u32 = 50;
/// Rows of a window at the most.
const MAX_LIMIT: u32 = 200;
/// So many rows come before one that is asked for by its task: more than a screen shows, so that nobody sees the window's edge.
const BEFORE: usize = 60;

/// Lists the person's tasks: rows as they are now, cut from a list of ids that stays for some minutes.
#[utoipa::path(
    get,
    operation_id = "listTasks",
    path = "/api/tasks",
    tag = "tasks",
    params(TaskQuery),
    responses((status = 200, description = "A window of my tasks", body = TaskList), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn list(
    State(app): State<App>,
    person: Person,
    query: Result<Query<TaskQuery>, QueryRejection>,
) -> Result<Json<TaskList>, Error> {
    let Query(query) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let limit = match query.limit {
        0 => DEFAULT_LIMIT,
        1..=MAX_LIMIT => query.limit,
        _ => return Err(Error::Invalid(format!("limit is 1 to {MAX_LIMIT}."))),
    };
    let scope = app.policy.scope(&person);
    let asked = asked(&scope, &query, app.clock.now())?;
    // Before the rows: an answer must not say that all is read, and lack what was read while it was put together.
    let freshness = app.sync.freshness(scope.projects());
    let kept = kept(&app, &person, &query, &asked).await;
    let (counts, (snapshot, list)) = match kept {
        Some(kept) => (scope.task_counts(&asked).await?, kept),
        None => {
            let (counts, ids) = scope.task_list(&asked).await?;
            (counts, app.snapshots.keep(&person, question(&asked), ids).await)
        }
    };
    let anchor = query.anchor.and_then(|task| list.ids.iter().position(|id| *id == task.0));
    let first = anchor.map_or(query.offset as usize, |row| row.saturating_sub(BEFORE));
    let window: Vec<i64> = list.ids.iter().skip(first).take(limit as usize).copied().collect();
    let has_pins = app.task_views.has_pins(&person.id).await?;
    let rows = scope.task_rows(&window).await?;
    Ok(Json(TaskList {
        snapshot,
        total: u32::try_from(list.ids.len()).unwrap_or(u32::MAX),
        offset: u32::try_from(first).unwrap_or(u32::MAX),
        anchor: anchor.and_then(|row| u32::try_from(row).ok()),
        rows,
        counts,
        has_pins,
        freshness,
    }))
}

/// The list that a query names, if it is still kept and asks the same.
pub(super) async fn kept(
    app: &App,
    person: &Person,
    query: &TaskQuery,
    asked: &TasksAsked,
) -> Option<(String, Arc<Snapshot>)> {
    let name = query.snapshot.as_ref()?;
    app.snapshots.find(name, person, &question(asked)).await.map(|snapshot| (name.clone(), snapshot))
}
