//! Drafts of schemas: faults, differences, and plans that make them true, against a small Diffgram.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::attribute::{AttributeOption, DraftOption};

fn option(id: i64, name: &str, parent: Option<i64>) -> AttributeOption {
    AttributeOption { id: OptionId(id), name: name.into(), parent: parent.map(OptionId), archived: false }
}

fn attribute(id: i64, kind: AttributeKind, options: Vec<AttributeOption>) -> Attribute {
    let slider = kind == AttributeKind::Slider;
    Attribute {
        id: AttributeId(id),
        question: format!("Question {id}?"),
        name: format!("q{id}"),
        kind,
        scope: AttributeScope::Labels,
        labels: vec![LabelId(1)],
        min: slider.then_some(0),
        max: slider.then_some(10),
        default_value: None,
        default_option: None,
        read_only: false,
        position: id,
        options,
    }
}

fn label(id: i64, name: &str) -> Label {
    Label { id: LabelId(id), name: name.into(), color: "#ff0000".into() }
}

fn schema() -> Schema {
    Schema {
        id: SchemaId(3),
        name: "Road".into(),
        archived: false,
        labels: vec![label(1, "car"), label(2, "sign")],
        attributes: vec![
            attribute(1, AttributeKind::Tree, vec![option(1, "warm", None), option(2, "red", Some(1))]),
            attribute(2, AttributeKind::Slider, Vec::new()),
            attribute(3, AttributeKind::Select, vec![option(3, "yes", None), option(4, "no", None)]),
            attribute(4, AttributeKind::Other("geo".into()), Vec::new()),
        ],
    }
}

/// What a project holds after the calls of a plan: the rules of `diffgram-api.md` §7.
fn carry_out(base: &Schema, draft: &SchemaDraft, steps: &[SchemaStep], first_id: i64) -> (Schema, Made) {
    let (mut now, mut made, mut next) = (base.clone(), Made::default(), first_id);
    let mut fresh = || {
        next += 1;
        next
    };
    for step in steps {
        match step {
            SchemaStep::Schema { name, archived } => (now.name, now.archived) = (name.clone(), *archived),
            SchemaStep::Label { key, name, color } => {
                let id = LabelId(fresh());
                made.labels.insert(key.clone(), id);
                now.labels.push(Label { id, name: name.clone(), color: color.clone().unwrap_or("#000000".into()) });
            }
            SchemaStep::NewAttribute { key } => {
                let id = AttributeId(fresh());
                made.attributes.insert(key.clone(), id);
                let mut empty = attribute(id.0, AttributeKind::Other(String::new()), Vec::new());
                (empty.question, empty.name, empty.labels) = (String::new(), String::new(), Vec::new());
                now.attributes.push(empty);
            }
            SchemaStep::ArchiveAttribute { id } => now.attributes.retain(|attribute| attribute.id != *id),
            SchemaStep::Of { attribute: key, step } => {
                let id = key.parse().ok().or_else(|| made.attributes.get(key).copied()).unwrap();
                let option = |made: &Made, of: &Option<String>| {
                    let known = |of: &String| made.options.get(&(key.clone(), of.clone())).copied();
                    of.as_ref().map(|of| of.parse().ok().or_else(|| known(of)).unwrap())
                };
                let attribute = now.attributes.iter_mut().find(|attribute| attribute.id == id).unwrap();
                match step {
                    Step::Add { key: own, name, parent } => {
                        let parent = option(&made, parent);
                        let id = OptionId(fresh());
                        attribute.options.push(AttributeOption { id, name: name.clone(), parent, archived: false });
                        made.options.insert((key.clone(), own.clone()), id);
                    }
                    Step::Write { id, name, parent } => {
                        let parent = option(&made, parent);
                        let found = attribute.options.iter_mut().find(|option| option.id == *id).unwrap();
                        (found.name, found.parent) = (name.clone(), parent);
                    }
                    Step::Archive { id } => {
                        assert!(attribute.options.iter().any(|o| o.id == *id), "archived once");
                        attribute.options.retain(|option| option.id != *id);
                    }
                    Step::Attribute => {
                        let wanted = draft.attributes.iter().find(|one| one.key == *key).unwrap();
                        let label = |key: &String| key.parse().ok().or_else(|| made.labels.get(key).copied()).unwrap();
                        attribute.kind = wanted.kind.clone();
                        attribute.scope = wanted.scope;
                        attribute.labels = wanted.labels.iter().map(label).collect();
                        attribute.position = wanted.position;
                        attribute.question = wanted.fields.question.clone();
                        attribute.name = wanted.fields.name.clone();
                        (attribute.min, attribute.max) = (wanted.fields.min, wanted.fields.max);
                        attribute.default_value = wanted.fields.default_value.clone();
                        attribute.default_option = option(&made, &wanted.fields.default_option);
                        attribute.read_only = wanted.fields.read_only;
                    }
                }
            }
        }
    }
    (now, made)
}

/// A draft that nobody would make on purpose, but anybody might.
fn edited(seeds: &[(u8, u8)]) -> SchemaDraft {
    let mut draft = SchemaDraft::from(&schema());
    for (n, (what, which)) in seeds.iter().enumerate() {
        let at = usize::from(*which) % draft.attributes.len().max(1);
        match (what % 9, draft.attributes.get_mut(at)) {
            (0, _) => draft.name = format!("Road {n}"),
            (1, _) => draft.labels.push(DraftLabel { key: format!("new-{n}"), name: format!("l{n}"), color: None }),
            (2, _) => {
                let mut fields = Draft::empty();
                (fields.question, fields.name) = (format!("New {n}?"), format!("new{n}"));
                fields.options = vec![
                    DraftOption { key: "new-1".into(), name: "a".into(), parent: None },
                    DraftOption { key: "new-2".into(), name: "b".into(), parent: Some("new-1".into()) },
                ];
                fields.default_option = Some("new-2".into());
                let labels = draft.labels.last().map(|label| label.key.clone()).into_iter().collect();
                draft.attributes.push(DraftAttribute {
                    key: format!("new-{n}"),
                    kind: AttributeKind::Tree,
                    scope: AttributeScope::Labels,
                    labels,
                    position: 50,
                    fields,
                });
                draft.place();
            }
            (3, Some(one)) if !matches!(one.kind, AttributeKind::Other(_)) => one.fields.question.push('!'),
            (4, Some(one)) if one.kind.has_options() => {
                let key = format!("new-o{n}");
                one.fields.options.push(DraftOption { key, name: format!("o{n}"), parent: None });
            }
            (5, Some(one)) if one.kind.has_options() => {
                let last = one.fields.options.pop();
                if one.fields.default_option == last.map(|option| option.key) {
                    one.fields.default_option = None;
                }
            }
            (6, Some(_)) => drop(draft.attributes.remove(at)),
            (7, Some(one)) if !matches!(one.kind, AttributeKind::Other(_)) => {
                one.scope = AttributeScope::File;
                one.labels.clear();
            }
            (8, Some(one)) if one.kind == AttributeKind::Select => one.kind = AttributeKind::Radio,
            _ => {}
        }
    }
    draft
}

proptest! {
    #[test]
    fn a_plan_makes_what_was_wanted_and_touches_nothing_else(seeds in prop::collection::vec(any::<(u8, u8)>(), 0..12)) {
        let (base, draft) = (schema(), edited(&seeds));
        prop_assert_eq!(draft.faults(&base), vec![]);
        let steps = draft.plan(&base);
        prop_assert_eq!(steps.is_empty(), draft.changes(&base).is_empty());
        let (now, made) = carry_out(&base, &draft, &steps, 1_000);
        let wanted = draft.resolved(&made);
        prop_assert_eq!(wanted.changes(&now), vec![]);
        prop_assert_eq!(wanted.plan(&now), vec![]);
        let before: HashMap<_, _> = base.attributes.iter().map(|one| (one.id, one)).collect();
        for one in &draft.attributes {
            if let Some(old) = one.existing().and_then(|id| before.get(&id)).filter(|old| *one == DraftAttribute::from(**old)) {
                prop_assert!(now.attributes.contains(old));
            }
        }
        // And back again.
        let back = base.restored_over(&now);
        prop_assert_eq!(back.faults(&now), vec![]);
        let (again, made) = carry_out(&now, &back, &back.plan(&now), 2_000);
        prop_assert_eq!(back.resolved(&made).changes(&again), vec![]);
        prop_assert_eq!(&again.name, &base.name);
        for old in base.attributes.iter().filter(|old| !matches!(old.kind, AttributeKind::Other(_))) {
            let found = again.attributes.iter().find(|one| one.name == old.name);
            let names = |one: &Attribute| {
                let mut names: Vec<String> = one.options.iter().map(|option| option.name.clone()).collect();
                names.sort();
                names
            };
            prop_assert_eq!(found.map(names), Some(names(old)));
        }
    }
}

#[test]
fn what_is_wrong_says_where() {
    let base = schema();
    let faults = |edit: fn(&mut SchemaDraft)| {
        let mut draft = SchemaDraft::from(&base);
        edit(&mut draft);
        draft.faults(&base).into_iter().map(|fault| (fault.at, fault.what)).collect::<Vec<_>>()
    };
    let attribute = |key: &str| Place::Attribute { key: key.into() };
    assert_eq!(faults(|_| ()), []);
    assert_eq!(faults(|draft| draft.name = " ".into()), [(Place::Schema, Fault::EmptyName)]);
    assert_eq!(faults(|draft| drop(draft.labels.remove(1))), [(Place::Label { key: "2".into() }, Fault::LabelFixed)]);
    assert_eq!(
        faults(|draft| draft.labels[0].name = "SIGN ".into()),
        [
            (Place::Label { key: "1".into() }, Fault::LabelFixed),
            (Place::Label { key: "2".into() }, Fault::DuplicateLabel)
        ]
    );
    assert_eq!(
        faults(|draft| draft.attributes[0].labels = vec!["new-9".into()]),
        [(attribute("1"), Fault::UnknownLabel { key: "new-9".into() })]
    );
    assert_eq!(faults(|draft| draft.attributes[0].labels.clear()), [(attribute("1"), Fault::NoLabel)]);
    assert_eq!(faults(|draft| draft.attributes[1].fields.name = "Q1".into()), [(attribute("2"), Fault::DuplicateName)]);
    assert_eq!(
        faults(|draft| draft.attributes[2].kind = AttributeKind::Text),
        [(attribute("3"), Fault::OptionsNotAllowed)]
    );
    assert_eq!(
        faults(|draft| draft.attributes[2].kind = AttributeKind::Slider),
        [(attribute("3"), Fault::BoundsCrossed), (attribute("3"), Fault::OptionsNotAllowed)]
    );
    // A kind that this version does not know stays as it is, its place too; archiving it is allowed.
    assert_eq!(faults(|draft| draft.attributes[3].position = 0), [(attribute("4"), Fault::UnknownKind)]);
    assert_eq!(faults(|draft| drop(draft.attributes.remove(3))), []);
    let unknown = |draft: &mut SchemaDraft| draft.attributes[0].key = "77".into();
    assert_eq!(faults(unknown)[0], (attribute("77"), Fault::UnknownKey { key: "77".into() }));
}

#[test]
fn an_order_is_written_with_as_few_places_as_it_needs() {
    let mut draft = SchemaDraft::from(&schema());
    draft.attributes.swap(1, 2);
    draft.place();
    let places: Vec<_> = draft.attributes.iter().map(|one| (one.key.as_str(), one.position)).collect();
    assert_eq!(places, [("1", 1), ("3", 3), ("2", 4), ("4", 4)]);
}
