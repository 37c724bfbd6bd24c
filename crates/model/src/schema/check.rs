//! What is wrong with the draft of a schema.

use std::collections::{HashMap, HashSet};

use super::{DraftAttribute, Place, Schema, SchemaDraft, SchemaFault};
use crate::{
    attribute::{Attribute, AttributeKind, AttributeScope, Draft, Fault, check},
    id::AttributeId,
};

impl SchemaDraft {
    /// Everything that keeps this draft from being applied to `base`. Faults that `base` has too are not held against it: a live
    /// schema may be odd, and editing the rest of it must stay possible.
    #[must_use]
    pub fn faults(&self, base: &Schema) -> Vec<SchemaFault> {
        let before = whole(&Self::from(base), base);
        let known: HashMap<AttributeId, &Attribute> = base.attributes.iter().map(|a| (a.id, a)).collect();
        let mut faults: Vec<SchemaFault> =
            whole(self, base).into_iter().filter(|fault| !before.contains(fault)).collect();
        for attribute in &self.attributes {
            let of = attribute.existing().and_then(|id| known.get(&id)).copied();
            let at = Place::Attribute { key: attribute.key.clone() };
            faults.extend(attribute.faults(of).into_iter().map(|what| SchemaFault { at: at.clone(), what }));
        }
        faults
    }
}

impl DraftAttribute {
    /// What is wrong with the attribute by itself; `base` is the one it was, if it was one.
    #[must_use]
    pub fn faults(&self, base: Option<&Attribute>) -> Vec<Fault> {
        match base {
            Some(base) if self.kind == base.kind => {
                let mut faults = self.fields.faults(base);
                let is_known = !matches!(base.kind, AttributeKind::Other(_));
                if !is_known && !faults.contains(&Fault::UnknownKind) && !self.changes(base, &HashMap::new()).is_empty()
                {
                    faults.push(Fault::UnknownKind);
                }
                faults
            }
            // What was odd with another kind is no excuse.
            _ => {
                let mut faults = check::all(&self.fields, &self.blank(base));
                if matches!(self.kind, AttributeKind::Other(_)) && !faults.contains(&Fault::UnknownKind) {
                    faults.push(Fault::UnknownKind);
                }
                faults
            }
        }
    }

    /// An attribute of this kind that holds nothing but the options of `base`.
    pub(super) fn blank(&self, base: Option<&Attribute>) -> Attribute {
        Attribute {
            id: base.map_or(AttributeId(0), |base| base.id),
            question: String::new(),
            name: String::new(),
            kind: self.kind.clone(),
            scope: self.scope,
            labels: Vec::new(),
            min: None,
            max: None,
            default_value: None,
            default_option: None,
            read_only: false,
            position: 0,
            options: base.map(|base| base.options.clone()).unwrap_or_default(),
        }
    }
}

fn is_color(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_new(key: &str) -> bool {
    key.strip_prefix("new-").is_some_and(|rest| !rest.is_empty())
}

/// What concerns more than one attribute.
fn whole(draft: &SchemaDraft, base: &Schema) -> Vec<SchemaFault> {
    let mut faults = Vec::new();
    let mut say = |at: Place, what: Fault| faults.push(SchemaFault { at, what });
    if draft.name.trim().is_empty() {
        say(Place::Schema, Fault::EmptyName);
    }
    let mut keys: HashSet<&str> = HashSet::new();
    let mut names: HashSet<String> = HashSet::new();
    for label in &draft.labels {
        let at = || Place::Label { key: label.key.clone() };
        let known = label.existing().and_then(|id| base.labels.iter().find(|known| known.id == id));
        if !keys.insert(&label.key) || known.is_none() && !is_new(&label.key) {
            say(at(), Fault::UnknownKey { key: label.key.clone() });
        }
        if label.name.trim().is_empty() {
            say(at(), Fault::EmptyLabel);
        } else if !names.insert(label.name.trim().to_lowercase()) {
            say(at(), Fault::DuplicateLabel);
        }
        if label.color.as_deref().is_some_and(|color| !is_color(color)) {
            say(at(), Fault::BadColor);
        }
        let differs = |known: &&crate::annotation::Label| {
            label.name != known.name || label.color.as_deref().is_some_and(|color| color != known.color)
        };
        if known.filter(differs).is_some() {
            say(at(), Fault::LabelFixed);
        }
    }
    for label in &base.labels {
        let key = label.id.to_string();
        if !keys.contains(key.as_str()) {
            say(Place::Label { key }, Fault::LabelFixed);
        }
    }
    let live: HashSet<String> = base.attributes.iter().map(|attribute| attribute.id.to_string()).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut called: HashSet<String> = HashSet::new();
    for attribute in &draft.attributes {
        let at = || Place::Attribute { key: attribute.key.clone() };
        if !seen.insert(&attribute.key) || !live.contains(&attribute.key) && !is_new(&attribute.key) {
            say(at(), Fault::UnknownKey { key: attribute.key.clone() });
        }
        // The query language would find either.
        if !attribute.fields.name.trim().is_empty() && !called.insert(attribute.fields.name.to_lowercase()) {
            say(at(), Fault::DuplicateName);
        }
        let mut worn: HashSet<&str> = HashSet::new();
        for label in &attribute.labels {
            if !keys.contains(label.as_str()) || !worn.insert(label) {
                say(at(), Fault::UnknownLabel { key: label.clone() });
            }
        }
        if attribute.scope == AttributeScope::Labels && attribute.labels.is_empty() {
            say(at(), Fault::NoLabel);
        }
    }
    faults
}

impl Draft {
    /// A draft of nothing yet.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            question: String::new(),
            name: String::new(),
            min: None,
            max: None,
            default_value: None,
            default_option: None,
            read_only: false,
            options: Vec::new(),
        }
    }
}
