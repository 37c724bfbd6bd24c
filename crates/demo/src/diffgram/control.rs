//! Control for tests: `/__demo/…`. Nothing of this exists at a real Diffgram.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Load, NewIssue, Outage, Seen, Shared, TaskChange, lock,
    schemas::{Breaks, Limit, all_schemas, everything},
};

#[derive(Debug, Deserialize)]
pub(super) struct SetOutage {
    mode: Outage,
}

pub(super) async fn outage(State(shared): State<Shared>, Json(wanted): Json<SetOutage>) -> StatusCode {
    lock(&shared).outage = wanted.mode;
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
pub(super) struct SetLatency {
    milliseconds: u64,
}

/// Each call to the API takes at least this long from now on: what goes on at once can be counted then.
pub(super) async fn latency(State(shared): State<Shared>, Json(wanted): Json<SetLatency>) -> StatusCode {
    lock(&shared).latency = Duration::from_millis(wanted.milliseconds);
    StatusCode::NO_CONTENT
}

/// How many calls there were since this was asked last, and how many at once.
pub(super) async fn load(State(shared): State<Shared>) -> Json<Load> {
    Json(lock(&shared).load.take())
}

#[derive(Debug, Deserialize)]
pub(super) struct SetWebhooks {
    mode: String,
}

pub(super) async fn webhooks(State(shared): State<Shared>, Json(wanted): Json<SetWebhooks>) -> StatusCode {
    lock(&shared).webhooks_dropped = wanted.mode == "dropped";
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
pub(super) struct SetSignOn {
    on: bool,
}

/// Whether people sign in by a provider of Diffgram's own.
pub(super) async fn sign_on(State(shared): State<Shared>, Json(wanted): Json<SetSignOn>) -> StatusCode {
    lock(&shared).sign_on = wanted.on;
    StatusCode::NO_CONTENT
}

/// Somebody edits an annotation: the id it has now.
pub(super) async fn edit_annotation(
    State(shared): State<Shared>,
    Path(id): Path<i64>,
) -> Result<Json<Value>, StatusCode> {
    let id = lock(&shared).world.edit_annotation(id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({"id": id})))
}

pub(super) async fn change(
    State(shared): State<Shared>,
    Path(id): Path<i64>,
    Json(change): Json<TaskChange>,
) -> StatusCode {
    lock(&shared).world.change(id, &change);
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
pub(super) struct Whose {
    email: String,
}

pub(super) async fn tasks(State(shared): State<Shared>, Query(whose): Query<Whose>) -> Json<Vec<Value>> {
    let tasks = lock(&shared).world.tasks_of(&whose.email);
    Json(
        tasks
            .into_iter()
            .map(|(id, file, name, status)| json!({"id": id, "file": file, "name": name, "status": status}))
            .collect(),
    )
}

#[derive(Debug, Deserialize)]
pub(super) struct AddTask {
    #[serde(default)]
    project: String,
    name: String,
    #[serde(default)]
    email: String,
    /// Nobody's, in this job, instead of somebody's.
    #[serde(default)]
    job: Option<i64>,
}

pub(super) async fn add(State(shared): State<Shared>, Json(wanted): Json<AddTask>) -> Json<Value> {
    let world = &mut lock(&shared).world;
    let (id, file) = match wanted.job {
        Some(job) => world.add_open(job, &wanted.name),
        None => world.add_task_for(&wanted.project, &wanted.name, &wanted.email),
    };
    Json(json!({"id": id, "file": file}))
}

/// Somebody opens an issue on a task.
pub(super) async fn open_issue(State(shared): State<Shared>, Json(new): Json<NewIssue>) -> Json<Value> {
    Json(json!({"id": lock(&shared).world.open_issue(&new)}))
}

/// Somebody closes an issue.
pub(super) async fn close_issue(State(shared): State<Shared>, Path(id): Path<i64>) -> StatusCode {
    lock(&shared).world.close_issue(id);
    StatusCode::NO_CONTENT
}

/// All attributes as they are stored.
pub(super) async fn attributes(State(shared): State<Shared>) -> Json<Vec<Value>> {
    Json(everything(&lock(&shared)))
}

/// Somebody else changes fields of an attribute.
pub(super) async fn edit_attribute(
    State(shared): State<Shared>,
    Path(id): Path<i64>,
    Json(fields): Json<Value>,
) -> StatusCode {
    lock(&shared).world.schemas.edit(id, &fields);
    StatusCode::NO_CONTENT
}

/// So many options more: `{"more": 50000}`.
pub(super) async fn grow_attribute(
    State(shared): State<Shared>,
    Path(id): Path<i64>,
    Json(Grown { more }): Json<Grown>,
) -> StatusCode {
    lock(&shared).world.schemas.grow(id, more);
    StatusCode::NO_CONTENT
}

/// How much an attribute grows.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Grown {
    more: usize,
}

/// After so many more writes to attributes the others fail: `{"after": 2, "how": "before"}`; `null` ends that.
pub(super) async fn breaks(State(shared): State<Shared>, Json(breaks): Json<Option<Breaks>>) -> StatusCode {
    lock(&shared).breaks = breaks;
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
pub(super) struct SetLimit {
    most: u32,
    seconds: u64,
}

/// From now on so many attributes may be made in so many seconds by one address.
pub(super) async fn new_attributes(State(shared): State<Shared>, Json(wanted): Json<SetLimit>) -> StatusCode {
    lock(&shared).new_attributes = Limit::new(wanted.most, Duration::from_secs(wanted.seconds));
    StatusCode::NO_CONTENT
}

/// All schemas as they are stored.
pub(super) async fn schemas(State(shared): State<Shared>) -> Json<Vec<Value>> {
    Json(all_schemas(&lock(&shared)))
}

pub(super) async fn log(State(shared): State<Shared>) -> Json<Vec<Seen>> {
    Json(lock(&shared).seen.iter().cloned().collect())
}
