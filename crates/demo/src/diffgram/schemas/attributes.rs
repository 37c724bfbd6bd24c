//! Attributes: listed, and replaced whole (`attribute_template_list.py`, `attribute_template_group_update.py`).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{
    Kind, READERS, WRITERS, required,
    table::{self, COLUMNS, Group},
};
use crate::diffgram::{Shared, auth, crash, database_error, lock, log, object, ok, project::early, refuse};

pub(super) async fn list(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, READERS)?;
        let body = object(&body)?;
        if body["mode"] != "from_project" {
            return Err(refuse(&[("mode", "Invalid mode")]));
        }
        let schema = body["schema_id"].as_i64().filter(|id| *id != 0);
        let schemas = &inner.world.schemas;
        if schema.is_some_and(|id| !schemas.schemas.iter().any(|s| s.id == id && s.project == project)) {
            return Err(crash("'NoneType' object has no attribute 'get_attribute_groups'"));
        }
        let listed = |group: &&Group| {
            group.project == project
                && !group.archived
                && schema.is_none_or(|id| group.schema == id)
                && body["group_id"].as_i64().is_none_or(|id| group.id == id)
                && body["group_id_list"].as_array().is_none_or(|ids| ids.contains(&json!(group.id)))
        };
        let serialize = if body["with_labels"] == true { table::with_labels } else { table::with_options };
        let groups: Vec<Value> = schemas.groups.iter().filter(listed).map(|group| serialize(&inner, group)).collect();
        Ok(ok(&json!({"attribute_group_list": groups, "log": log(true)})))
    })())
}

/// An empty one (`attribute_template_group.py`). The limit comes first: who may not, or asks wrongly, is counted too.
pub(super) async fn new(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let mut inner = lock(&shared);
        inner.new_attributes.take(&headers)?;
        let (project, _) = auth::project(&inner, &headers, &p, WRITERS)?;
        let body = object(&body)?;
        let wanted = body["schema_id"].as_i64().filter(|id| *id != 0);
        let schemas = &mut inner.world.schemas;
        let own = |schema: &&table::Schema| {
            schema.project == project && wanted.map_or(schema.is_default, |id| schema.id == id)
        };
        let Some(schema) = schemas.schemas.iter().find(own).map(|schema| schema.id) else {
            return Err(refuse(&[("schema_id", "Schema error. Does Schema belong to project?")]));
        };
        let made = table::group(schemas.new_group(project, schema));
        Ok(ok(&json!({"attribute_template_group": made, "log": log(true)})))
    })())
}

pub(super) async fn update(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let mut inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, WRITERS)?;
        let body = object(&body)?;
        required(&body, &[("group_id", Kind::Number), ("mode", Kind::Text), ("global_type", Kind::Text)])?;
        let id = body["group_id"].as_i64().unwrap_or_default();
        // Any label of the install: Diffgram looks for no more than its project.
        let labels: Vec<i64> = inner.world.labels.iter().map(|(id, ..)| *id).collect();
        let schemas = &mut inner.world.schemas;
        let Some(group) = schemas.groups.iter_mut().find(|group| group.id == id && group.project == project) else {
            return Err(refuse(&[("group", "No group found")]));
        };
        let mut log = log(true);
        let answer = match body["mode"].as_str() {
            Some("ARCHIVE") => {
                group.archived = true;
                group.labels.clear();
                table::group(group)
            }
            Some("UPDATE") => {
                attach(group, &body["label_file_list"], &labels)?;
                let columns = columns(&body)?;
                log["info"]["update"] = json!("Success");
                // Serialised before it is written: the new values with the old time (recorded `06-attributes/34`, `35`).
                let answer = table::group(&Group { columns: columns.clone(), ..group.clone() });
                schemas.change_group(id, columns);
                answer
            }
            _ => return Err(crash("'NoneType' object is not subscriptable")),
        };
        Ok(ok(&json!({"group": answer, "log": log})))
    })())
}

/// `null` leaves the labels as they are; a list replaces them.
fn attach(group: &mut Group, wanted: &Value, known: &[i64]) -> Result<(), Response> {
    let Some(wanted) = wanted.as_array() else { return Ok(()) };
    let mut attached = Vec::new();
    for label in wanted {
        let id = label["id"].as_i64().unwrap_or_default();
        if !known.contains(&id) {
            return Err(refuse(&[("label_file_id", &format!("Invalid{id}"))]));
        }
        attached.push(id);
    }
    group.labels = attached;
    Ok(())
}

/// The columns of the request: what is left out is null, but for the two that have a default.
fn columns(body: &Value) -> Result<Map<String, Value>, Response> {
    let mut columns = Map::new();
    for name in COLUMNS {
        let value = match (&body[name], name) {
            (Value::Null, "ordinal") => json!(0),
            (Value::Null, "is_read_only") => json!(false),
            (Value::Null, _) => Value::Null,
            // PostgreSQL's INTEGER has four bytes.
            (value, "default_id" | "min_value" | "max_value" | "ordinal") => {
                match value.as_i64().and_then(|number| i32::try_from(number).ok()) {
                    Some(number) => json!(number),
                    None => return Err(database_error()),
                }
            }
            (Value::Bool(yes), "is_global" | "is_read_only") => json!(yes),
            (Value::String(text), "name" | "prompt" | "kind" | "default_value" | "global_type") => {
                if text.contains('\0') {
                    return Err(crash("A string literal cannot contain NUL (0x00) characters."));
                }
                json!(text)
            }
            _ => return Err(database_error()),
        };
        columns.insert(name.to_owned(), value);
    }
    Ok(columns)
}
