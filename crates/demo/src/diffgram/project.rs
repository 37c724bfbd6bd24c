//! The project, its members, jobs, labels and model runs.

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Inner, Shared, answer, auth, crash, lock, log, object, ok,
    shapes::{fill, shape, time},
};

const ALL_ROLES: &[&str] = &["allow_if_project_is_public", "admin", "annotator", "Editor", "Viewer"];

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
        let metadata = &body["metadata"];
        let inner = lock(&shared);
        let (project, _) =
            auth::project(&inner, &headers, metadata["project_string_id"].as_str().unwrap_or_default(), ALL_ROLES)?;
        let Some(page) = metadata["page_number"].as_i64() else {
            return Err(crash("unsupported operand type(s) for -: 'NoneType' and 'int'"));
        };
        let list: Vec<Value> = inner
            .world
            .jobs
            .iter()
            .rev()
            .filter(|job| job.project == project)
            .skip(usize::try_from((page - 1) * 50).unwrap_or(0))
            .take(50)
            .map(|job| {
                let created = time::str_(Some(job.created));
                fill(
                    shape("job"),
                    json!({"id": job.id, "name": job.name, "status": "active", "time_created": created, "time_updated": created}),
                )
            })
            .collect();
        let metadata =
            fill(shape("job_list_metadata"), json!({"page_number": page, "length_current_page": list.len()}));
        Ok(ok(&json!({"Job_list": list, "metadata": metadata, "log": log(true)})))
    })())
}

/// A label as files carry it.
pub(super) fn label_file(inner: &Inner, id: i64) -> Value {
    let Some((_, name, hex)) = inner.world.labels.iter().find(|(label, ..)| *label == id) else { return Value::Null };
    let part = |at: usize| i64::from_str_radix(hex.get(at..at + 2).unwrap_or("0"), 16).unwrap_or(0);
    fill(
        shape("label_file"),
        json!({
            "id": id,
            "colour": {"hex": hex, "rgba": {"r": part(1), "g": part(3), "b": part(5), "a": 1}},
            "label": {"id": id - 899, "name": name},
        }),
    )
}

#[derive(Debug, serde::Deserialize)]
pub(super) struct SchemaQuery {
    schema_id: Option<String>,
}

pub(super) async fn labels(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    Query(query): Query<SchemaQuery>,
    headers: HeaderMap,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        auth::project(&inner, &headers, &p, ALL_ROLES)?;
        match query.schema_id.as_deref() {
            None | Some("1") => {}
            Some(other) if other.parse::<i64>().is_ok() => {
                let error = json!({"error": {"project": "Schema does not exist or does not belong to this project"}, "info": {}, "success": false});
                return Err(answer(StatusCode::BAD_REQUEST, &error));
            }
            // A database error, through the dispatcher.
            Some(_) => {
                let error = json!({"error": {"message": "Service is unreachable. Please check the connection to the service.", "port": 8080, "service": "http://service-host"}});
                return Err(answer(StatusCode::SERVICE_UNAVAILABLE, &error));
            }
        }
        let labels: Vec<Value> = inner.world.labels.iter().map(|(id, ..)| label_file(&inner, *id)).collect();
        let map: serde_json::Map<String, Value> = inner
            .world
            .labels
            .iter()
            .map(|(id, ..)| (id.to_string(), label_file(&inner, *id)["colour"].clone()))
            .collect();
        Ok(ok(&fill(shape("labels_envelope"), json!({"labels_out": labels, "label_file_colour_map": map}))))
    })())
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
