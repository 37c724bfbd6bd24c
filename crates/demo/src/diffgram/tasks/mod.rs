//! Tasks: assigning, completing, reviewing.

pub(super) mod list;

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Inner, Shared, auth, crash,
    data::Task,
    files::file,
    hooks, lock, log, object, ok,
    project::{early, label_dict},
    refuse,
    shapes::{fill, shape, time},
};
use crate::people::Person;

/// The last user of the install.
const USERS: i64 = 500;
/// Events, and so webhooks, leave before the commit (`diffgram-api.md` §10): this long before it.
const BEFORE_COMMIT: Duration = Duration::from_millis(80);

pub(super) fn users(task: &Task, relation: &str) -> Vec<Value> {
    let list = if relation == "assignee" { &task.assignees } else { &task.reviewers };
    // Assignments count up: whoever came later has a higher one.
    let first = task.id * 20 + if relation == "assignee" { 0 } else { 10 };
    (first..)
        .zip(list)
        .map(|(id, user)| {
            fill(
                shape("task_user"),
                json!({"id": id, "task_id": task.id, "user_id": user, "relation": relation, "time_created": time::ser(task.created)}),
            )
        })
        .collect()
}

fn detail(inner: &Inner, task: &Task) -> Value {
    let job = inner.world.jobs.iter().find(|job| job.id == task.job);
    let mut wire = fill(
        shape("task_detail"),
        json!({
            "id": task.id, "job_id": task.job, "status": task.status, "file": file(inner, task.file),
            "project_string_id": inner.world.projects[task.project].id, "assignee_user_id": task.legacy_assignee,
            "time_updated": time::str_(Some(task.updated)), "time_completed": time::str_(task.completed),
            "task_assignees": users(task, "assignee"), "task_reviewers": users(task, "reviewer"),
        }),
    );
    wire["label_dict"] = label_dict(inner);
    wire["job"]["id"] = json!(task.job);
    wire["job"]["name"] = json!(job.map(|job| job.name));
    wire["job"]["allow_reviews"] = json!(job.is_some_and(|job| job.reviews));
    wire
}

pub(super) async fn assign(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let mut inner = lock(&shared);
        auth::project(&inner, &headers, &p, &["admin", "Editor"])?;
        let body = object(&body)?;
        let id: i64 = id.parse().unwrap_or_default();
        let wanted: Vec<i64> =
            body["user_id_list"].as_array().map(|l| l.iter().filter_map(Value::as_i64).collect()).unwrap_or_default();
        let relation = body["relation"].as_str().unwrap_or_default().to_owned();
        if !matches!(relation.as_str(), "assignee" | "reviewer") {
            return Err(refuse(&[("valid_values_list", &format!("{relation} not in ['reviewer', 'assignee']"))]));
        }
        // An install knows more people than the members of its projects, and any of them can be assigned.
        if wanted.iter().any(|user| !(1..=USERS).contains(user)) {
            return Err(crash("'NoneType' object has no attribute 'id'"));
        }
        let rival = if relation == "assignee" { inner.rival.take() } else { None };
        let Some(task) = inner.world.tasks.get_mut(&id) else {
            return Err(crash("'NoneType' object has no attribute 'project_id'"));
        };
        let list = if relation == "reviewer" { &mut task.reviewers } else { &mut task.assignees };
        if let Some((rival, true)) = rival {
            list.push(rival);
        }
        let new: Vec<i64> = wanted.into_iter().filter(|user| !list.contains(user)).collect();
        list.extend(&new);
        if let Some((rival, false)) = rival {
            list.push(rival);
        }
        if let Some(last) = new.last()
            && task.legacy_assignee != Some(*last)
        {
            task.legacy_assignee = Some(*last);
            task.updated = Timestamp::now();
        }
        let added: Vec<Value> = users(task, &relation)
            .into_iter()
            .filter(|user| new.contains(&user["user_id"].as_i64().unwrap_or_default()))
            .collect();
        Ok(ok(&json!({"task_user": added, "log": log(false)})))
    })())
}

/// Takes people away. Nothing else moves: not the status, not the time, not the legacy assignee (`sync-evidence.md` §1).
pub(super) async fn unassign(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let mut inner = lock(&shared);
        auth::project(&inner, &headers, &p, &["admin", "Editor"])?;
        let body = object(&body)?;
        let Some(gone) = body["user_id_list"].as_array() else {
            return Err(crash("'NoneType' object is not iterable"));
        };
        let gone: Vec<i64> = gone.iter().filter_map(Value::as_i64).collect();
        let relation = body["relation"].as_str().unwrap_or_default().to_owned();
        if !matches!(relation.as_str(), "assignee" | "reviewer") {
            return Err(refuse(&[("valid_values_list", &format!("{relation} not in ['reviewer', 'assignee']"))]));
        }
        let Some(task) = inner.world.tasks.get_mut(&id.parse().unwrap_or_default()) else {
            return Err(crash("'NoneType' object has no attribute 'project_id'"));
        };
        let list = if relation == "reviewer" { &mut task.reviewers } else { &mut task.assignees };
        list.retain(|user| !gone.contains(user));
        Ok(ok(&json!({"removed": true, "log": log(false)})))
    })())
}

pub(super) async fn by_id(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    early((|| {
        let body = object(&body)?;
        let inner = lock(&shared);
        let Some(id) = body["task_id"].as_i64() else {
            return Err(refuse(&[("task_id", "Must be an int")]));
        };
        auth::task(&inner, &headers, id)?;
        let task = inner.world.tasks.get(&id).ok_or_else(|| crash("'NoneType' object has no attribute 'project'"))?;
        // The other mode, "trainer", has another shape, which nothing here asks for.
        if body["builder_or_trainer_mode"] != "builder" {
            return Err(crash(
                "cannot access local variable 'task_serialized' where it is not associated with a value",
            ));
        }
        Ok(ok(&json!({"log": log(true), "task": detail(&inner, task)})))
    })())
}

pub(super) async fn complete(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let id: i64 = id.parse().unwrap_or_default();
    let (status, kind) = {
        let inner = lock(&shared);
        let checked = object(&body).and_then(|_| auth::task(&inner, &headers, id));
        if let Err(refused) = checked {
            return refused;
        }
        let Some(task) = inner.world.tasks.get(&id) else {
            return crash("'NoneType' object has no attribute 'project'");
        };
        let reviews = inner.world.jobs.iter().any(|job| job.id == task.job && job.reviews);
        // The real one throws dice; here a job reviews always or never. After changes were asked for it goes back to review.
        match task.status.as_str() {
            "complete" => ("complete", None),
            _ if reviews => ("in_review", Some("task_review_start")),
            _ => ("complete", Some("task_completed")),
        }
    };
    commit(&shared, id, status, kind).await
}

pub(super) async fn review(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let id: i64 = id.parse().unwrap_or_default();
    let (status, kind) = {
        let inner = lock(&shared);
        // Any member passes, the assignee too: so does the real one.
        let body = match object(&body).and_then(|body| auth::task(&inner, &headers, id).map(|_| body)) {
            Ok(body) => body,
            Err(refused) => return refused,
        };
        match body["action"].as_str() {
            Some("approve") => ("complete", Some("task_completed")),
            Some("request_change") => ("requires_changes", Some("task_request_changes")),
            other => {
                let why = format!("{} not in ['approve', 'request_change']", other.unwrap_or("None"));
                return refuse(&[("valid_values_list", &why)]);
            }
        }
    };
    commit(&shared, id, status, kind).await
}

/// Webhooks first, then the commit, then the answer.
async fn commit(shared: &Shared, id: i64, status: &'static str, kind: Option<&'static str>) -> Response {
    if let Some(kind) = kind {
        hooks::send_twice(shared, id, kind);
        tokio::time::sleep(BEFORE_COMMIT).await;
    }
    let mut inner = lock(shared);
    let reviewer = Person::by_email("rita@acme.example").map(Person::user_id);
    let now = Timestamp::now();
    let mut changed = None;
    if let Some(task) = inner.world.tasks.get_mut(&id)
        && task.status != status
    {
        task.status = status.to_owned();
        task.updated = now;
        task.completed = Some(now).filter(|_| status == "complete").or(task.completed);
        if status == "in_review"
            && let Some(reviewer) = reviewer
            && !task.reviewers.contains(&reviewer)
        {
            task.reviewers.push(reviewer);
            task.legacy_assignee = Some(reviewer);
        }
        changed = Some(task.file);
    }
    if let Some(file) = changed.and_then(|file| inner.world.files.get_mut(&file)) {
        file.done = status == "complete";
        file.changed = now;
    }
    match inner.world.tasks.get(&id).cloned() {
        Some(task) => ok(&json!({"log": log(true), "task": detail(&inner, &task)})),
        None => crash("'NoneType' object has no attribute 'project'"),
    }
}
