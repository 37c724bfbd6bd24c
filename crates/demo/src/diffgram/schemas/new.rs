//! Schemas: made, and written, both fields each time (`label_schema_new.py`, `label_schema_update.py`).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use jiff::Timestamp;

use super::{Kind, WRITERS, list, required, table::Schema};
use crate::diffgram::{Shared, auth, lock, object, ok, project::early, refuse};

pub(super) async fn new(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let mut inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, WRITERS)?;
        let body = object(&body)?;
        required(&body, &[("name", Kind::Text)])?;
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        let all = &mut inner.world.schemas.schemas;
        // Of archived ones too.
        if all.iter().any(|schema| schema.project == project && schema.name == name) {
            return Err(refuse(&[("schema_exists", &format!("Label Schema \"{name}\" already exists."))]));
        }
        let id = all.iter().map(|schema| schema.id).max().unwrap_or(0) + 1;
        let schema =
            Schema { id, project, name, is_default: false, archived: false, labels: Vec::new(), updated: None };
        all.push(schema.clone());
        Ok(ok(&list::serialize(&inner, &schema)))
    })())
}

pub(super) async fn update(
    State(shared): State<Shared>,
    Path((p, id)): Path<(String, i64)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let mut inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, WRITERS)?;
        let body = object(&body)?;
        required(&body, &[("name", Kind::Text), ("archived", Kind::Flag)])?;
        let all = &mut inner.world.schemas.schemas;
        let Some(schema) = all.iter_mut().find(|schema| schema.id == id && schema.project == project) else {
            return Err(refuse(&[("project_id", "Schema Does not belong to given project.")]));
        };
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        // Nothing looks whether another has this name.
        (schema.name, schema.archived) = (name, body["archived"] == true);
        schema.updated = Some(Timestamp::now());
        let schema = schema.clone();
        Ok(ok(&list::serialize(&inner, &schema)))
    })())
}
