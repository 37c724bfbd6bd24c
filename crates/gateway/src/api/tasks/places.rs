//! `GET /api/tasks/places`: where some tasks stand in a list, so that a page need not guess what a change means for it.

use std::collections::{HashMap, HashSet};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::{
    api::{
        TaskQuery,
        tasks::{TaskPlace, TaskPlaces},
    },
    id::TaskId,
};

use super::{
    Error,
    asked::{asked, question},
};
use crate::{app::App, index::TasksAsked, session::person::Person};

/// Says of each task whether the list has it, and where it stands in the snapshot.
#[utoipa::path(
    get,
    operation_id = "placeTasks",
    path = "/api/tasks/places",
    tag = "tasks",
    params(TaskQuery),
    responses((status = 200, description = "Where the tasks stand", body = TaskPlaces), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn places(
    State(app): State<App>,
    person: Person,
    query: Result<Query<TaskQuery>, QueryRejection>,
) -> Result<Json<TaskPlaces>, Error> {
    let Query(query) = query.map_err(|error| Error::Invalid(error.body_text()))?;
    let scope = app.policy.scope(&person);
    // Before the counts, as in the list.
    let freshness = app.sync.freshness(scope.projects());
    let these = asked(&scope, &query, app.clock.now())?;
    let all = TasksAsked { ids: Vec::new(), ..these.clone() };
    let belong: HashSet<i64> =
        if these.ids.is_empty() { HashSet::new() } else { scope.task_list(&these).await?.1.into_iter().collect() };
    let snapshot = match &query.snapshot {
        Some(name) => app.snapshots.find(name, &person, &question(&all)).await,
        None => None,
    };
    let wanted: HashSet<i64> = these.ids.iter().map(|id| id.0).collect();
    let rows: HashMap<i64, u32> = match &snapshot {
        Some(list) => (0..).zip(&list.ids).filter(|(_, id)| wanted.contains(id)).map(|(row, id)| (*id, row)).collect(),
        None => HashMap::new(),
    };
    let place = |id: &TaskId| TaskPlace { id: *id, row: rows.get(&id.0).copied(), belongs: belong.contains(&id.0) };
    Ok(Json(TaskPlaces {
        known: snapshot.is_some(),
        places: these.ids.iter().map(place).filter(|place| place.belongs || place.row.is_some()).collect(),
        counts: scope.task_counts(&all).await?,
        freshness,
    }))
}
