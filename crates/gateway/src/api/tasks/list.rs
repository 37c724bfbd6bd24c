//! `GET /api/tasks`: a window of my tasks.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::api::{TaskList, TaskQuery, Whose};

use super::{Error, snapshots::Snapshot};
use crate::{app::App, policy::Scope, session::person::Person};

/// Rows of a window when none are asked for.
const DEFAULT_LIMIT: u32 = 50;
/// Rows of a window at the most.
const MAX_LIMIT: u32 = 200;
/// Longer searches are refused, in characters.
const MAX_Q: usize = 200;

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
    if query.q.chars().count() > MAX_Q {
        return Err(Error::Invalid(format!("q is longer than {MAX_Q} characters.")));
    }
    let limit = match query.limit {
        0 => DEFAULT_LIMIT,
        1..=MAX_LIMIT => query.limit,
        _ => return Err(Error::Invalid(format!("limit is 1 to {MAX_LIMIT}."))),
    };
    let scope = app.policy.scope(&person);
    allowed(&scope, &query)?;
    let kept = kept(&app, &person, &query).await;
    let (counts, (snapshot, list)) = match kept {
        Some(kept) => (scope.task_counts(&query).await?, kept),
        None => {
            let (counts, ids) = scope.task_list(&query).await?;
            (counts, app.snapshots.keep(&person.id, question(&query), ids).await)
        }
    };
    let window: Vec<i64> = list.ids.iter().skip(query.offset as usize).take(limit as usize).copied().collect();
    let rows = scope.task_rows(&window).await?;
    Ok(Json(TaskList {
        snapshot,
        total: u32::try_from(list.ids.len()).unwrap_or(u32::MAX),
        offset: query.offset,
        rows,
        counts,
        freshness: app.sync.freshness(scope.projects()),
    }))
}

/// Everyone's list is for admins.
pub(super) fn allowed(scope: &Scope, query: &TaskQuery) -> Result<(), Error> {
    if query.whose == Whose::Everyone && !scope.is_admin() { Err(Error::Forbidden) } else { Ok(()) }
}

/// The list that a query names, if it is still kept.
pub(super) async fn kept(app: &App, person: &Person, query: &TaskQuery) -> Option<(String, Arc<Snapshot>)> {
    let name = query.snapshot.as_ref()?;
    app.snapshots.find(name, &person.id, &question(query)).await.map(|snapshot| (name.clone(), snapshot))
}

/// What is asked, in words that differ when the lists do.
pub(super) fn question(query: &TaskQuery) -> String {
    format!("tasks {:?} {:?} {:?} {}", query.whose, query.tab, query.sort, query.q)
}
