//! Datasets and the files in them.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Shared, auth, crash,
    files::file,
    lock, log, object, ok,
    project::early,
    refuse,
    shapes::{fill, shape, time},
};

/// Entries of a page at the most; ids alone may be more.
const MOST: i64 = 1000;

pub(super) async fn list(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, &["admin", "Editor", "Viewer"])?;
        let body = object(&body)?;
        let limit = match &body["limit"] {
            Value::Null => 100,
            value => value.as_i64().ok_or_else(|| refuse(&[("limit", "Must be an int")]))?,
        };
        let part = body["nickname"].as_str().unwrap_or_default();
        // Newest first; there are no pages.
        let datasets = inner.world.datasets.iter().rev().filter(|d| d.project == project && d.name.contains(part));
        let list: Vec<Value> = datasets
            .take(usize::try_from(limit).unwrap_or(0))
            .map(|dataset| {
                fill(
                    shape("dataset"),
                    json!({
                        "id": dataset.id, "directory_id": dataset.id, "nickname": dataset.name,
                        "created_time": time::iso(inner.world.started),
                    }),
                )
            })
            .collect();
        Ok(ok(&json!({"directory_list": list, "log": log(true)})))
    })())
}

/// 400 with a bare text that is labelled JSON and is none.
fn bare(text: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

pub(super) async fn files(
    State(shared): State<Shared>,
    Path((p, _)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let roles = ["admin", "Editor", "Viewer", "allow_if_project_is_public"];
        let (project, _) = auth::project(&inner, &headers, &p, &roles)?;
        let body = object(&body)?;
        let asked = &body["metadata"];
        if !asked.is_object() {
            return Err(bare("Error no metadata"));
        }
        let Some(mode) = asked["file_view_mode"].as_str() else { return Err(crash("'file_view_mode'")) };
        let limit = match &asked["limit"] {
            Value::Null => 25,
            value => value
                .as_i64()
                .ok_or_else(|| crash("'<=' not supported between instances of 'str' and 'int'"))?
                .min(if mode == "ids_only" { 25 * MOST } else { MOST }),
        };
        let wanted = asked["directory_id"].as_i64();
        let dataset = inner.world.datasets.iter().find(|d| d.project == project && Some(d.id) == wanted);
        let Some(dataset) = dataset else { return Err(bare("Error with directory")) };
        let count = i64::try_from(inner.world.files_of(dataset.id)).unwrap_or_default();
        let page = asked["page"].as_i64().unwrap_or(1).max(1);
        let start = (page - 1) * limit;
        let ids = inner.world.listing(dataset.id);
        let shown = ids.skip(usize::try_from(start).unwrap_or(0)).take(usize::try_from(limit).unwrap_or(0));
        let list: Vec<Value> = shown
            .map(|id| match mode {
                "ids_only" => json!(id),
                "base" => {
                    let mut wire = file(&inner, id).unwrap_or_default();
                    for part in ["image", "video", "text", "audio"] {
                        wire.as_object_mut().and_then(|wire| wire.remove(part));
                    }
                    wire
                }
                _ => file(&inner, id).unwrap_or_default(),
            })
            .collect();
        let here = i64::try_from(list.len()).unwrap_or_default();
        let pages = count.div_euclid(limit.max(1)) + i64::from(count.rem_euclid(limit.max(1)) > 0);
        let metadata = fill(
            shape("file_list_metadata"),
            json!({
                "directory_id": dataset.id, "file_view_mode": mode, "limit": limit, "page": page, "file_count": count,
                "total_pages": pages, "start_index": start, "end_index": start + here, "length_current_page": here,
                "next_page": (page < pages).then_some(page + 1), "prev_page": page - 1,
                "regen_url": asked["regen_url"].as_bool().unwrap_or(true),
            }),
        );
        Ok(ok(&json!({"file_list": list, "metadata": metadata})))
    })())
}

pub(super) async fn exist(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, &["allow_if_project_is_public", "admin", "Editor"])?;
        let body = object(&body)?;
        let dataset = body["directory_id"].as_i64();
        let is_there = |id: &Value| {
            id.as_i64().and_then(|id| inner.world.files.get(&id)).is_some_and(|file| {
                file.project == project && dataset.is_none_or(|dataset| file.datasets.contains(&dataset))
            })
        };
        let asked = body["file_id_list"].as_array().map(Vec::as_slice).unwrap_or_default();
        let missing: Vec<&Value> = asked.iter().filter(|id| !is_there(id)).collect();
        Ok(ok(&json!({"result": {"exists": missing.is_empty(), "missing_files": missing}})))
    })())
}
