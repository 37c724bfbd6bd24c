//! A draft, seen over a state in which some of its new options are there already: because an earlier try made them before it
//! broke, or because its answer got lost (UPS-15).

use std::collections::{HashMap, HashSet};

use portal_model::{
    attribute::{Attribute, Draft, DraftOption},
    id::{AttributeId, LabelId, OptionId},
    schema::{DraftLabel, Schema, SchemaDraft},
};

/// The draft with the ids of new options that exist: a live option that the draft does not speak of, with the same name under the
/// same parent, is the one that was to be made. So nothing is made twice, and what was made is not archived.
pub(super) fn rebase(draft: &Draft, base: &Attribute) -> Draft {
    let kept: HashSet<OptionId> = draft.options.iter().filter_map(DraftOption::existing).collect();
    let mut free: HashMap<(Option<OptionId>, &str), Vec<OptionId>> = HashMap::new();
    // The oldest last, to be taken first.
    for option in base.options.iter().rev().filter(|option| !option.archived && !kept.contains(&option.id)) {
        free.entry((option.parent, option.name.as_str())).or_default().push(option.id);
    }
    let mut made: HashMap<&str, OptionId> = HashMap::new();
    let mut options = Vec::with_capacity(draft.options.len());
    for option in &draft.options {
        let parent = option.parent.as_deref();
        let parent_id = parent.and_then(|key| key.parse().ok().or_else(|| made.get(key).copied()));
        let mut key = option.key.clone();
        // Under one that is yet to be made there is nothing.
        if option.existing().is_none()
            && parent.is_some() == parent_id.is_some()
            && let Some(id) = free.get_mut(&(parent_id, option.name.as_str())).and_then(Vec::pop)
        {
            made.insert(&option.key, id);
            key = id.to_string();
        }
        let parent = parent_id.map_or_else(|| option.parent.clone(), |id| Some(id.to_string()));
        options.push(DraftOption { key, name: option.name.clone(), parent });
    }
    let default_option = draft.default_option.as_ref().map(|key| {
        let id = made.get(key.as_str());
        id.map_or_else(|| key.clone(), ToString::to_string)
    });
    Draft { options, default_option, ..draft.clone() }
}

/// The same of a whole schema: its labels by their names, which Diffgram lets go of never, and the options of each attribute that
/// exists. An attribute that is new in the draft is made new: one of the same name may be the one that it takes the place of.
pub(super) fn rebase_schema(draft: &SchemaDraft, base: &Schema) -> SchemaDraft {
    let mut draft = draft.clone();
    let named: HashSet<LabelId> = draft.labels.iter().filter_map(DraftLabel::existing).collect();
    let free = base.labels.iter().filter(|label| !named.contains(&label.id));
    let free: HashMap<&str, LabelId> = free.map(|label| (label.name.as_str(), label.id)).collect();
    let mut made: HashMap<String, String> = HashMap::new();
    for label in draft.labels.iter_mut().filter(|label| label.existing().is_none()) {
        if let Some(id) = free.get(label.name.as_str()) {
            made.insert(std::mem::replace(&mut label.key, id.to_string()), id.to_string());
            // Its colour stays what it is.
            label.color = None;
        }
    }
    let live: HashMap<AttributeId, &Attribute> = base.attributes.iter().map(|a| (a.id, a)).collect();
    for attribute in &mut draft.attributes {
        for key in &mut attribute.labels {
            if let Some(id) = made.get(key) {
                key.clone_from(id);
            }
        }
        if let Some(base) = attribute.existing().and_then(|id| live.get(&id)) {
            attribute.fields = rebase(&attribute.fields, base);
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use portal_model::attribute::{AttributeKind, AttributeOption, AttributeScope, Change};

    use super::*;

    fn tree(options: &[(i64, &str, Option<i64>)]) -> Attribute {
        let option = |(id, name, parent): &(i64, &str, Option<i64>)| AttributeOption {
            id: OptionId(*id),
            name: (*name).to_owned(),
            parent: parent.map(OptionId),
            archived: false,
        };
        Attribute {
            id: AttributeId(8),
            question: "Which?".into(),
            name: "which".into(),
            kind: AttributeKind::Tree,
            scope: AttributeScope::Labels,
            labels: Vec::new(),
            min: None,
            max: None,
            default_value: None,
            default_option: None,
            read_only: false,
            position: 0,
            options: options.iter().map(option).collect(),
        }
    }

    fn new(key: &str, name: &str, parent: Option<&str>) -> DraftOption {
        DraftOption { key: key.into(), name: name.into(), parent: parent.map(str::to_owned) }
    }

    #[test]
    fn ups_15_what_was_made_before_is_taken_with_what_stands_under_it() {
        let before = tree(&[(1, "warm", None)]);
        let mut draft = Draft::from(&before);
        draft.options.push(new("new-1", "cool", None));
        draft.options.push(new("new-2", "blue", Some("new-1")));
        draft.options.push(new("new-3", "navy", Some("new-2")));
        draft.default_option = Some("new-2".into());
        assert_eq!(rebase(&draft, &before), draft, "nothing is there yet");

        // Two were made; one of the same name stands elsewhere and is another.
        let now = tree(&[(1, "warm", None), (7, "navy", Some(1)), (8, "cool", None), (9, "blue", Some(8))]);
        let rebased = rebase(&draft, &now);
        let keys: Vec<_> = rebased.options.iter().map(|o| (o.key.as_str(), o.parent.as_deref())).collect();
        assert_eq!(keys, [("1", None), ("8", None), ("9", Some("8")), ("new-3", Some("9"))]);
        assert_eq!(rebased.default_option.as_deref(), Some("9"));
        assert!(rebased.changes(&now).contains(&Change::OptionArchived { id: OptionId(7), name: "navy".into() }));
    }

    #[test]
    fn ups_15_two_of_the_same_name_are_two() {
        let now = tree(&[(3, "red", None)]);
        let mut draft = Draft::from(&tree(&[]));
        draft.options = vec![new("new-1", "red", None), new("new-2", "red", None)];
        let keys: Vec<_> = rebase(&draft, &now).options.into_iter().map(|o| o.key).collect();
        assert_eq!(keys, ["3", "new-2"]);
    }
}
