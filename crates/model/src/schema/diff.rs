//! From one state of a schema to the next: the difference people read, and the calls that make it so.

use std::collections::{HashMap, HashSet};

use super::{DraftAttribute, Schema, SchemaChange, SchemaDraft, SchemaStep};
use crate::{
    attribute::{Attribute, Change, Step},
    id::{AttributeId, LabelId},
};

impl SchemaDraft {
    /// What this draft changes in `base`, in the order people read it: the schema, its labels, its attributes by place.
    #[must_use]
    pub fn changes(&self, base: &Schema) -> Vec<SchemaChange> {
        let mut changes = Vec::new();
        if self.name != base.name {
            changes.push(SchemaChange::Renamed { from: base.name.clone(), to: self.name.clone() });
        }
        if self.archived != base.archived {
            changes.push(SchemaChange::Archived { to: self.archived });
        }
        let labels: HashSet<LabelId> = base.labels.iter().map(|label| label.id).collect();
        for label in self.labels.iter().filter(|label| label.existing().is_none_or(|id| !labels.contains(&id))) {
            changes.push(SchemaChange::LabelAdded { key: label.key.clone(), name: label.name.clone() });
        }
        let names: HashMap<&str, &str> = self.labels.iter().map(|l| (l.key.as_str(), l.name.as_str())).collect();
        let live: HashMap<AttributeId, &Attribute> = base.attributes.iter().map(|a| (a.id, a)).collect();
        for attribute in &self.attributes {
            match attribute.existing().and_then(|id| live.get(&id)) {
                Some(old) => {
                    let how = attribute.changes(old, &names);
                    if !how.is_empty() {
                        let question = old.question.clone();
                        changes.push(SchemaChange::AttributeChanged { id: old.id, question, changes: how });
                    }
                }
                None => changes.push(SchemaChange::AttributeAdded {
                    key: attribute.key.clone(),
                    question: attribute.fields.question.clone(),
                    kind: attribute.kind.clone(),
                    options: u32::try_from(attribute.fields.options.len()).unwrap_or(u32::MAX),
                }),
            }
        }
        changes.extend(
            self.gone(base).map(|old| SchemaChange::AttributeArchived { id: old.id, question: old.question.clone() }),
        );
        changes
    }

    fn gone<'a>(&self, base: &'a Schema) -> impl Iterator<Item = &'a Attribute> + use<'a> {
        let kept: HashSet<AttributeId> = self.attributes.iter().filter_map(DraftAttribute::existing).collect();
        base.attributes.iter().filter(move |old| !kept.contains(&old.id))
    }

    /// The calls that bring `base` to this draft. The schema is brought back first and archived last; labels come before the
    /// attributes that wear them; of each attribute its options come before what names them; what is archived goes at the end.
    #[must_use]
    pub fn plan(&self, base: &Schema) -> Vec<SchemaStep> {
        let itself = (self.name != base.name || self.archived != base.archived)
            .then(|| SchemaStep::Schema { name: self.name.clone(), archived: self.archived });
        let (first, last) = if self.archived { (None, itself) } else { (itself, None) };
        let labels: HashSet<LabelId> = base.labels.iter().map(|label| label.id).collect();
        let new_labels = self.labels.iter().filter(|label| label.existing().is_none_or(|id| !labels.contains(&id)));
        let mut steps: Vec<SchemaStep> = first.into_iter().collect();
        steps.extend(new_labels.map(|label| SchemaStep::Label {
            key: label.key.clone(),
            name: label.name.clone(),
            color: label.color.clone(),
        }));
        let live: HashMap<AttributeId, &Attribute> = base.attributes.iter().map(|a| (a.id, a)).collect();
        for attribute in &self.attributes {
            let old = attribute.existing().and_then(|id| live.get(&id)).copied();
            steps.extend(attribute.plan(old));
        }
        steps.extend(self.gone(base).map(|old| SchemaStep::ArchiveAttribute { id: old.id }));
        steps.extend(last);
        steps
    }
}

impl DraftAttribute {
    /// How this differs from `old`; `names` are those of the draft's labels, by key.
    #[must_use]
    pub fn changes(&self, old: &Attribute, names: &HashMap<&str, &str>) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.kind != old.kind {
            changes.push(Change::Kind { from: old.kind.clone(), to: self.kind.clone() });
        }
        if self.scope != old.scope {
            changes.push(Change::Scope { from: old.scope, to: self.scope });
        }
        let name = |key: &str| names.get(key).map_or_else(|| key.to_owned(), |name| (*name).to_owned());
        let before: HashSet<String> = old.labels.iter().map(ToString::to_string).collect();
        let after: HashSet<&String> = self.labels.iter().collect();
        let added: Vec<String> = self.labels.iter().filter(|key| !before.contains(*key)).map(|key| name(key)).collect();
        let removed: Vec<String> = old
            .labels
            .iter()
            .map(ToString::to_string)
            .filter(|key| !after.contains(key))
            .map(|key| name(&key))
            .collect();
        if !added.is_empty() || !removed.is_empty() {
            changes.push(Change::Labels { added, removed });
        }
        if self.position != old.position {
            changes.push(Change::Position { from: old.position, to: self.position });
        }
        changes.extend(self.fields.changes(old));
        changes
    }

    /// The calls that make it of `old`, or make it anew.
    fn plan(&self, old: Option<&Attribute>) -> Vec<SchemaStep> {
        let of = |step: Step| SchemaStep::Of { attribute: self.key.clone(), step };
        let Some(old) = old else {
            let options = self.fields.plan(&self.blank(None)).into_iter().filter(|step| *step != Step::Attribute);
            let new = std::iter::once(SchemaStep::NewAttribute { key: self.key.clone() });
            return new.chain(options.map(of)).chain([of(Step::Attribute)]).collect();
        };
        let mut steps = self.fields.plan(old);
        let labels = |keys: &[String]| keys.iter().cloned().collect::<HashSet<_>>();
        let before = Self::from(old);
        let differs = (&self.kind, self.scope, self.position) != (&old.kind, old.scope, old.position)
            || labels(&self.labels) != labels(&before.labels);
        if differs && !steps.contains(&Step::Attribute) {
            steps.push(Step::Attribute);
        }
        steps.into_iter().map(of).collect()
    }
}
