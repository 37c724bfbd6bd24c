//! Whether two answers have the same keys and types.

use reqwest::StatusCode;
use serde_json::{Map, Value};

/// Objects whose keys are ids: their values are compared like the rows of a list.
const KEYED: [&str; 3] = ["label_file_colour_map", "instance_buffer_dict", "permissions_projects"];

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) kind: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn differences(&self, recorded: &Value) -> Vec<String> {
        let mut found = Vec::new();
        let mut differ = |what: &str, real: String, ours: String| {
            if real != ours {
                found.push(format!("{what}: real {real}, stand-in {ours}"));
            }
        };
        differ("status", recorded["status"].to_string(), self.status.as_u16().to_string());
        let kind = recorded["headers"]["content-type"].as_str().unwrap_or_default();
        differ("media type", kind.split(';').next().unwrap_or_default().to_owned(), self.kind.clone());
        match &recorded["body"] {
            Value::String(text) if kind == "application/json" => differ("text", text.clone(), self.body.clone()),
            // Pages are not recorded.
            Value::String(_) => {}
            body => match serde_json::from_str(&self.body) {
                Ok(ours) => compare("", body, &ours, &mut found),
                Err(_) => found.push(format!("no JSON: {}", self.body)),
            },
        }
        found
    }
}

pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Keys and types, recursively. Null matches anything; of lists, the first members. Refusals are compared word by word.
pub(crate) fn compare(place: &str, real: &Value, ours: &Value, found: &mut Vec<String>) {
    match (real, ours) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(real), Value::Object(ours)) if KEYED.iter().any(|keyed| place.ends_with(keyed)) => {
            if let (Some(real), Some(ours)) = (fullest(real), fullest(ours)) {
                compare(&format!("{place}.*"), real, ours, found);
            }
        }
        (Value::Object(real), Value::Object(ours)) => {
            for (key, value) in real {
                match ours.get(key) {
                    Some(ours) => compare(&format!("{place}.{key}"), value, ours, found),
                    None => found.push(format!("{place}.{key} is missing")),
                }
            }
            found.extend(ours.keys().filter(|key| !real.contains_key(*key)).map(|key| format!("{place}.{key} is new")));
        }
        (Value::Array(real), Value::Array(ours)) => {
            if let (Some(real), Some(ours)) = (real.first(), ours.first()) {
                compare(&format!("{place}[0]"), real, ours, found);
            }
        }
        (Value::String(real), Value::String(ours)) if is_reason(place) && real != ours => {
            found.push(format!("{place}: real {real:?}, stand-in {ours:?}"));
        }
        _ if kind(real) != kind(ours) => {
            found.push(format!("{place}: real {}, stand-in {}", kind(real), kind(ours)));
        }
        _ => {}
    }
}

/// Where a refusal says why.
pub(crate) fn is_reason(place: &str) -> bool {
    place.starts_with(".log.error.") || place == ".error" || place == ".message"
}

/// Of an object whose keys are ids: the first value that has something in it.
pub(crate) fn fullest(map: &Map<String, Value>) -> Option<&Value> {
    map.values().find(|value| value.as_array().is_none_or(|list| !list.is_empty())).or_else(|| map.values().next())
}
