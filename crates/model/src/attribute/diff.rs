//! From one state to the next: the difference people read, and the calls that make it so.

use std::collections::{HashMap, HashSet};

use super::{Attribute, AttributeOption, Change, Draft, DraftOption, Step};
use crate::id::OptionId;

impl Draft {
    /// What this draft changes in `base`, in the order people read it: the question first, then its options.
    #[must_use]
    pub fn changes(&self, base: &Attribute) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.question != base.question {
            changes.push(Change::Question { from: base.question.clone(), to: self.question.clone() });
        }
        if self.name != base.name {
            changes.push(Change::Name { from: base.name.clone(), to: self.name.clone() });
        }
        if (self.min, self.max) != (base.min, base.max) {
            changes.push(Change::Bounds { from: (base.min, base.max), to: (self.min, self.max) });
        }
        let before = Self::from(base);
        if (&self.default_value, &self.default_option) != (&before.default_value, &before.default_option) {
            changes.push(Change::Default { from: before.default_words(), to: self.default_words() });
        }
        if self.read_only != base.read_only {
            changes.push(Change::ReadOnly { to: self.read_only });
        }
        let names: HashMap<&str, &str> = self.options.iter().map(|o| (o.key.as_str(), o.name.as_str())).collect();
        let under = |option: &DraftOption| {
            option.parent.as_deref().and_then(|key| names.get(key)).map(|name| (*name).to_owned())
        };
        let live = live(base);
        for option in &self.options {
            let Some((id, old)) = option.existing().and_then(|id| Some((id, *live.get(&id)?))) else {
                changes.push(Change::OptionAdded {
                    key: option.key.clone(),
                    name: option.name.clone(),
                    under: under(option),
                });
                continue;
            };
            if option.name != old.name {
                changes.push(Change::OptionRenamed { id, from: old.name.clone(), to: option.name.clone() });
            }
            if option.parent != old.parent.map(|parent| parent.to_string()) {
                changes.push(Change::OptionMoved { id, name: option.name.clone(), under: under(option) });
            }
        }
        let kept: HashSet<OptionId> = self.options.iter().filter_map(DraftOption::existing).collect();
        for old in base.options.iter().filter(|o| !o.archived && !kept.contains(&o.id)) {
            changes.push(Change::OptionArchived { id: old.id, name: old.name.clone() });
        }
        changes
    }

    fn default_words(&self) -> Option<String> {
        match &self.default_option {
            Some(key) => self.options.iter().find(|option| option.key == *key).map(|option| option.name.clone()),
            None => self.default_value.clone(),
        }
    }

    /// The calls that bring `base` to this draft: new options first (parents before children), then renames and moves, then
    /// archives, then the attribute itself, so that a default may name a new option.
    #[must_use]
    pub fn plan(&self, base: &Attribute) -> Vec<Step> {
        let live = live(base);
        let mut adds = Vec::new();
        let mut writes = Vec::new();
        for option in &self.options {
            match option.existing().and_then(|id| Some((id, *live.get(&id)?))) {
                None => adds.push(Step::Add {
                    key: option.key.clone(),
                    name: option.name.clone(),
                    parent: option.parent.clone(),
                }),
                Some((id, old)) => {
                    if option.name != old.name || option.parent != old.parent.map(|parent| parent.to_string()) {
                        writes.push(Step::Write { id, name: option.name.clone(), parent: option.parent.clone() });
                    }
                }
            }
        }
        let kept: HashSet<OptionId> = self.options.iter().filter_map(DraftOption::existing).collect();
        // Children before parents: an archived parent would take its children out of sight half-way.
        let gone: Vec<Step> = base
            .options
            .iter()
            .rev()
            .filter(|o| !o.archived && !kept.contains(&o.id))
            .map(|o| Step::Archive { id: o.id })
            .collect();
        let itself = self.changes_the_attribute(base).then_some(Step::Attribute);
        adds.into_iter().chain(writes).chain(gone).chain(itself).collect()
    }

    fn changes_the_attribute(&self, base: &Attribute) -> bool {
        let before = Self::from(base);
        (&self.question, &self.name, self.min, self.max, &self.default_value, &self.default_option, self.read_only)
            != (
                &before.question,
                &before.name,
                before.min,
                before.max,
                &before.default_value,
                &before.default_option,
                before.read_only,
            )
    }
}

fn live(base: &Attribute) -> HashMap<OptionId, &AttributeOption> {
    base.options.iter().filter(|option| !option.archived).map(|option| (option.id, option)).collect()
}
