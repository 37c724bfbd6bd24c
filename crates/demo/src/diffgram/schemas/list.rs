//! The list of schemas, and the labels of one.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

use super::{READERS, table};
use crate::diffgram::{
    Inner, Shared, answer, auth, database_error, lock, ok,
    project::{ALL_ROLES, colour_map, early, label_file},
    shapes::{fill, shape, time},
};

pub(super) fn serialize(inner: &Inner, schema: &table::Schema) -> Value {
    fill(
        shape("schema"),
        json!({
            "id": schema.id, "name": schema.name, "is_default": schema.is_default, "archived": schema.archived,
            "project_id": inner.project_number(schema.project), "member_created_id": 101,
            "member_updated_id": schema.updated.map(|_| 101), "time_created": time::ser(inner.world.started),
            "time_updated": schema.updated.map(time::ser),
        }),
    )
}

pub(super) async fn schemas(State(shared): State<Shared>, Path(p): Path<String>, headers: HeaderMap) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, READERS)?;
        let own = inner.world.schemas.schemas.iter().filter(|schema| schema.project == project && !schema.archived);
        Ok(ok(&own.map(|schema| serialize(&inner, schema)).collect()))
    })())
}

#[derive(Debug, serde::Deserialize)]
pub(in crate::diffgram) struct SchemaQuery {
    schema_id: Option<String>,
}

/// Labels of a schema, of the default one without, with its attributes: what an annotation page loads.
pub(in crate::diffgram) async fn labels(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    Query(query): Query<SchemaQuery>,
    headers: HeaderMap,
) -> Response {
    early((|| {
        let inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, ALL_ROLES)?;
        let wanted = match query.schema_id.as_deref().map(str::parse::<i64>) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return Err(database_error()),
        };
        let own = |schema: &&table::Schema| {
            schema.project == project && wanted.map_or(schema.is_default, |id| schema.id == id)
        };
        let Some(schema) = inner.world.schemas.schemas.iter().find(own) else {
            let error = json!({"error": {"project": "Schema does not exist or does not belong to this project"}, "info": {}, "success": false});
            return Err(answer(StatusCode::BAD_REQUEST, &error));
        };
        let labels: Vec<Value> = schema.labels.iter().map(|id| label_file(&inner, *id)).collect();
        let groups = || inner.world.schemas.groups.iter().filter(|group| group.schema == schema.id && !group.archived);
        let global = |kind: &str| -> Vec<Value> {
            groups()
                .filter(|group| group.columns["is_global"] == true && group.columns["global_type"] == kind)
                .map(|group| table::with_options(&inner, group))
                .collect()
        };
        let mut log = shape("labels_envelope")["log"].take();
        log["info"]["schema"] = serialize(&inner, schema);
        Ok(ok(&fill(
            shape("labels_envelope"),
            json!({
                "labels_out": labels, "label_file_colour_map": colour_map(&inner), "log": log,
                "attribute_groups": groups().map(|group| table::with_labels(&inner, group)).collect::<Vec<_>>(),
                "global_attribute_groups_list": global("file"),
                "global_attribute_groups_list_compound": global("compound_file"),
            }),
        )))
    })())
}
