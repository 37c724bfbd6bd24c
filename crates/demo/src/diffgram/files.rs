//! Files, their signed URLs, and the storage behind them.

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Inner, Shared, auth, crash,
    data::FRAME_RATE,
    kinds, lock, log, object, ok,
    project::early,
    refuse,
    shapes::{fill, shape, time},
};

/// How long a signed URL lives, in seconds.
const URL_LIFE: i64 = 3600;

/// A URL into the storage, good for an hour.
pub(super) fn url(inner: &Inner, file: i64, which: &str) -> String {
    let expires = jiff::Timestamp::now().as_second() + URL_LIFE;
    let signature = auth::tag_of(inner, &format!("{file}/{which}/{expires}"));
    format!(
        "{}/storage/projects/files/{file}/{which}?response-content-disposition=attachment%3B%20filename%3D{file}&Signature={signature}&Expires={expires}",
        inner.base
    )
}

/// A file with its image or video part. Lists do not refresh the URLs of pictures: here they are fresh, which a client must not rely on.
pub(super) fn file(inner: &Inner, id: i64) -> Option<Value> {
    let file = inner.world.files.get(&id)?;
    let picture = inner.world.pictures.get(file.picture)?;
    let common = json!({
        "id": id, "original_filename": file.name, "created_time": time::iso(file.created),
        "time_last_updated": time::iso(file.changed), "ann_is_complete": file.done,
    });
    Some(if !matches!(picture.kind, "image" | "video") {
        let mut wire = fill(kinds::bare_file(picture.kind), common);
        wire["ordinal"] = json!(file.parent.map_or(0, |(_, ordinal)| ordinal));
        if let Some(part) = kinds::part(inner, picture.kind, id, file) {
            wire[picture.kind] = part;
        }
        wire
    } else if picture.kind == "video" {
        let mut wire = fill(shape("file_video"), common);
        let part = json!({
            "id": id, "filename": file.name, "width": picture.width, "height": picture.height, "frame_count": picture.frame_count,
            "frame_rate": FRAME_RATE, "file_signed_url": url(inner, id, "full"), "preview_image_url_thumb": url(inner, id, "thumb"),
            "created_time": time::iso(file.created),
        });
        wire["video"] = fill(wire["video"].take(), part);
        wire["video_id"] = json!(id);
        wire
    } else {
        let mut wire = fill(shape("file_image"), common);
        let part = json!({
            "id": id, "original_filename": file.name, "width": picture.width, "height": picture.height,
            "url_signed": url(inner, id, "full"), "url_signed_thumb": url(inner, id, "thumb"),
        });
        wire["ordinal"] = json!(file.parent.map_or(0, |(_, ordinal)| ordinal));
        wire["image"] = fill(wire["image"].take(), part);
        wire
    })
}

pub(super) async fn view(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    early((|| {
        let body = object(&body)?;
        let inner = lock(&shared);
        let p = body["project_string_id"].as_str().unwrap_or_default();
        let (project, _) =
            auth::project(&inner, &headers, p, &["allow_if_project_is_public", "admin", "Editor", "Viewer"])?;
        let id = body["file_id"].as_i64().unwrap_or_default();
        let known = inner.world.files.get(&id).is_some_and(|file| file.project == project);
        let file =
            file(&inner, id).filter(|_| known).ok_or_else(|| crash("'NoneType' object has no attribute 'id'"))?;
        Ok(ok(&json!({"file": file, "label_dict": {}, "log": log(true)})))
    })())
}

pub(super) async fn signed(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) =
            auth::project(&inner, &headers, &p, &["allow_if_project_is_public", "admin", "Editor", "Viewer"])?;
        let id: i64 = id.parse().unwrap_or_default();
        if inner.world.files.get(&id).is_some_and(|file| file.project != project) {
            return Err(refuse(&[("file_id", "File does not belong to project")]));
        }
        let file = file(&inner, id).ok_or_else(|| crash("'NoneType' object has no attribute 'type'"))?;
        let kind = file["type"].as_str().unwrap_or_default().to_owned();
        let mut wire = json!({"type": kind});
        wire[kind.as_str()] = file[kind.as_str()].clone();
        // The one key of a picture's part that is not here (recorded `07-files/46`).
        if let Some(image) = wire.get_mut("image").and_then(Value::as_object_mut) {
            image.remove("bucket_name");
        }
        Ok(ok(&json!({"file": wire, "log": log(false)})))
    })())
}

#[derive(Debug, Deserialize)]
pub(super) struct Signature {
    #[serde(rename = "Signature", default)]
    signature: String,
    #[serde(rename = "Expires", default)]
    expires: i64,
}

/// The storage: another server in a real install. Refuses bad and old signatures, and serves ranges.
pub(super) async fn storage(
    State(shared): State<Shared>,
    Path(blob): Path<String>,
    Query(query): Query<Signature>,
    headers: HeaderMap,
) -> Response {
    let inner = lock(&shared);
    let mut parts = blob.rsplit('/');
    let which = parts.next().unwrap_or_default();
    let id: i64 = parts.next().and_then(|id| id.parse().ok()).unwrap_or_default();
    let good = query.signature == auth::tag_of(&inner, &format!("{id}/{which}/{}", query.expires));
    if !good || query.expires < jiff::Timestamp::now().as_second() {
        let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
        return (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/xml")], body).into_response();
    }
    let Some(picture) = inner.world.files.get(&id).and_then(|file| inner.world.pictures.get(file.picture)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let bytes = match which {
        "thumb" => Bytes::from(picture.thumb.clone()),
        "tokens" => Bytes::from(kinds::tokens(picture.full)),
        _ => Bytes::from_static(picture.full),
    };
    let kind = match (which, picture.kind) {
        ("full", "video") => "video/mp4",
        ("full", "text") => "text/plain",
        ("full", "audio") => "audio/wav",
        ("tokens", _) => "application/json",
        _ => "image/jpeg",
    };
    let tag = format!("\"{id}-{which}-{}\"", bytes.len());
    drop(inner);
    ranged(&bytes, kind, &tag, &headers)
}

fn ranged(bytes: &Bytes, kind: &'static str, tag: &str, headers: &HeaderMap) -> Response {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let base = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::ETAG, tag.to_owned()),
        (header::ACCEPT_RANGES, "bytes".into()),
    ];
    if text(header::IF_NONE_MATCH).as_deref() == Some(tag) {
        return (StatusCode::NOT_MODIFIED, base).into_response();
    }
    let len = bytes.len();
    let Some(range) = text(header::RANGE).and_then(|range| range.strip_prefix("bytes=").map(str::to_owned)) else {
        return (base, bytes.clone()).into_response();
    };
    let (from, to) = range.split_once('-').unwrap_or_default();
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, (to + 1).min(len)),
        (Ok(from), Err(_)) => (from, len),
        (Err(_), Ok(last)) => (len.saturating_sub(last), len),
        (Err(_), Err(_)) => return (base, bytes.clone()).into_response(),
    };
    if from >= to || from >= len {
        return (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{len}"))])
            .into_response();
    }
    (
        StatusCode::PARTIAL_CONTENT,
        base,
        [(header::CONTENT_RANGE, format!("bytes {from}-{}/{len}", to - 1))],
        bytes.slice(from..to),
    )
        .into_response()
}
