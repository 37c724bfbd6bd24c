//! Drafts of attributes: faults, differences, and plans that make them true.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn option(id: i64, name: &str, parent: Option<i64>) -> AttributeOption {
    AttributeOption { id: OptionId(id), name: name.into(), parent: parent.map(OptionId), archived: false }
}

fn attribute(kind: AttributeKind, options: Vec<AttributeOption>) -> Attribute {
    Attribute {
        id: AttributeId(4),
        question: "Which colour?".into(),
        name: "colour".into(),
        kind,
        scope: AttributeScope::Labels,
        labels: vec![LabelId(1)],
        min: None,
        max: None,
        default_value: None,
        default_option: None,
        read_only: false,
        position: 0,
        options,
    }
}

/// What Diffgram holds after the steps, by name and parent's name: the rules of `diffgram-api.md` §7.4.
fn apply(base: &Attribute, steps: &[Step]) -> Vec<(String, Option<String>)> {
    let mut options = base.options.clone();
    let mut made: HashMap<String, OptionId> = HashMap::new();
    let mut next = 1000;
    for step in steps {
        let resolve = |made: &HashMap<String, OptionId>, key: &Option<String>| {
            key.as_ref().map(|key| made.get(key).copied().unwrap_or_else(|| key.parse().unwrap()))
        };
        match step {
            Step::Add { key, name, parent } => {
                next += 1;
                let parent = resolve(&made, parent);
                options.push(AttributeOption { id: OptionId(next), name: name.clone(), parent, archived: false });
                made.insert(key.clone(), OptionId(next));
            }
            Step::Write { id, name, parent } => {
                let parent = resolve(&made, parent);
                let option = options.iter_mut().find(|o| o.id == *id).unwrap();
                (option.name, option.parent) = (name.clone(), parent);
            }
            Step::Archive { id } => options.iter_mut().find(|o| o.id == *id).unwrap().archived = true,
            Step::Attribute => {}
        }
    }
    let names: HashMap<OptionId, String> = options.iter().map(|o| (o.id, o.name.clone())).collect();
    let mut live: Vec<_> =
        options.iter().filter(|o| !o.archived).map(|o| (o.name.clone(), o.parent.map(|p| names[&p].clone()))).collect();
    live.sort();
    live
}

#[test]
fn a_draft_of_itself_changes_nothing() {
    let base = attribute(AttributeKind::Tree, vec![option(1, "warm", None), option(2, "red", Some(1))]);
    let draft = Draft::from(&base);
    assert_eq!((draft.changes(&base), draft.plan(&base), draft.faults(&base)), (vec![], vec![], vec![]));
}

#[test]
fn the_difference_reads_as_people_say_it() {
    let base = attribute(AttributeKind::Select, vec![option(1, "red", None), option(2, "blue", None)]);
    let mut draft = Draft::from(&base);
    draft.question = "What colour is it?".into();
    draft.options[0].name = "crimson".into();
    draft.options.remove(1);
    draft.options.push(DraftOption { key: "new-1".into(), name: "green".into(), parent: None });
    draft.default_option = Some("new-1".into());
    assert_eq!(
        draft.changes(&base),
        [
            Change::Question { from: "Which colour?".into(), to: "What colour is it?".into() },
            Change::Default { from: None, to: Some("green".into()) },
            Change::OptionRenamed { id: OptionId(1), from: "red".into(), to: "crimson".into() },
            Change::OptionAdded { key: "new-1".into(), name: "green".into(), under: None },
            Change::OptionArchived { id: OptionId(2), name: "blue".into() },
        ]
    );
    assert_eq!(draft.plan(&base).last(), Some(&Step::Attribute), "the attribute comes last: its default may be new");
}

#[test]
fn dat_04_faults_are_named_where_they_are() {
    let base = attribute(AttributeKind::Tree, vec![option(1, "warm", None), option(2, "red", Some(1))]);
    let mut draft = Draft::from(&base);
    draft.options.push(DraftOption { key: "new-0".into(), name: "red".into(), parent: None });
    draft.options.push(DraftOption { key: "new-1".into(), name: "Red ".into(), parent: Some("1".into()) });
    draft.options.push(DraftOption { key: "new-2".into(), name: " ".into(), parent: Some("new-9".into()) });
    draft.options.push(DraftOption { key: "77".into(), name: "odd".into(), parent: Some("77".into()) });
    assert_eq!(
        draft.faults(&base),
        [
            Fault::DuplicateOption { key: "new-1".into() },
            Fault::EmptyOption { key: "new-2".into() },
            Fault::BadParent { key: "new-2".into() },
            Fault::UnknownKey { key: "77".into() },
            Fault::BadParent { key: "77".into() },
        ]
    );
}

#[test]
fn sliders_keep_their_default_inside_their_bounds() {
    let mut base = attribute(AttributeKind::Slider, vec![]);
    (base.min, base.max) = (Some(0), Some(10));
    let faults = |min, max, default: &str| {
        Draft { min, max, default_value: Some(default.into()), ..Draft::from(&base) }.faults(&base)
    };
    assert_eq!(faults(Some(0), Some(5), "5"), []);
    assert_eq!(faults(Some(0), Some(5), "6"), [Fault::DefaultOutside]);
    assert_eq!(faults(Some(0), Some(5), "many"), [Fault::DefaultOutside]);
    assert_eq!(faults(Some(5), Some(5), "5"), [Fault::BoundsCrossed]);
    assert_eq!(faults(None, Some(5), "5"), [Fault::BoundsCrossed]);
}

#[test]
fn ups_13_unknown_kinds_are_shown_and_never_edited() {
    let base = attribute(AttributeKind::Other("geo".into()), vec![option(1, "north", None)]);
    assert_eq!(Draft::from(&base).faults(&base), []);
    let draft = Draft { question: "Where?".into(), ..Draft::from(&base) };
    assert!(draft.faults(&base).contains(&Fault::UnknownKind));
    assert_eq!(serde_json::to_value(&base.kind).unwrap(), "geo");
}

#[test]
fn an_unknown_kind_whose_options_stand_in_another_order_is_not_touched() {
    let options = vec![option(1, "north", None), option(2, "south", None), option(3, "north-east", Some(1))];
    let base = attribute(AttributeKind::Other("geo".into()), options);
    // An editor shows each option before those under it.
    let mut draft = Draft::from(&base);
    draft.options.swap(1, 2);
    assert_eq!(draft.faults(&base), []);
}

#[test]
fn an_odd_live_schema_can_still_be_edited() {
    let mut base = attribute(AttributeKind::Select, vec![option(1, "red", None), option(2, "red", None)]);
    base.name = "colour of it".into();
    let mut draft = Draft::from(&base);
    draft.options.push(DraftOption { key: "new-1".into(), name: "green".into(), parent: None });
    assert_eq!(draft.faults(&base), []);
}

/// A tree of options with distinct names, and an edit of it.
fn edits() -> impl Strategy<Value = (Attribute, Draft)> {
    let nodes = proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..12);
    let ops = proptest::collection::vec((0..4u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..10);
    (nodes, ops).prop_map(|(nodes, ops)| {
        let mut options: Vec<AttributeOption> = Vec::new();
        for (i, (parent, root)) in nodes.iter().enumerate() {
            let parent = (!root && i > 0).then(|| options[parent.index(i)].id.0);
            options.push(option(i as i64 + 1, &format!("o{i}"), parent));
        }
        let base = attribute(AttributeKind::Tree, options);
        let mut draft = Draft::from(&base);
        for (n, (op, at, other)) in ops.iter().enumerate() {
            let len = draft.options.len();
            match op {
                0 => {
                    let parent = (len > 0 && n % 2 == 0).then(|| draft.options[at.index(len)].key.clone());
                    draft.options.push(DraftOption { key: format!("new-{n}"), name: format!("n{n}"), parent });
                }
                1 if len > 0 => draft.options[at.index(len)].name = format!("r{n}"),
                2 if len > 0 => {
                    // Only under an earlier one, as the editor keeps it.
                    let i = at.index(len);
                    let parent = (i > 0).then(|| draft.options[other.index(i)].key.clone());
                    draft.options[i].parent = parent;
                }
                3 if len > 0 => {
                    let key = draft.options[at.index(len)].key.clone();
                    if draft.options.iter().all(|o| o.parent.as_ref() != Some(&key)) {
                        draft.options.retain(|o| o.key != key);
                    }
                }
                _ => {}
            }
        }
        (base, draft)
    })
}

proptest! {
    #[test]
    fn applying_the_plan_gives_the_draft((base, draft) in edits()) {
        prop_assert_eq!(draft.faults(&base), vec![]);
        let names: HashMap<&str, &str> = draft.options.iter().map(|o| (o.key.as_str(), o.name.as_str())).collect();
        let mut wanted: Vec<_> = draft
            .options
            .iter()
            .map(|o| (o.name.clone(), o.parent.as_deref().map(|key| names[key].to_owned())))
            .collect();
        wanted.sort();
        prop_assert_eq!(apply(&base, &draft.plan(&base)), wanted);
        prop_assert_eq!(draft.plan(&base).is_empty(), draft.changes(&base).is_empty());
    }
}
