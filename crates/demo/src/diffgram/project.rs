//! The project, its members, jobs, labels and model runs.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Inner, Shared, auth, crash, lock, log, object, ok, refuse,
    shapes::{fill, shape, time},
};

pub(super) const ALL_ROLES: &[&str] = &["allow_if_project_is_public", "admin", "annotator", "Editor", "Viewer"];

/// Runs a handler's body that may answer early.
pub(super) fn early(answer: Result<Response, Response>) -> Response {
    answer.unwrap_or_else(IntoResponse::into_response)
}

pub(super) async fn view(State(shared): State<Shared>, Path(p): Path<String>, headers: HeaderMap) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, caller) = auth::project(&inner, &headers, &p, ALL_ROLES)?;
        let project = &inner.world.projects[project];
        let mut answer = shape("project_view");
        let wire = fill(
            answer["project"].take(),
            json!({
                "id": project.number, "name": project.name, "project_string_id": project.id,
                "time_created": time::iso(inner.world.started), "member_list": [], "directory_list": [],
            }),
        );
        answer["project"] = wire;
        answer["user_permission_level"] = if caller == auth::Caller::Key { Value::Null } else { json!(["annotator"]) };
        Ok(ok(&answer))
    })())
}

pub(super) async fn members(State(shared): State<Shared>, Path(p): Path<String>, headers: HeaderMap) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, &["admin", "Editor", "Viewer"])?;
        let mut list: Vec<Value> = inner
            .world
            .members(project)
            .map(|(person, role)| {
                let id = person.user_id();
                fill(
                    shape("member"),
                    json!({
                        "id": id, "member_id": id + 100, "email": person.email, "first_name": person.first,
                        "last_name": person.last, "username": id.to_string(), "permission_level": [role],
                    }),
                )
            })
            .collect();
        // Keys stand in the same list, in another shape.
        list.push(json!({
            "member_id": 90 + project, "member_kind": "api", "client_id": inner.world.projects[project].key.client_id,
            "is_valid": true, "permission_level": "Editor",
        }));
        Ok(ok(&json!({"members_list": list, "success": true})))
    })())
}

pub(super) async fn jobs(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    early((|| {
        let body = object(&body)?;
        let Some(metadata) = body["metadata"].as_object().map(|_| &body["metadata"]) else {
            return Err(refuse(&[("metadata", "Missing metadata")]));
        };
        let inner = lock(&shared);
        let (project, _) =
            auth::project(&inner, &headers, metadata["project_string_id"].as_str().unwrap_or_default(), ALL_ROLES)?;
        let Some(page) = metadata["page_number"].as_i64() else {
            return Err(crash("unsupported operand type(s) for -: 'str' and 'int'"));
        };
        let list: Vec<Value> = inner
            .world
            .jobs
            .iter()
            .rev()
            .filter(|job| job.project == project && job.status != "archived")
            .skip(usize::try_from((page - 1) * 50).unwrap_or(0))
            .take(50)
            .map(|job| {
                let created = time::str_(Some(job.created));
                fill(
                    shape("job"),
                    json!({
                        "id": job.id, "name": job.name, "status": job.status, "time_created": created,
                        "time_updated": created, "member_list_ids": job.people,
                    }),
                )
            })
            .collect();
        let metadata =
            fill(shape("job_list_metadata"), json!({"page_number": page, "length_current_page": list.len()}));
        Ok(ok(&json!({"Job_list": list, "metadata": metadata, "log": log(true)})))
    })())
}

/// Who is on a job, as whole users.
pub(super) async fn job_people(State(shared): State<Shared>, Path(job): Path<String>, headers: HeaderMap) -> Response {
    early((|| {
        let inner = lock(&shared);
        let id = job.parse().unwrap_or_default();
        let project = auth::job(&inner, &headers, id, &["admin", "Editor", "annotator"])?;
        let users = |ids: &[i64]| -> Vec<Value> {
            let known = inner.world.members(project).filter(|(person, _)| ids.contains(&person.user_id()));
            known
                .map(|(person, role)| {
                    let id = person.user_id();
                    let mut permissions = serde_json::Map::new();
                    permissions.insert(inner.world.projects[project].id.to_owned(), json!([role]));
                    fill(
                        shape("job_person"),
                        json!({
                            "id": id, "user_id": id, "member_id": id + 100, "email": person.email,
                            "first_name": person.first, "last_name": person.last, "username": id.to_string(),
                            "permissions_projects": permissions,
                        }),
                    )
                })
                .collect()
        };
        let found = inner.world.jobs.iter().find(|job| job.id == id);
        let (people, reviewers) = found.map_or((&[][..], &[][..]), |job| (&job.people[..], &job.reviewers[..]));
        Ok(ok(&json!({"assignees": users(people), "reviewers": users(reviewers)})))
    })())
}

/// A colour as Diffgram's picker writes it beside the hex digits: whole degrees, hundredths.
fn hsl(hex: &str) -> Value {
    let part = |at: usize| f64::from(u8::from_str_radix(hex.get(at..at + 2).unwrap_or("0"), 16).unwrap_or(0)) / 255.0;
    let (r, g, b) = (part(1), part(3), part(5));
    let (max, min) = (r.max(g).max(b), r.min(g).min(b));
    let (range, light) = (max - min, (max + min) / 2.0);
    let hue = if range == 0.0 {
        0.0
    } else if max == r {
        ((g - b) / range).rem_euclid(6.0)
    } else if max == g {
        (b - r) / range + 2.0
    } else {
        (r - g) / range + 4.0
    };
    let saturation = if range == 0.0 { 0.0 } else { range / (1.0 - (2.0 * light - 1.0).abs()) };
    let hundredths = |n: f64| (n * 100.0).round() / 100.0;
    json!({"a": 1, "h": (hue * 60.0).round(), "l": hundredths(light), "s": hundredths(saturation)})
}

/// The labels of a project, as tasks carry them.
pub(super) fn label_dict(inner: &Inner) -> Value {
    let files: Vec<Value> = inner.world.labels.iter().map(|(id, ..)| label_file(inner, *id)).collect();
    let ids: Vec<i64> = inner.world.labels.iter().map(|(id, ..)| *id).collect();
    json!({"label_file_colour_map": colour_map(inner), "label_file_list": ids, "label_file_list_serialized": files})
}

pub(super) fn colour_map(inner: &Inner) -> serde_json::Map<String, Value> {
    inner.world.labels.iter().map(|(id, ..)| (id.to_string(), label_file(inner, *id)["colour"].clone())).collect()
}

/// A label as files carry it.
pub(super) fn label_file(inner: &Inner, id: i64) -> Value {
    let Some((_, name, hex)) = inner.world.labels.iter().find(|(label, ..)| *label == id) else { return Value::Null };
    let colour = inner.world.schemas.colour(id).cloned().unwrap_or_else(|| json!({"hex": hex, "hsl": hsl(hex)}));
    // Two files of one name are of one label.
    let first = inner.world.labels.iter().find(|(_, known, _)| known == name).map_or(id, |(first, ..)| *first);
    fill(shape("label_file"), json!({"id": id, "colour": colour, "label": {"id": first - 899, "name": name}}))
}

pub(super) async fn model_runs(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, &["allow_if_project_is_public", "admin", "Editor"])?;
        object(&body)?;
        let runs = inner.world.runs.iter().filter(|_| project == 0);
        let list: Vec<Value> = runs
            .map(|(id, name)| {
                let number = inner.world.projects[project].number;
                fill(shape("model_run"), json!({"id": id, "reference_id": name, "model_id": id, "project_id": number}))
            })
            .collect();
        Ok(ok(&json!({"model_run_list": list})))
    })())
}
