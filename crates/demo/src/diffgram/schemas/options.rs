//! Options of attributes, one a call: made, changed, archived (`attribute.py`). The same name twice is allowed, anywhere.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Kind, WRITERS, required,
    table::{self, Choice},
};
use crate::diffgram::{Shared, auth, crash, database_error, lock, log, object, ok, project::early, refuse};

pub(super) async fn write(
    State(shared): State<Shared>,
    Path(p): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    early((|| {
        let mut inner = lock(&shared);
        let (project, _) = auth::project(&inner, &headers, &p, WRITERS)?;
        let body = object(&body)?;
        required(&body, &[("attribute", Kind::Any), ("mode", Kind::Text)])?;
        let (mode, wanted) = (body["mode"].as_str().unwrap_or_default(), &body["attribute"]);
        if !wanted.is_object() {
            return Err(crash("'str' object has no attribute 'get'"));
        }
        if wanted["group_id"].is_null() {
            return Err(refuse(&[("group_id", "Invalid group_id (None provided.)")]));
        }
        let schemas = &mut inner.world.schemas;
        let group = wanted["group_id"].as_i64().unwrap_or_default();
        if !schemas.groups.iter().any(|known| known.id == group && known.project == project) {
            return Err(refuse(&[("group", "Invalid group (Does not match project or bad id).")]));
        }
        let id = wanted["id"].as_i64();
        // Only looked up within the project: the option may be of another attribute.
        let known = |choice: &Choice| Some(choice.id) == id && choice.project == project;
        if matches!(mode, "UPDATE" | "ARCHIVE") && !schemas.choices.iter().any(known) {
            return Err(refuse(&[("attribute", "No attribute found")]));
        }
        let row = if mode == "ARCHIVE" {
            schemas.change_choice(project, id.unwrap_or_default(), |choice| choice.archived = true)
        } else {
            required(wanted, &[("name", Kind::Text)])?;
            let name = wanted["name"].as_str().unwrap_or_default().to_owned();
            if name.contains('\0') {
                return Err(crash("A string literal cannot contain NUL (0x00) characters."));
            }
            // Left out means none, also when it had one.
            let parent = match &wanted["parent_id"] {
                Value::Null => None,
                value => match value.as_i64() {
                    Some(id) if schemas.choices.iter().any(|choice| choice.id == id) => Some(id),
                    _ => return Err(database_error()),
                },
            };
            match mode {
                "NEW" => {
                    let row = Choice { id: schemas.next_choice(), project, group, name, parent, archived: false };
                    schemas.choices.push(row.clone());
                    Some(row)
                }
                "UPDATE" => schemas.change_choice(project, id.unwrap_or_default(), |choice| {
                    (choice.name, choice.parent) = (name, parent);
                }),
                _ => None,
            }
        };
        let Some(row) = row else { return Err(crash("'NoneType' object has no attribute 'name'")) };
        Ok(ok(&json!({"attribute_template": table::option(&row), "log": log(true)})))
    })())
}
