//! The tables: schemas, attributes (*groups*) and options (*templates*). Rows stand as PostgreSQL would give them without an
//! order: a changed one comes last.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::demo;
use crate::diffgram::{
    Inner,
    project::label_file,
    shapes::{fill, shape, time},
};

/// Columns of an attribute that `group/update` writes, all of them each time (`attribute_template_group_update.py:187`).
pub(super) const COLUMNS: [&str; 11] = [
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

#[derive(Clone, Debug)]
pub(super) struct Schema {
    pub(super) id: i64,
    pub(super) project: usize,
    pub(super) name: String,
    pub(super) is_default: bool,
    pub(super) archived: bool,
    /// Its labels, by the ids of their files.
    pub(super) labels: Vec<i64>,
    pub(super) updated: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: i64,
    pub(super) project: usize,
    pub(super) schema: i64,
    pub(super) archived: bool,
    pub(super) columns: Map<String, Value>,
    pub(super) labels: Vec<i64>,
    pub(super) updated: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) id: i64,
    pub(super) project: usize,
    pub(super) group: i64,
    pub(super) name: String,
    pub(super) parent: Option<i64>,
    pub(super) archived: bool,
}

/// All of it.
#[derive(Clone, Debug)]
pub(in crate::diffgram) struct Schemas {
    pub(super) schemas: Vec<Schema>,
    pub(super) groups: Vec<Group>,
    pub(super) choices: Vec<Choice>,
    /// Colours as they came, of labels that were made since the start.
    pub(super) colours: BTreeMap<i64, Value>,
}

impl Schemas {
    /// The demo's, for labels by name.
    pub(in crate::diffgram) fn demo(labels: &[(i64, String, String)], now: Timestamp) -> Self {
        demo::schemas(labels, now)
    }

    /// The colour of a label that was made since the start.
    pub(in crate::diffgram) fn colour(&self, label: i64) -> Option<&Value> {
        self.colours.get(&label)
    }

    /// An attribute as `group/new` makes it (recorded `06-attributes/01`): nobody is asked it.
    pub(super) fn new_group(&mut self, project: usize, schema: i64) -> &Group {
        let id = self.groups.iter().map(|group| group.id).max().unwrap_or(0) + 1;
        let mut columns: Map<String, Value> = COLUMNS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        let first = json!({"is_global": false, "global_type": "file", "is_read_only": false, "ordinal": 99999});
        columns.extend(first.as_object().cloned().unwrap_or_default());
        let (archived, labels, updated) = (false, Vec::new(), None);
        self.groups.push(Group { id, project, schema, archived, columns, labels, updated });
        &self.groups[self.groups.len() - 1]
    }

    pub(super) fn next_choice(&self) -> i64 {
        self.choices.iter().map(|choice| choice.id).max().unwrap_or(0) + 1
    }

    /// Changes a row, which then comes last; whether there was anything to change.
    pub(super) fn change_choice(
        &mut self,
        project: usize,
        id: i64,
        change: impl FnOnce(&mut Choice),
    ) -> Option<Choice> {
        let place = self.choices.iter().position(|choice| choice.id == id && choice.project == project)?;
        let mut row = self.choices[place].clone();
        change(&mut row);
        if row != self.choices[place] {
            self.choices.remove(place);
            self.choices.push(row.clone());
        }
        Some(row)
    }

    /// Writes columns of an attribute; its time moves only if something changes (SQLAlchemy's `onupdate`).
    pub(super) fn change_group(&mut self, id: i64, columns: Map<String, Value>) {
        let Some(place) = self.groups.iter().position(|group| group.id == id) else { return };
        if self.groups[place].columns != columns {
            let mut row = self.groups.remove(place);
            row.columns = columns;
            row.updated = Some(Timestamp::now());
            self.groups.push(row);
        }
    }

    /// For tests: some columns of an attribute, as somebody else would change them.
    pub(in crate::diffgram) fn edit(&mut self, id: i64, some: &Value) {
        let Some(group) = self.groups.iter().find(|group| group.id == id) else { return };
        let mut columns = group.columns.clone();
        columns.extend(some.as_object().cloned().unwrap_or_default());
        self.change_group(id, columns);
    }

    /// For tests: so many options more.
    pub(in crate::diffgram) fn grow(&mut self, id: i64, more: usize) {
        let Some(project) = self.groups.iter().find(|group| group.id == id).map(|group| group.project) else { return };
        let first = self.next_choice();
        self.choices.extend((first..).take(more).map(|choice| Choice {
            id: choice,
            project,
            group: id,
            name: format!("option {choice}"),
            parent: None,
            archived: false,
        }));
    }
}

/// Written out, not filled into a shape: there may be fifty thousand.
pub(super) fn option(choice: &Choice) -> Value {
    json!({
        "id": choice.id, "name": choice.name, "archived": choice.archived, "parent_id": choice.parent,
        "group_id": choice.group, "display_order": null, "value_type": null,
    })
}

pub(super) fn group(group: &Group) -> Value {
    let mut values = group.columns.clone();
    values.insert("id".into(), json!(group.id));
    values.insert("time_updated".into(), json!(time::str_(group.updated)));
    fill(shape("attribute_group"), Value::Object(values))
}

/// With its options that are not archived.
pub(super) fn with_options(inner: &Inner, row: &Group) -> Value {
    let choices = inner.world.schemas.choices.iter().filter(|choice| choice.group == row.id && !choice.archived);
    let mut value = group(row);
    value["attribute_template_list"] = choices.map(option).collect();
    value
}

/// With its labels too.
pub(super) fn with_labels(inner: &Inner, row: &Group) -> Value {
    let mut value = with_options(inner, row);
    value["label_file_list"] = row.labels.iter().map(|id| label_file(inner, *id)).collect();
    value
}

/// For tests: all schemas, archived ones too, with their labels.
pub(in crate::diffgram) fn all_schemas(inner: &Inner) -> Vec<Value> {
    let label = |id: &i64| {
        let file = label_file(inner, *id);
        json!({"id": id, "name": file["label"]["name"], "colour": file["colour"]})
    };
    let whole = |schema: &Schema| {
        json!({
            "id": schema.id, "name": schema.name, "archived": schema.archived, "project": schema.project,
            "labels": schema.labels.iter().map(label).collect::<Vec<_>>(),
        })
    };
    inner.world.schemas.schemas.iter().map(whole).collect()
}

/// For tests: all there is, archived options too, in one fixed order.
pub(in crate::diffgram) fn everything(inner: &Inner) -> Vec<Value> {
    let schemas = &inner.world.schemas;
    let mut groups: Vec<&Group> = schemas.groups.iter().collect();
    groups.sort_by_key(|group| group.id);
    let mut choices: Vec<&Choice> = schemas.choices.iter().collect();
    choices.sort_by_key(|choice| choice.id);
    let whole = |row: &Group| {
        let mut value = group(row);
        value["label_file_list"] = json!(row.labels);
        value["archived"] = json!(row.archived);
        value["schema"] = json!(row.schema);
        value["attribute_template_list"] =
            choices.iter().filter(|choice| choice.group == row.id).map(|choice| option(choice)).collect();
        value
    };
    groups.into_iter().map(whole).collect()
}
