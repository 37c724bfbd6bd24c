//! The task list: no filter by person, no search, no sort, pages from 0 (`diffgram-api.md` §2.1).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    super::{
        Inner, Shared, auth, crash,
        data::Task,
        database_error,
        files::file,
        lock, log, object, ok,
        project::early,
        refuse,
        shapes::{fill, shape, time},
    },
    users,
};

const ROLES: &[&str] = &["admin", "Editor", "Viewer", "annotator"];

fn row(inner: &Inner, task: &Task) -> Value {
    let job = inner.world.jobs.iter().find(|job| job.id == task.job);
    fill(
        shape("task_row"),
        json!({
            "id": task.id, "job": {"id": task.job, "name": job.map(|job| job.name)}, "status": task.status,
            "incoming_directory": {"id": task.dataset.0, "nickname": task.dataset.1},
            "file": file(inner, task.file), "assignee_user_id": task.legacy_assignee,
            "task_assignees": users(task, "assignee"), "task_reviewers": users(task, "reviewer"),
            "time_created": time::iso(task.created), "time_updated": time::str_(Some(task.updated)),
            "time_completed": time::str_(task.completed),
        }),
    )
}

/// The short shape, with HTTP dates.
fn mark(task: &Task) -> Value {
    json!({
        "id": task.id, "status": task.status, "time_updated": time::http(task.updated),
        "time_completed": task.completed.map(time::http), "review_star_rating_average": null,
        "gold_standard_missing": null, "assignee_user_id": task.legacy_assignee,
    })
}

struct Wanted {
    short: bool,
    job: Option<i64>,
    file: Option<i64>,
    status: Option<String>,
    /// The first moment of a day, in UTC.
    from: Option<Timestamp>,
    limit: usize,
    page: usize,
}

impl Wanted {
    fn takes(&self, task: &Task) -> bool {
        self.job.is_none_or(|job| task.job == job)
            && self.status.as_ref().map_or(task.status != "archived", |status| task.status == *status)
            && self.from.is_none_or(|from| task.updated >= from)
    }
}

fn read(body: &Value) -> Result<Wanted, Response> {
    let Some(mode) = body["mode_data"].as_str().filter(|mode| !mode.is_empty()) else {
        return Err(refuse(&[("mode_data", "Missing mode_data")]));
    };
    let whole = |key: &'static str| match &body[key] {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(i64::from(*value))),
        value => value.as_i64().map(Some).ok_or_else(|| refuse(&[(key, "Must be an int")])),
    };
    let from = match body["date_from"].as_str() {
        None => None,
        Some(day) => {
            let start = Some(day).filter(|day| day.len() == 10).and_then(|day| day.parse::<Date>().ok());
            let start = start.and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
            let wrong = || crash(&format!("time data '{day}' does not match format '%Y-%m-%d'"));
            Some(start.ok_or_else(wrong)?)
        }
    };
    let limit = whole("limit_count")?.unwrap_or(10);
    if limit < 0 {
        return Err(database_error());
    }
    Ok(Wanted {
        short: mode == "exam_results",
        job: whole("job_id")?,
        file: whole("file_id")?,
        status: body["status"].as_str().filter(|status| *status != "all").map(str::to_owned),
        from,
        // 0 means all.
        limit: if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) },
        page: usize::try_from(whole("page_number")?.unwrap_or(0)).unwrap_or(0),
    })
}

fn answer(inner: &Inner, project: usize, wanted: &Wanted, with_total: bool) -> Value {
    let found: Vec<&Task> = match wanted.file {
        Some(file) => inner.world.tasks_on(file).filter(|task| task.project == project && wanted.takes(task)).collect(),
        None => inner.world.tasks_in(project).filter(|task| wanted.takes(task)).collect(),
    };
    let rows: Vec<Value> = found
        .iter()
        .skip(wanted.page.saturating_mul(wanted.limit))
        .take(wanted.limit)
        .map(|task| if wanted.short { mark(task) } else { row(inner, task) })
        .collect();
    if with_total {
        json!({"log": log(false), "task_list": rows, "total_count": found.len(), "pending_initial_dir_sync": null})
    } else {
        json!({"log": log(true), "task_list": rows, "pending_initial_dir_sync": false, "allow_reviews": true})
    }
}

pub(in super::super) async fn of_project(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, ROLES)?;
        let body = object(&body)?;
        let wanted = read(&body)?;
        // The presence of `all_my_jobs` counts, even as false.
        if wanted.file.is_none() && wanted.job.is_none() && body.get("all_my_jobs").is_none() {
            return Err(refuse(&[("file_id", "Please Provide a file ID"), ("job_id", "Please Provide a job ID")]));
        }
        Ok(ok(&answer(&inner, project, &wanted, wanted.job.is_none())))
    })())
}

pub(in super::super) async fn of_job(
    State(shared): State<Shared>,
    Path(job): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let project = auth::job(&inner, &headers, job.parse().unwrap_or_default(), ROLES)?;
        // The job of the path is only for the permission: the body's job selects (trap 40).
        let wanted = read(&object(&body)?)?;
        Ok(ok(&answer(&inner, project, &wanted, wanted.job.is_none())))
    })())
}
