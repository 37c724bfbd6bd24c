//! What is wrong with a draft.

use std::collections::{HashMap, HashSet};

use super::{Attribute, AttributeKind, Draft, Fault};

impl Draft {
    /// Everything that keeps this draft from being applied to `base`. Faults that `base` has too, untouched, are not held
    /// against it: a live schema may be odd, and editing one option must stay possible.
    #[must_use]
    pub fn faults(&self, base: &Attribute) -> Vec<Fault> {
        let untouched = Draft::from(base);
        if *self == untouched {
            return Vec::new();
        }
        let before: HashSet<Fault> = all(&untouched, base).into_iter().collect();
        all(self, base).into_iter().filter(|fault| !before.contains(fault)).collect()
    }
}

/// The same, with nothing forgiven.
pub(crate) fn all(draft: &Draft, base: &Attribute) -> Vec<Fault> {
    let mut faults = Vec::new();
    if matches!(base.kind, AttributeKind::Other(_)) && !draft.changes(base).is_empty() {
        faults.push(Fault::UnknownKind);
    }
    if draft.question.trim().is_empty() {
        faults.push(Fault::EmptyQuestion);
    }
    if draft.name.trim().is_empty() {
        faults.push(Fault::EmptyName);
    } else if !is_queryable(&draft.name) {
        faults.push(Fault::NameNotQueryable);
    }
    if base.kind == AttributeKind::Slider {
        slider(draft, &mut faults);
    }
    options(draft, base, &mut faults);
    faults
}

fn is_queryable(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn slider(draft: &Draft, faults: &mut Vec<Fault>) {
    let (Some(min), Some(max)) = (draft.min, draft.max) else {
        faults.push(Fault::BoundsCrossed);
        return;
    };
    if min >= max {
        faults.push(Fault::BoundsCrossed);
    } else if let Some(text) = &draft.default_value
        && !text.is_empty()
        && !text.trim().parse::<i64>().is_ok_and(|value| (min..=max).contains(&value))
    {
        faults.push(Fault::DefaultOutside);
    }
}

fn options(draft: &Draft, base: &Attribute, faults: &mut Vec<Fault>) {
    if !base.kind.has_options() && !draft.options.is_empty() {
        faults.push(Fault::OptionsNotAllowed);
    }
    let known: HashSet<String> = base.options.iter().filter(|o| !o.archived).map(|o| o.id.to_string()).collect();
    let tree = base.kind == AttributeKind::Tree;
    let mut seen: HashSet<&str> = HashSet::new();
    let mut names: HashMap<(Option<&str>, String), ()> = HashMap::new();
    for option in &draft.options {
        let key = || option.key.clone();
        let is_new = option.key.strip_prefix("new-").is_some_and(|rest| !rest.is_empty());
        if !(is_new || known.contains(&option.key)) || seen.contains(option.key.as_str()) {
            faults.push(Fault::UnknownKey { key: key() });
        }
        if option.name.trim().is_empty() {
            faults.push(Fault::EmptyOption { key: key() });
        }
        if let Some(parent) = &option.parent
            && (!tree || !seen.contains(parent.as_str()))
        {
            faults.push(Fault::BadParent { key: key() });
        }
        // Diffgram takes them (`diffgram-api.md` §7.4), but people could not tell them apart.
        if names.insert((option.parent.as_deref(), option.name.trim().to_lowercase()), ()).is_some() {
            faults.push(Fault::DuplicateOption { key: key() });
        }
        seen.insert(&option.key);
    }
    if let Some(default) = &draft.default_option
        && !seen.contains(default.as_str())
    {
        faults.push(Fault::DefaultMissing);
    }
}
