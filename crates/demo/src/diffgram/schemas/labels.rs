//! Labels: made (`labels.py`), the same name as often as it is asked for (recorded `05-labels/08`).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::{Value, json};

use super::{Kind, WRITERS, required};
use crate::diffgram::{
    Shared, auth, crash, lock, log, object, ok,
    project::{early, label_file},
};

/// What Diffgram takes where no colour is given (`labels.py`, `default_color`).
fn default_colour() -> Value {
    json!({
        "a": 1, "hex": "#00FF80", "hsl": {"a": 1, "h": 150, "l": 0.5, "s": 1}, "hsv": {"a": 1, "h": 150, "s": 1, "v": 1},
        "oldHue": 150, "rgba": {"a": 1, "b": 128, "g": 255, "r": 0}, "source": "hsva",
    })
}

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
        let wanted = body["schema_id"].as_i64().filter(|id| *id != 0);
        let world = &mut inner.world;
        let own = |schema: &&mut super::table::Schema| {
            schema.project == project && wanted.map_or(schema.is_default, |id| schema.id == id)
        };
        let Some(schema) = world.schemas.schemas.iter_mut().find(own) else { return Err(crash("schema Required")) };
        let colour = if body["colour"].is_null() { default_colour() } else { body["colour"].clone() };
        let id = 900 + i64::try_from(world.labels.len()).unwrap_or(0);
        schema.labels.push(id);
        world.labels.push((id, name, colour["hex"].as_str().unwrap_or_default().to_owned()));
        world.schemas.colours.insert(id, colour);
        Ok(ok(&json!({"label": label_file(&inner, id), "log": log(true)})))
    })())
}
