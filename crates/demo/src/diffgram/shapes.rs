//! Answers in the recorded shape: every key of the recording is there (`templates/shapes.json`).

use std::sync::LazyLock;

use serde_json::{Value, json};

static SHAPES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../templates/shapes.json")).unwrap_or_default());

/// A recorded object, to be filled with other values.
pub(super) fn shape(name: &str) -> Value {
    SHAPES.get(name).cloned().unwrap_or_else(|| json!({}))
}

/// Lays values over a shape. Keys that the recording does not have are a fault of the stand-in.
pub(super) fn fill(mut shape: Value, values: Value) -> Value {
    if let (Value::Object(shape), Value::Object(values)) = (&mut shape, values) {
        for (key, value) in values {
            debug_assert!(shape.contains_key(&key), "no recording has {key}");
            shape.insert(key, value);
        }
    }
    shape
}

/// Times as Diffgram writes them (`diffgram-api.md`, conventions).
pub(super) mod time {
    use jiff::Timestamp;

    pub(crate) fn iso(at: Timestamp) -> String {
        at.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()
    }

    pub(crate) fn str_(at: Option<Timestamp>) -> String {
        at.map_or_else(|| "None".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%S%.6f").to_string())
    }

    pub(crate) fn ser(at: Timestamp) -> String {
        at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    pub(crate) fn http(at: Timestamp) -> String {
        at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}
