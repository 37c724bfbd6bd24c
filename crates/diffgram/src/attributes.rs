//! Schemas and their attributes: read truly, and written without losing what is not ours to change.

use std::collections::HashMap;

use portal_model::{
    attribute::{Attribute, AttributeKind, AttributeOption, AttributeScope},
    id::{AttributeId, LabelId, OptionId, SchemaId},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    Error, ProjectClient,
    transport::Call,
    types::Schema,
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

/// The fields of an attribute that can be edited; the others are written as they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeFields {
    /// `prompt`.
    pub question: String,
    /// `name`.
    pub name: String,
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

    /// The body that replaces the attribute: everything as it was read, but these fields.
    fn replaced(&self, fields: &AttributeFields) -> Value {
        let mut body: Map<String, Value> = REPLACED
            .iter()
            .map(|key| ((*key).to_owned(), self.raw.get(*key).cloned().unwrap_or(Value::Null)))
            .collect();
        // Required, also where Diffgram itself holds none.
        if !body["global_type"].is_string() {
            body.insert("global_type".into(), json!("file"));
        }
        let edited = json!({
            "prompt": fields.question, "name": fields.name, "min_value": fields.min, "max_value": fields.max,
            "default_value": fields.default_value, "default_id": fields.default_option,
            "is_read_only": fields.read_only, "group_id": self.attribute.id, "mode": "UPDATE",
        });
        if let Value::Object(edited) = edited {
            // A question that Diffgram holds as null reads as empty: it stays null.
            let kept = |key: &str, value: &Value| body.get(key) == Some(&Value::Null) && *value == json!("");
            let edited: Vec<_> = edited.into_iter().filter(|(key, value)| !kept(key, value)).collect();
            body.extend(edited);
        }
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

/// `diffgram-api.md` §7.4.
#[derive(Deserialize)]
struct WireOption {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: String,
    parent_id: Option<i64>,
    #[serde(default)]
    archived: Value,
}

impl WireOption {
    fn option(self) -> AttributeOption {
        AttributeOption {
            id: OptionId(self.id),
            name: self.name,
            parent: self.parent_id.map(OptionId),
            archived: self.archived == Value::Bool(true),
        }
    }
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

/// Parents before their children, else by id, which is by age. One whose parent is not there stands at the top, and of a circle
/// the oldest does (DAT-04); what Diffgram holds of them is not changed by that. Linear but for the sorting (DAT-03).
fn parents_first(mut options: Vec<AttributeOption>) -> Vec<AttributeOption> {
    let ids: Vec<OptionId> = options.iter().map(|option| option.id).collect();
    let place: HashMap<OptionId, usize> = ids.iter().copied().zip(0..).collect();
    let mut above: Vec<Option<usize>> =
        options.iter().map(|option| option.parent.and_then(|parent| place.get(&parent).copied())).collect();
    let mut depth: Vec<Option<usize>> = vec![None; ids.len()];
    let mut walk_of: Vec<Option<usize>> = vec![None; ids.len()];
    for start in 0..ids.len() {
        let mut walked = Vec::new();
        let mut at = start;
        let last = loop {
            if let Some(known) = depth[at] {
                break known + 1;
            }
            if walk_of[at] == Some(start) {
                // A circle: cut it above its oldest, and walk again.
                let circle = walked.iter().skip_while(|place| **place != at);
                if let Some(oldest) = circle.min_by_key(|place| ids[**place]) {
                    above[*oldest] = None;
                }
                for place in walked.drain(..) {
                    walk_of[place] = None;
                }
                at = start;
                continue;
            }
            walk_of[at] = Some(start);
            walked.push(at);
            match above[at] {
                Some(up) => at = up,
                None => break 0,
            }
        };
        for (below, place) in walked.iter().rev().enumerate() {
            depth[*place] = Some(last + below);
        }
    }
    for (option, above) in options.iter_mut().zip(&above) {
        option.parent = above.map(|place| ids[place]);
    }
    options.sort_by_key(|option| (place.get(&option.id).and_then(|place| depth[*place]), option.id));
    options
}

impl ProjectClient {
    /// `GET /api/v1/project/{p}/labels-schema`: schemas that are not archived (`diffgram-api.md` §7.1).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn schemas(&self) -> Result<Vec<Schema>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            id: i64,
            #[serde(default, deserialize_with = "text")]
            name: String,
            #[serde(default)]
            archived: Value,
            #[serde(default)]
            is_default: Value,
        }
        let path = format!("/api/v1/project/{}/labels-schema", self.id);
        let wire: Tolerant<Wire> = self.call(Call::get("schemas", path)).await?;
        let live = wire.good.into_iter().filter(|schema| schema.archived != Value::Bool(true));
        Ok(live
            .map(|schema| Schema {
                id: SchemaId(schema.id),
                name: schema.name,
                is_default: schema.is_default == Value::Bool(true),
            })
            .collect())
    }

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

    /// `POST /api/v1/project/{p}/attribute/group/update`: writes the attribute whole, as it was read but for these fields
    /// (`diffgram-api.md` §7.3: what is left out is emptied). Its labels are left as they are.
    ///
    /// # Errors
    /// Any [`Error`]; after a [`Error::Timeout`] it may have been written all the same.
    pub async fn write_attribute(&self, state: &AttributeState, fields: &AttributeFields) -> Result<(), Error> {
        let path = format!("/api/v1/project/{}/attribute/group/update", self.id);
        self.call::<Value>(Call::write("attribute update", path, state.replaced(fields))).await.map(drop)
    }

    /// `POST /api/v1/project/{p}/attribute`, mode NEW: makes an option (`diffgram-api.md` §7.4).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn add_option(
        &self,
        attribute: AttributeId,
        name: &str,
        parent: Option<OptionId>,
    ) -> Result<OptionId, Error> {
        #[derive(Deserialize)]
        struct Wire {
            attribute_template: WireOption,
        }
        let option = json!({"group_id": attribute, "name": name, "parent_id": parent});
        let wire: Wire = self.option("NEW", option).await?;
        Ok(OptionId(wire.attribute_template.id))
    }

    /// Mode UPDATE: names an option and says where it stands; both are always written, because a parent left out is lost.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn write_option(
        &self,
        attribute: AttributeId,
        id: OptionId,
        name: &str,
        parent: Option<OptionId>,
    ) -> Result<(), Error> {
        let option = json!({"group_id": attribute, "id": id, "name": name, "parent_id": parent});
        self.option::<Value>("UPDATE", option).await.map(drop)
    }

    /// Mode ARCHIVE: for good; answers that chose it keep it.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn archive_option(&self, attribute: AttributeId, id: OptionId) -> Result<(), Error> {
        self.option::<Value>("ARCHIVE", json!({"group_id": attribute, "id": id})).await.map(drop)
    }

    async fn option<T: serde::de::DeserializeOwned>(&self, mode: &str, option: Value) -> Result<T, Error> {
        let path = format!("/api/v1/project/{}/attribute", self.id);
        self.call(Call::write("attribute option", path, json!({"mode": mode, "attribute": option}))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(id: i64, parent: Option<i64>) -> AttributeOption {
        AttributeOption { id: OptionId(id), name: format!("o{id}"), parent: parent.map(OptionId), archived: false }
    }

    #[test]
    fn dat_04_parents_come_first_and_circles_end() {
        let ids = |options: Vec<AttributeOption>| {
            parents_first(options).iter().map(|o| (o.id.0, o.parent.map(|p| p.0))).collect::<Vec<_>>()
        };
        assert_eq!(
            ids(vec![option(3, Some(2)), option(2, Some(1)), option(1, None)]),
            [(1, None), (2, Some(1)), (3, Some(2))]
        );
        assert_eq!(ids(vec![option(1, Some(2)), option(2, Some(1))]), [(1, None), (2, Some(1))]);
        assert_eq!(ids(vec![option(1, Some(1)), option(5, Some(99))]), [(1, None), (5, None)]);
        // What hangs below a circle, or below one without its parent, keeps its place.
        assert_eq!(
            ids(vec![
                option(1, Some(4)),
                option(2, Some(3)),
                option(3, Some(2)),
                option(4, Some(2)),
                option(5, Some(9))
            ]),
            [(2, None), (5, None), (3, Some(2)), (4, Some(2)), (1, Some(4))]
        );
    }

    #[test]
    fn dat_03_fifty_thousand_options_are_sorted_at_once() {
        // One long chain, youngest first: the worst case. By pairs this would be more than a thousand million comparisons.
        let chain = (1..=50_000).rev().map(|id| option(id, (id > 1).then_some(id - 1))).collect();
        let sorted = parents_first(chain);
        assert!(sorted.iter().map(|option| option.id.0).eq(1..=50_000));
    }

    #[test]
    fn what_is_not_edited_is_written_as_it_was_read() {
        let read = json!({
            "id": 7, "name": "n", "prompt": null, "kind": "geo", "is_global": null, "global_type": "compound_file",
            "is_read_only": false, "ordinal": 12, "default_value": null, "default_id": 3, "min_value": null,
            "max_value": 9, "attribute_template_list": [], "label_file_list": [{"id": 1}], "tomorrow": 1,
        });
        let state: AttributeState = serde_json::from_value(read).expect("read");
        let fields = AttributeFields {
            question: String::new(),
            name: "m".into(),
            min: None,
            max: Some(9),
            default_value: None,
            default_option: Some(OptionId(3)),
            read_only: false,
        };
        assert_eq!(
            state.replaced(&fields),
            json!({
                "group_id": 7, "mode": "UPDATE", "name": "m", "prompt": null, "kind": "geo", "is_global": null,
                "global_type": "compound_file", "is_read_only": false, "ordinal": 12, "default_value": null,
                "default_id": 3, "min_value": null, "max_value": 9,
            })
        );
    }
}
