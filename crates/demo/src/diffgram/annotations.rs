//! Instances: sixty keys each, as recorded.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Inner, Shared, answer, auth, crash,
    data::{Boxes, Drawn, File},
    files::file,
    lock, object, ok,
    project::{early, label_file},
    refuse,
    shapes::{fill, shape},
};

/// `root` is the id it had first.
fn instance(inner: &Inner, file: i64, (id, root): (i64, i64), drawn: &Drawn, deleted: bool) -> Value {
    let rect = drawn.rect;
    fill(
        shape("instance"),
        json!({
            "id": id, "root_id": root, "file_id": file, "label_file_id": drawn.label, "label_file": label_file(inner, drawn.label),
            "x_min": rect.x_min, "y_min": rect.y_min, "x_max": rect.x_max, "y_max": rect.y_max,
            "width": rect.x_max - rect.x_min, "height": rect.y_max - rect.y_min,
            "model_id": drawn.prediction.map(|(run, _)| run), "model_run_id": drawn.prediction.map(|(run, _)| run),
            "score": drawn.prediction.map(|(_, score)| score), "machine_made": drawn.prediction.is_some(),
            "number": drawn.number, "soft_delete": deleted,
        }),
    )
}

/// An instance that says more, or less, than a box.
fn marked(inner: &Inner, file: i64, id: i64, mark: &Value) -> Value {
    let label = mark["label_file_id"].as_i64().map_or(Value::Null, |label| label_file(inner, label));
    let common =
        json!({"id": id, "root_id": id, "file_id": file, "label_file": label, "soft_delete": false, "number": null});
    fill(fill(shape("instance"), common), mark.clone())
}

/// What was answered on the first thing on customers' portraits, on which nobody has a task.
fn answers(id: i64, file: &File) -> Option<Value> {
    let is_portrait = ["north-", "south-"].iter().any(|customer| file.name.starts_with(customer));
    is_portrait.then(|| {
        let hidden =
            [(1, "none of it"), (2, "a little"), (3, "about half")][usize::try_from(id % 3).unwrap_or_default()];
        let cut_off = [(9, "yes"), (10, "no")][usize::try_from(id % 2).unwrap_or_default()];
        json!({
            "1": {"id": hidden.0, "name": hidden.1}, "3": {"id": cut_off.0, "name": cut_off.1},
            "4": format!("Looks at number {}", id % 5), "5": (id % 10) * 10,
        })
    })
}

/// The id of a file's first instance. Ids of files with many do not run into those of the next ones.
fn first_id(id: i64, file: &File) -> i64 {
    match file.boxes {
        Boxes::Spread(_) => 1_900_000_000,
        _ => id * 1000,
    }
}

pub(super) async fn of_file(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) =
            auth::project(&inner, &headers, &p, &["allow_if_project_is_public", "admin", "Editor", "Viewer"])?;
        object(&body)?;
        let id: i64 = id.parse().unwrap_or_default();
        let known = inner.world.files.get(&id).filter(|file| file.project == project);
        let (Some(entry), Some(mut wire)) = (known, file(&inner, id)) else {
            let body = json!({"message": " File not in valid project directory.", "success": false});
            return Err(answer(StatusCode::BAD_REQUEST, &body));
        };
        // Videos have none here: their frames are other files (`sync-evidence.md` §5).
        let drawn = inner.world.boxes_of(id, entry);
        let first = first_id(id, entry);
        let list: Vec<Value> = drawn
            .iter()
            .enumerate()
            .map(|(n, drawn)| {
                let root = first + n as i64;
                let mut one = instance(&inner, id, (inner.world.last_edit(root), root), drawn, false);
                if n == 0
                    && let Some(answers) = answers(id, entry)
                {
                    one["attribute_groups"] = answers;
                }
                one
            })
            .collect();
        let marks = entry.marks.iter().enumerate().map(|(n, mark)| marked(&inner, id, first + 500 + n as i64, mark));
        let list: Vec<Value> = list.into_iter().chain(marks).collect();
        wire["instance_list"] = json!(list);
        Ok(ok(&json!({"file_serialized": wire, "success": true})))
    })())
}

pub(super) async fn of_frames(
    State(shared): State<Shared>,
    Path((p, id, a, b)): Path<(String, String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) =
            auth::project(&inner, &headers, &p, &["allow_if_project_is_public", "admin", "Editor", "Viewer"])?;
        object(&body)?;
        let id: i64 = id.parse().unwrap_or_default();
        let Some(entry) = inner.world.files.get(&id).filter(|file| file.project == project) else {
            return Err(answer(StatusCode::BAD_REQUEST, &json!({"success": true})));
        };
        let (a, b): (u32, u32) = (a.parse().unwrap_or_default(), b.parse().unwrap_or_default());
        let frames = &inner.world.pictures[entry.picture].frames;
        // It really starts one frame earlier, and every frame has a key (§6.3).
        let first = a.saturating_sub(1);
        let mut buffer = serde_json::Map::new();
        for frame in first..b.min(first.saturating_add(1000)) {
            let mut list: Vec<Value> = Vec::new();
            for (n, drawn) in frames.get(&frame).into_iter().flatten().enumerate() {
                let instance_id = id * 100_000 + i64::from(frame) * 10 + n as i64;
                let mut one = instance(&inner, id, (instance_id, instance_id), drawn, false);
                // On the first frame somebody said how sharp the first thing is.
                if frame == 0 && n == 0 {
                    one["attribute_groups"] = json!({"5": 40});
                }
                list.push(one);
                // A deleted one stays in the buffer with a new id (`sync-evidence.md` §5).
                if n == 0 && frame.is_multiple_of(10) {
                    list.push(instance(&inner, id, (instance_id + 5, instance_id + 5), drawn, true));
                }
            }
            buffer.insert(frame.to_string(), json!(list));
        }
        Ok(ok(&json!({"instance_buffer_dict": buffer, "success": true})))
    })())
}

/// All versions of an annotation of a picture, by any of its ids.
pub(super) async fn history(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, i64)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, &["admin", "Editor", "Viewer"])?;
        object(&body)?;
        let versions = inner.world.versions(id);
        let Some(root) = versions.first().copied() else {
            return Err(crash("'NoneType' object has no attribute 'project_id'"));
        };
        let file = root / 1000;
        let Some(entry) = inner.world.files.get(&file).filter(|entry| entry.project == project) else {
            return Err(refuse(&[("project_missmatch", "Instance does not belong to the project.")]));
        };
        let drawn = inner.world.boxes_of(file, entry);
        let drawn = usize::try_from(root % 1000).ok().and_then(|n| drawn.get(n));
        let last = versions.last().copied();
        let list: Vec<Value> = versions
            .iter()
            .filter_map(|id| {
                let mut wire = instance(&inner, file, (*id, root), drawn?, Some(*id) != last);
                // In lists only.
                wire.as_object_mut()?.remove("label_file");
                Some(wire)
            })
            .collect();
        Ok(ok(&json!({"instance_history": list})))
    })())
}
