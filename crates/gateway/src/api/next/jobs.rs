//! `GET /api/jobs` and `PUT /api/jobs/{id}/setting`: what admins say of jobs.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use portal_model::{
    api::{
        audit::Outcome,
        next::{JobList, JobRow, JobSetting, MAX_CLAIM_HOURS, MAX_GUIDE},
    },
    id::JobId,
    problem::ProblemType,
};
use serde_json::json;

use crate::{
    app::App,
    audit::Intent,
    body::JsonBody,
    clock::wire,
    events::Happening,
    index::Set,
    keys::Scope,
    policy::AdminScope,
    problem::Reply,
    session::{caller::Caller, person::Person},
    shell::request_id_of,
};

fn unreadable(error: &(dyn std::error::Error + 'static)) -> Reply {
    tracing::error!(error, "jobs.unreadable");
    Reply::store_unavailable()
}

/// For people only: a key has no need of it yet.
fn admin(app: &App, person: &Person) -> Result<AdminScope, Reply> {
    app.policy.admin(&Caller::Person(Box::new(person.clone())), Scope::SchemasWrite)
}

/// The jobs of the projects in which the person is an admin.
#[utoipa::path(
    get,
    operation_id = "listJobs",
    path = "/api/jobs",
    tag = "next",
    responses((status = 200, description = "The jobs", body = JobList), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn list(State(app): State<App>, person: Person) -> Result<Json<JobList>, Reply> {
    let scope = admin(&app, &person)?;
    let jobs = app.policy.jobs(&scope, None).await.map_err(|error| unreadable(&error))?;
    Ok(Json(JobList { jobs }))
}

/// Says how tasks of a job are done, until when, and when what is taken goes back.
#[utoipa::path(
    put,
    operation_id = "setJob",
    path = "/api/jobs/{id}/setting",
    tag = "next",
    params(
        ("id" = i64, Path, description = "The job"),
        ("If-Match" = String, Header, description = "The version that this was written over"),
    ),
    request_body = JobSetting,
    responses(
        (status = 200, description = "It is so now", body = JobRow, headers(("ETag" = String, description = "Its version now"))),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn put(
    State(app): State<App>,
    person: Person,
    Path(job): Path<String>,
    headers: HeaderMap,
    JsonBody(wanted): JsonBody<JobSetting>,
) -> Result<Response, Reply> {
    let scope = admin(&app, &person)?;
    let job: JobId =
        job.parse().map_err(|_| Reply::invalid("The job's id is a number, for example /api/jobs/12/setting."))?;
    let wanted = checked(wanted)?;
    let version = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).map(str::trim);
    let version =
        version.filter(|version| !version.is_empty() && *version != "*").map(str::to_owned).ok_or_else(|| {
            Reply::new(
                StatusCode::PRECONDITION_REQUIRED,
                ProblemType::PreconditionRequired,
                "Which state?",
                "Send If-Match with the version that this was written over, as the list of jobs gives it.",
            )
        })?;
    let request_id = request_id_of(&headers);
    let change = Box::pin(change(app, scope, person, (job, wanted, version), request_id));
    let row = super::super::to_its_end(change).await??;
    Ok(([(header::ETAG, row.version.clone())], Json(row)).into_response())
}

async fn change(
    app: App,
    scope: AdminScope,
    person: Person,
    (job, wanted, version): (JobId, JobSetting, String),
    request_id: Option<String>,
) -> Result<JobRow, Reply> {
    let missing = || Reply::not_found("This job does not exist or is not of your projects.");
    let known = app.policy.jobs(&scope, Some(job)).await.map_err(|error| unreadable(&error))?;
    let before = known.into_iter().next().ok_or_else(missing)?;
    let intent = Intent {
        project: &before.project,
        action: "job.setting",
        subject: format!("job {job}"),
        detail: json!({"job": before.job.name, "before": before.setting, "after": wanted}),
        request_id,
    };
    let actor = Caller::Person(Box::new(person)).actor();
    let line = app.audit.begin(&actor, intent).await.map_err(|error| unreadable(&error))?;
    let ends = app.claims.expires(wanted.claim_hours.map(i64::from));
    let set = app.policy.set_job(&scope, job, (&wanted, ends.as_ref()), &version).await;
    let outcome = match &set {
        Ok(Some(Set::Done(..))) => Outcome::Done,
        Ok(_) => Outcome::Refused,
        Err(_) => Outcome::Incomplete,
    };
    if let Err(error) = app.audit.end(line, outcome, &json!(null)).await {
        tracing::error!(error = &error as &dyn std::error::Error, "jobs.audit");
    }
    match set.map_err(|error| unreadable(&error))?.ok_or_else(missing)? {
        Set::Done(row, changes) => {
            match changes {
                Some(changes) => app.events.tell_changes(changes),
                // Too many to name: whoever shows tasks of the project reads them again.
                None => app.events.tell(Happening::Many(row.project.clone())),
            }
            Ok(*row)
        }
        Set::Differs => Err(Reply::new(
            StatusCode::PRECONDITION_FAILED,
            ProblemType::Conflict,
            "It changed",
            "Somebody changed this job's settings since they were read. Read them again, then decide again.",
        )),
    }
}

/// As it is stored: times in one form, line ends in one form.
fn checked(wanted: JobSetting) -> Result<JobSetting, Reply> {
    let guide = wanted.guide.replace("\r\n", "\n").trim().to_owned();
    if guide.chars().count() > MAX_GUIDE {
        return Err(Reply::invalid(&format!("The guide is at most {MAX_GUIDE} letters long.")));
    }
    let due = match wanted.due {
        None => None,
        Some(at) => {
            let read: Option<Timestamp> = at.0.parse().ok();
            Some(wire(read.ok_or_else(|| Reply::invalid("due is a moment, for example 2026-12-01T16:00:00Z."))?))
        }
    };
    if wanted.claim_hours.is_some_and(|hours| !(1..=MAX_CLAIM_HOURS).contains(&hours)) {
        return Err(Reply::invalid(&format!("claim_hours is 1 to {MAX_CLAIM_HOURS}, or left out.")));
    }
    Ok(JobSetting { guide, due, claim_hours: wanted.claim_hours })
}
