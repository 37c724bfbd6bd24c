//! Attributes: read truly, and written without losing what is not ours to change.

use std::collections::HashSet;

use portal_model::{
    attribute::{Attribute, AttributeKind, AttributeOption, AttributeScope},
    id::{AttributeId, LabelId, OptionId, SchemaId},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{options::WireOption, order::parents_first};
use crate::{
    Error, ProjectClient,
    transport::Call,
    wire::{Tolerant, text},
};

/// What `group/update` replaces: all of these, each time; one left out is emptied (`diffgram-api.md` §7.3).
const REPLACED: [&str; 11] = [
    "name",
    "prompt",
    "kind",
    "default_value",
    "default_id",
    "min_value",
    "max_value",
    "is_global",
    "global_type",
    "is_read_only",
    "ordinal",
];

/// An attribute as it was read: the clean one, and all that Diffgram holds of it but its
/// options, so that writing loses nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeState {
    /// What it means.
    pub attribute: Attribute,
    /// Diffgram's object but for its options.
    raw: Map<String, Value>,
}

/// The attributes of a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributes {
    /// By their place.
    pub list: Vec<AttributeState>,
    /// How many there are besides whose shape makes no sense.
    pub unreadable: u32,
}

/// An attribute without its options: what one call writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeFields {
    /// `prompt`.
    pub question: String,
    /// `name`.
    pub name: String,
    /// `kind`.
    pub kind: AttributeKind,
    /// `is_global` and `global_type`.
    pub scope: AttributeScope,
    /// `label_file_list`.
    pub labels: Vec<LabelId>,
    /// `ordinal`.
    pub position: i64,
    /// `min_value`.
    pub min: Option<i64>,
    /// `max_value`.
    pub max: Option<i64>,
    /// `default_value`.
    pub default_value: Option<String>,
    /// `default_id`.
    pub default_option: Option<OptionId>,
    /// `is_read_only`.
    pub read_only: bool,
}

impl From<&Attribute> for AttributeFields {
    fn from(attribute: &Attribute) -> Self {
        Self {
            question: attribute.question.clone(),
            name: attribute.name.clone(),
            kind: attribute.kind.clone(),
            scope: attribute.scope,
            labels: attribute.labels.clone(),
            position: attribute.position,
            min: attribute.min,
            max: attribute.max,
            default_value: attribute.default_value.clone(),
            default_option: attribute.default_option,
            read_only: attribute.read_only,
        }
    }
}

impl AttributeState {
    /// All that is known of it, as one text: two readings are of the same state if and only if these are equal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let fields: Vec<Option<&Value>> = REPLACED.iter().map(|key| self.raw.get(*key)).collect();
        let Attribute { labels, options, .. } = &self.attribute;
        let mut labels = labels.clone();
        labels.sort();
        json!([fields, labels, options]).to_string()
    }

    /// What no edit of this client changes, as one text: kind, place, scope and labels.
    #[must_use]
    pub fn kept(&self) -> String {
        let Attribute { kind, scope, position, labels, .. } = &self.attribute;
        let mut labels = labels.clone();
        labels.sort();
        json!([kind, scope, position, labels, self.raw.get("is_global")]).to_string()
    }

    /// The body that replaces the attribute. What is to stay as it means now is written as it was read, to the byte: a question
    /// that Diffgram holds as null stays null, a word that this version does not know stays that word.
    fn replaced(&self, fields: &AttributeFields) -> Value {
        let now = &self.attribute;
        let mut body: Map<String, Value> = REPLACED
            .iter()
            .map(|key| ((*key).to_owned(), self.raw.get(*key).cloned().unwrap_or(Value::Null)))
            .collect();
        // Required, also where Diffgram itself holds none.
        if !body["global_type"].is_string() {
            body.insert("global_type".into(), json!("file"));
        }
        let mut write = |differs: bool, key: &str, value: Value| {
            if differs {
                body.insert(key.to_owned(), value);
            }
        };
        write(fields.question != now.question, "prompt", json!(fields.question));
        write(fields.name != now.name, "name", json!(fields.name));
        write(fields.kind != now.kind, "kind", json!(fields.kind));
        write(fields.min != now.min, "min_value", json!(fields.min));
        write(fields.max != now.max, "max_value", json!(fields.max));
        write(fields.default_value != now.default_value, "default_value", json!(fields.default_value));
        write(fields.default_option != now.default_option, "default_id", json!(fields.default_option));
        write(fields.read_only != now.read_only, "is_read_only", json!(fields.read_only));
        write(fields.position != now.position, "ordinal", json!(fields.position));
        let moves = fields.scope != now.scope;
        write(moves, "is_global", json!(fields.scope != AttributeScope::Labels));
        let global = if fields.scope == AttributeScope::CompoundFile { "compound_file" } else { "file" };
        write(moves, "global_type", json!(global));
        // Left out, they stay as they are; an empty list takes all of them off.
        let set = |labels: &[LabelId]| labels.iter().copied().collect::<HashSet<_>>();
        let labels: Vec<Value> = fields.labels.iter().map(|id| json!({"id": id})).collect();
        write(set(&fields.labels) != set(&now.labels), "label_file_list", Value::Array(labels));
        write(true, "group_id", json!(now.id));
        write(true, "mode", json!("UPDATE"));
        Value::Object(body)
    }
}

impl<'de> Deserialize<'de> for AttributeState {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut raw = Map::deserialize(deserializer)?;
        // There may be fifty thousand, and each is written by itself: no copy of them is kept.
        let options = raw.remove("attribute_template_list").unwrap_or_default();
        let wire: WireGroup = serde_json::from_value(Value::Object(raw.clone())).map_err(serde::de::Error::custom)?;
        Ok(Self { attribute: wire.attribute(options), raw })
    }
}

/// `diffgram-api.md` §7.3.
#[derive(Deserialize)]
struct WireGroup {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    prompt: String,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "text")]
    kind: String,
    #[serde(default)]
    is_global: Value,
    #[serde(default, deserialize_with = "text")]
    global_type: String,
    #[serde(default)]
    label_file_list: Value,
    #[serde(default)]
    min_value: Value,
    #[serde(default)]
    max_value: Value,
    #[serde(default)]
    default_value: Value,
    #[serde(default)]
    default_id: Value,
    #[serde(default)]
    is_read_only: Value,
    #[serde(default)]
    ordinal: Value,
}

impl WireGroup {
    fn attribute(self, options: Value) -> Attribute {
        let list = |value: Value| if let Value::Array(list) = value { list } else { Vec::new() };
        let options = list(options)
            .into_iter()
            .filter_map(|option| serde_json::from_value::<WireOption>(option).ok())
            .map(WireOption::option);
        // Diffgram orders them in no way: a changed one may come last.
        let mut options: Vec<AttributeOption> = options.collect();
        options.sort_by_key(|option| option.id);
        let scope = match (self.is_global == Value::Bool(true), self.global_type.as_str()) {
            (false, _) => AttributeScope::Labels,
            (true, "compound_file") => AttributeScope::CompoundFile,
            (true, _) => AttributeScope::File,
        };
        Attribute {
            id: AttributeId(self.id),
            question: self.prompt,
            name: self.name,
            kind: AttributeKind::from(self.kind),
            scope,
            labels: list(self.label_file_list).iter().filter_map(|file| file["id"].as_i64()).map(LabelId).collect(),
            min: self.min_value.as_i64(),
            max: self.max_value.as_i64(),
            default_value: self.default_value.as_str().map(str::to_owned),
            default_option: self.default_id.as_i64().map(OptionId),
            read_only: self.is_read_only == Value::Bool(true),
            position: self.ordinal.as_i64().unwrap_or(0),
            options: parents_first(options),
        }
    }
}

impl ProjectClient {
    /// `POST /api/v1/project/{p}/attribute/template/list`: attributes of a schema that are not archived, by their place
    /// (`diffgram-api.md` §7.3). Archived options are not in the answer.
    ///
    /// # Errors
    /// Any [`Error`]; a schema of another project is [`Error::Server`].
    pub async fn attributes(&self, schema: SchemaId) -> Result<Attributes, Error> {
        self.listed(json!({"schema_id": schema})).await
    }

    /// The same for one attribute of the project, whatever its schema (`attribute_template_list.py:41`). `None` when it is
    /// archived, unknown, or of another project.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn attribute(&self, id: AttributeId) -> Result<Option<AttributeState>, Error> {
        let Attributes { list, unreadable } = self.listed(json!({"group_id": id})).await?;
        if unreadable > 0 {
            let source = serde::de::Error::custom("an attribute that cannot be read");
            return Err(Error::Shape { what: "attribute", source });
        }
        Ok(list.into_iter().find(|state| state.attribute.id == id))
    }

    async fn listed(&self, mut filter: Value) -> Result<Attributes, Error> {
        #[derive(Deserialize)]
        struct Wire {
            attribute_group_list: Tolerant<AttributeState>,
        }
        let path = format!("/api/v1/project/{}/attribute/template/list", self.id);
        filter["mode"] = json!("from_project");
        filter["with_labels"] = json!(true);
        let wire: Wire = self.call(Call::read("attributes", path, filter)).await?;
        let Tolerant { good: mut list, unreadable } = wire.attribute_group_list;
        list.sort_by_key(|state| (state.attribute.position, state.attribute.id));
        Ok(Attributes { list, unreadable })
    }

    /// `POST /api/v1/project/{p}/attribute/group/new`: makes an attribute of a schema that asks nothing yet. Diffgram makes ten a
    /// day for one address, then it is [`Error::RateLimited`] (`diffgram-api.md` §7.3).
    ///
    /// # Errors
    /// Any [`Error`]; after a [`Error::Timeout`] it may have been made all the same.
    pub async fn new_attribute(&self, schema: SchemaId) -> Result<AttributeId, Error> {
        #[derive(Deserialize)]
        struct Wire {
            attribute_template_group: WireNew,
        }
        #[derive(Deserialize)]
        struct WireNew {
            id: i64,
        }
        let path = format!("/api/v1/project/{}/attribute/group/new", self.id);
        let wire: Wire = self.call(Call::write("new attribute", path, json!({"schema_id": schema}))).await?;
        Ok(AttributeId(wire.attribute_template_group.id))
    }

    /// `POST /api/v1/project/{p}/attribute/group/update`: writes the attribute whole (`diffgram-api.md` §7.3: what is left out is
    /// emptied). Its labels are sent only when they change.
    ///
    /// # Errors
    /// Any [`Error`]; after a [`Error::Timeout`] it may have been written all the same.
    pub async fn write_attribute(&self, state: &AttributeState, fields: &AttributeFields) -> Result<(), Error> {
        self.update("attribute update", state.replaced(fields)).await
    }

    /// The same call, mode ARCHIVE: for good. Its labels are taken off, answers stay.
    ///
    /// # Errors
    /// Any [`Error`]; after a [`Error::Timeout`] it may have been archived all the same.
    pub async fn archive_attribute(&self, id: AttributeId) -> Result<(), Error> {
        // The type is required and not looked at.
        self.update("attribute archive", json!({"group_id": id, "mode": "ARCHIVE", "global_type": "file"})).await
    }

    async fn update(&self, what: &'static str, body: Value) -> Result<(), Error> {
        let path = format!("/api/v1/project/{}/attribute/group/update", self.id);
        self.call::<Value>(Call::write(what, path, body)).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_edited_is_written_as_it_was_read() {
        let read = json!({
            "id": 7, "name": "n", "prompt": null, "kind": "geo", "is_global": null, "global_type": "compound_file",
            "is_read_only": false, "ordinal": 12, "default_value": null, "default_id": 3, "min_value": null,
            "max_value": 9, "attribute_template_list": [], "label_file_list": [{"id": 1}], "tomorrow": 1,
        });
        let state: AttributeState = serde_json::from_value(read).expect("read");
        let fields = AttributeFields { name: "m".into(), ..AttributeFields::from(&state.attribute) };
        assert_eq!(
            state.replaced(&fields),
            json!({
                "group_id": 7, "mode": "UPDATE", "name": "m", "prompt": null, "kind": "geo", "is_global": null,
                "global_type": "compound_file", "is_read_only": false, "ordinal": 12, "default_value": null,
                "default_id": 3, "min_value": null, "max_value": 9,
            })
        );
    }
    #[test]
    fn kind_scope_and_labels_are_written_when_they_change() {
        let read = json!({
            "id": 7, "name": null, "prompt": null, "kind": null, "is_global": false, "global_type": "file",
            "is_read_only": false, "ordinal": 99999, "default_value": null, "default_id": null, "min_value": null,
            "max_value": null, "attribute_template_list": [], "label_file_list": [{"id": 1}, {"id": 2}],
        });
        let state: AttributeState = serde_json::from_value(read).expect("read");
        let same = AttributeFields { labels: vec![LabelId(2), LabelId(1)], ..AttributeFields::from(&state.attribute) };
        let body = state.replaced(&same);
        assert_eq!((body.get("label_file_list"), &body["kind"], &body["name"]), (None, &Value::Null, &Value::Null));
        let wanted = AttributeFields {
            kind: AttributeKind::Tree,
            scope: AttributeScope::CompoundFile,
            labels: Vec::new(),
            position: 3,
            ..same
        };
        let body = state.replaced(&wanted);
        assert_eq!(body["label_file_list"], json!([]));
        assert_eq!(
            json!([body["kind"], body["is_global"], body["global_type"], body["ordinal"]]),
            json!(["tree", true, "compound_file", 3])
        );
    }
}
