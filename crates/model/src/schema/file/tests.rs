//! Files of schemas: what is written reads back as no change, however odd the schema is; and what edits in a file mean.

use proptest::prelude::*;

use super::*;
use crate::{
    annotation::Label,
    attribute::{Attribute, AttributeOption, AttributeScope, Change},
    id::{LabelId, SchemaId},
    schema::{DraftAttribute, Schema, SchemaChange, SchemaDraft},
};

fn option(id: i64, name: &str, parent: Option<i64>) -> AttributeOption {
    AttributeOption { id: OptionId(id), name: name.into(), parent: parent.map(OptionId), archived: false }
}

fn attribute(id: i64, name: &str, kind: AttributeKind, options: Vec<AttributeOption>) -> Attribute {
    Attribute {
        id: AttributeId(id),
        question: format!("Which {name}?"),
        name: name.into(),
        kind,
        scope: AttributeScope::Labels,
        labels: vec![LabelId(1)],
        min: None,
        max: None,
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
    let warm =
        [option(1, "warm", None), option(2, "red", Some(1)), option(3, "orange", Some(1)), option(4, "cool", None)];
    let mut colour = attribute(1, "colour", AttributeKind::Tree, warm.into());
    colour.default_option = Some(OptionId(2));
    let mut speed = attribute(2, "speed", AttributeKind::Slider, Vec::new());
    (speed.min, speed.max, speed.default_value) = (Some(0), Some(10), Some("5".into()));
    (speed.scope, speed.labels) = (AttributeScope::File, Vec::new());
    let unknown = attribute(3, "where", AttributeKind::Other("geo".into()), Vec::new());
    Schema {
        id: SchemaId(3),
        name: "Road".into(),
        archived: false,
        labels: vec![label(1, "car"), label(2, "sign")],
        attributes: vec![colour, speed, unknown],
    }
}

/// A schema that no one would make, and Diffgram does not prevent.
fn odd() -> impl Strategy<Value = Schema> {
    let name =
        || prop::sample::select(&["", "a", "A", "a / b", "b", "=x", "'=x", "7", "é", " "][..]).prop_map(str::to_owned);
    let kind = prop::sample::select(&["select", "tree", "text", "slider", "date", "geo", "radio"][..])
        .prop_map(|word| AttributeKind::from(word.to_owned()));
    let option = (name(), prop::option::of(1_i64..9), prop::bool::weighted(0.2));
    let one = (
        (name(), name(), kind, prop::collection::vec(option, 0..8)),
        (
            prop::sample::select(&[AttributeScope::Labels, AttributeScope::File, AttributeScope::CompoundFile][..]),
            prop::collection::vec(1_i64..5, 0..3),
            prop::option::of(name()),
            prop::option::of(1_i64..9),
            -2_i64..3,
            prop::option::of(0_i64..9),
        ),
    );
    let labels = prop::collection::vec(name(), 0..4);
    (name(), any::<bool>(), labels, prop::collection::vec(one, 0..5)).prop_map(|(name, archived, labels, all)| Schema {
        id: SchemaId(1),
        name,
        archived,
        labels: labels.iter().zip(1..).map(|(name, id)| label(id, name)).collect(),
        attributes: all
            .into_iter()
            .zip(1..)
            .map(|(((name, question, kind, options), (scope, labels, value, default, position, min)), id)| Attribute {
                id: AttributeId(id),
                question,
                name,
                kind,
                scope,
                labels: labels.into_iter().map(LabelId).collect(),
                min,
                max: min,
                default_value: value,
                default_option: default.map(OptionId),
                read_only: archived,
                position,
                options: options
                    .into_iter()
                    .zip(1..)
                    .map(|((name, parent, archived), id)| AttributeOption {
                        id: OptionId(id),
                        name,
                        parent: parent.map(OptionId),
                        archived,
                    })
                    .collect(),
            })
            .collect(),
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_no_change(schema in odd(), ids in any::<bool>()) {
        let file = SchemaFile::of(&schema, ids);
        let text = serde_json::to_string(&file).unwrap();
        prop_assert_eq!(&serde_json::from_str::<SchemaFile>(&text).unwrap(), &file);
        let draft = file.over(&schema).unwrap();
        prop_assert_eq!(draft.changes(&schema), vec![]);
        prop_assert_eq!(draft.plan(&schema), vec![]);
        for attribute in schema.attributes.iter().filter(|one| matches!(one.kind, AttributeKind::Other(_))) {
            prop_assert!(draft.attributes.contains(&DraftAttribute::from(attribute)));
        }
    }

    #[test]
    fn a_table_reads_back_as_no_change(schema in odd(), turn in any::<bool>()) {
        for (n, attribute) in schema.attributes.iter().enumerate().filter(|(_, one)| !matches!(one.kind, AttributeKind::Other(_))) {
            let mut lines = OptionLine::of(attribute);
            prop_assert!(lines.iter().all(|line| !line.name.starts_with(['=', '+', '-', '@'])));
            if turn {
                lines.reverse();
            }
            let mut file = SchemaFile::of(&schema, true);
            file.attributes[n].options = OptionLine::options(&lines).unwrap();
            prop_assert_eq!(file.over(&schema).unwrap().changes(&schema), vec![]);
        }
    }

    #[test]
    fn no_file_ends_badly(schema in odd(), other in odd()) {
        match SchemaFile::of(&other, false).over(&schema) {
            Ok(draft) => drop(draft.changes(&schema)),
            Err(faults) => prop_assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.to_string().is_empty())),
        }
    }
}

fn changes(edit: impl FnOnce(&mut SchemaFile)) -> Vec<SchemaChange> {
    let base = schema();
    let mut file = SchemaFile::of(&base, false);
    edit(&mut file);
    let draft = file.over(&base).unwrap();
    assert_eq!(draft.faults(&base), [], "{draft:?}");
    draft.changes(&base)
}

fn faults(edit: impl FnOnce(&mut SchemaFile)) -> Vec<String> {
    let base = schema();
    let mut file = SchemaFile::of(&base, false);
    edit(&mut file);
    file.over(&base).unwrap_err().iter().map(ToString::to_string).collect()
}

fn of_colour(changes: &[SchemaChange]) -> &[Change] {
    match changes {
        [SchemaChange::AttributeChanged { id: AttributeId(1), changes, .. }] => changes,
        other => panic!("only colour changes: {other:?}"),
    }
}

fn named(name: &str) -> OptionInFile {
    OptionInFile::Name(name.into())
}

fn whole(id: Option<i64>, name: &str, options: Vec<OptionInFile>) -> OptionInFile {
    OptionInFile::new(id.map(OptionId), name.into(), options)
}

#[test]
fn a_file_is_as_people_write_it() {
    let file = SchemaFile::of(&schema(), false);
    assert_eq!(
        serde_json::to_value(&file).unwrap(),
        serde_json::json!({
            "schema": "Road",
            "labels": [{"name": "car", "color": "#ff0000"}, {"name": "sign", "color": "#ff0000"}],
            "attributes": [
                {"name": "colour", "question": "Which colour?", "kind": "tree", "about": ["car"], "starts_with": "warm / red",
                 "options": [{"name": "warm", "options": ["red", "orange"]}, "cool"]},
                {"name": "speed", "question": "Which speed?", "kind": "slider", "about": "file", "min": 0, "max": 10,
                 "starts_with": 5},
                {"name": "where", "question": "Which where?", "kind": "geo", "about": ["car"]},
            ],
        })
    );
}

#[test]
fn edits_in_a_file_mean_what_they_say() {
    let changed = changes(|file| {
        file.attributes[0].options = vec![named("cool"), whole(None, "warm", vec![named("red"), named("pink")])];
    });
    assert_eq!(
        of_colour(&changed),
        [
            Change::OptionAdded { key: "new-4".into(), name: "pink".into(), under: Some("warm".into()) },
            Change::OptionArchived { id: OptionId(3), name: "orange".into() },
        ]
    );
    // With its id an option can be called and placed otherwise.
    let changed = changes(|file| {
        file.attributes[0].options = vec![
            whole(Some(1), "hot", vec![named("orange")]),
            whole(None, "cool", vec![whole(Some(2), "red", vec![])]),
        ];
        file.attributes[0].starts_with = Some(StartsWith::Text("cool / red".into()));
    });
    assert_eq!(
        of_colour(&changed),
        [
            Change::OptionRenamed { id: OptionId(1), from: "warm".into(), to: "hot".into() },
            Change::OptionMoved { id: OptionId(2), name: "red".into(), under: Some("cool".into()) },
        ]
    );
    let changed = changes(|file| file.attributes[0].starts_with = Some(StartsWith::Text("cool".into())));
    assert_eq!(of_colour(&changed), [Change::Default { from: Some("red".into()), to: Some("cool".into()) }]);
    let changed = changes(|file| file.attributes[0].starts_with = None);
    assert_eq!(of_colour(&changed), [Change::Default { from: Some("red".into()), to: None }]);
    let changed = changes(|file| file.attributes[0].about = About::Labels(vec!["sign".into()]));
    assert_eq!(of_colour(&changed), [Change::Labels { added: vec!["sign".into()], removed: vec!["car".into()] }]);
    let changed =
        changes(|file| (file.attributes[0].id, file.attributes[0].name) = (Some(AttributeId(1)), "color".into()));
    assert_eq!(of_colour(&changed), [Change::Name { from: "colour".into(), to: "color".into() }]);
    assert_eq!(changes(|file| file.labels = None), [], "labels that are not named stay");
    assert_eq!(
        changes(|file| drop(file.attributes.remove(2))),
        [SchemaChange::AttributeArchived { id: AttributeId(3), question: "Which where?".into() }]
    );
    let added = changes(|file| {
        if let Some(labels) = &mut file.labels {
            labels.push(LabelInFile::Name("bus".into()));
        }
        file.attributes.push(AttributeInFile {
            id: None,
            name: "size".into(),
            question: "How big?".into(),
            kind: AttributeKind::Radio,
            about: About::Labels(vec!["bus".into()]),
            min: None,
            max: None,
            starts_with: Some(StartsWith::Text("small".into())),
            read_only: false,
            options: vec![named("small"), named("big")],
        });
    });
    assert_eq!(added[0], SchemaChange::LabelAdded { key: "new-3".into(), name: "bus".into() });
    assert!(
        matches!(&added[1..], [SchemaChange::AttributeAdded { key, options: 2, .. }] if key == "new-4"),
        "{added:?}"
    );
}

#[test]
fn the_order_of_attributes_is_their_place() {
    let places = |schema: &Schema, order: &[usize]| {
        let mut file = SchemaFile::of(schema, false);
        let all = file.attributes.clone();
        file.attributes = order.iter().map(|n| all[*n].clone()).collect();
        let draft: SchemaDraft = file.over(schema).unwrap();
        draft.attributes.iter().map(|one| one.position).collect::<Vec<_>>()
    };
    assert_eq!(places(&schema(), &[0, 1, 2]), [1, 2, 3]);
    assert_eq!(places(&schema(), &[1, 0, 2]), [2, 3, 3], "one moves; the unknown kind stays");
    // As Diffgram leaves them: nothing moves unless somebody says so.
    let mut flat = schema();
    flat.attributes.iter_mut().for_each(|one| one.position = 0);
    assert_eq!(places(&flat, &[0, 1, 2]), [0, 0, 0]);
    assert_eq!(places(&flat, &[1, 0, 2]), [0, 1, 0]);
    let mut file = SchemaFile::of(&flat, false);
    let new = AttributeInFile {
        name: "new".into(),
        kind: AttributeKind::Text,
        starts_with: None,
        options: Vec::new(),
        ..file.attributes[0].clone()
    };
    file.attributes.push(new.clone());
    let position = |file: &SchemaFile, n: usize| file.over(&flat).unwrap().attributes[n].position;
    assert_eq!((position(&file, 0), position(&file, 3)), (0, 1), "new ones follow without moving others");
    file.attributes.rotate_right(1);
    assert_eq!((position(&file, 0), position(&file, 1)), (0, 1));
}

#[test]
fn faults_say_where_and_what_to_do() {
    let colour = "attributes › colour";
    assert_eq!(
        faults(|file| file.attributes[0].options.push(whole(Some(77), "blue", vec![]))),
        [format!("{colour} › options › blue: nothing that is live has the id 77; leave the id out to make it anew")]
    );
    assert_eq!(
        faults(|file| file.attributes[0].options.extend([named("blue"), named("blue")])),
        [format!("{colour} › options › blue: stands twice in the file")]
    );
    assert_eq!(
        faults(|file| file.attributes[0].options = vec![whole(Some(1), "a", vec![]), whole(Some(1), "b", vec![])])[0],
        format!("{colour} › options › a: stands twice in the file")
    );
    assert_eq!(
        faults(|file| file.attributes[0].options = vec![named("warm"), named("cool")]),
        [format!("{colour}: no option, or more than one, has the path \"warm / red\"; write the path, or id")]
    );
    assert_eq!(
        faults(|file| file.attributes[0].about = About::Labels(vec!["bus".into()])),
        [format!("{colour}: there is no label \"bus\"; add it to labels")]
    );
    assert!(
        faults(|file| file.labels = Some(vec![LabelInFile::Name("car".into())]))[0]
            .starts_with("labels: the schema has a label \"sign\"")
    );
    assert!(
        faults(|file| file.attributes[0].kind = AttributeKind::Other("dropdown".into()))[0]
            .contains("there is no kind \"dropdown\"")
    );
    for change in [
        (|file| file.attributes[2].question.push('!')) as fn(&mut SchemaFile),
        |file| file.attributes[2].kind = AttributeKind::Text,
        |file| file.attributes[2].options.push(OptionInFile::Name("x".into())),
    ] {
        assert!(faults(change)[0].contains("this kind cannot be edited here"));
    }
    assert_eq!(
        faults(|file| {
            let twin = file.attributes[0].clone();
            file.attributes.push(twin);
        }),
        [format!("{colour}: stands twice in the file")]
    );
    let mut twins = schema();
    twins.attributes[1].name = "colour".into();
    let mut file = SchemaFile::of(&twins, false);
    assert_eq!(file.attributes[0].id, Some(AttributeId(1)), "a name that does not say which gets its id");
    file.attributes.truncate(1);
    file.attributes[0].id = None;
    assert_eq!(file.over(&twins).unwrap_err()[0].what, FileProblem::Ambiguous);
    let mut deep = named("last");
    for _ in 0..40 {
        deep = whole(None, "x", vec![deep]);
    }
    assert_eq!(faults(|file| file.attributes[0].options.push(deep)).len(), 1);
}

#[test]
fn what_may_be_short_or_long_says_what_it_expects() {
    let fault = |part: &str| {
        let text = format!(
            "{{\"schema\": \"x\", \"attributes\": [{{\"name\": \"a\", \"question\": \"A?\", \"kind\": \"select\", {part}}}]}}"
        );
        serde_json::from_str::<SchemaFile>(&text).map(drop).unwrap_err().to_string()
    };
    let about = "\"about\": \"file\"";
    assert!(
        fault("\"about\": \"car\"")
            .contains("expected what it is asked about: file, compound_file, or a list of labels")
    );
    assert!(fault(&format!("{about}, \"options\": [7]")).contains("expected an option: its name in quotes"));
    assert!(
        fault(&format!("{about}, \"options\": [{{\"name\": \"x\", \"optons\": []}}]"))
            .contains("unknown field `optons`")
    );
    assert!(fault(&format!("{about}, \"starts_with\": 0.5")).contains("a whole number"));
    assert!(fault("\"options\": []").contains("missing field `about`"));
}

#[test]
fn a_table_says_what_stands_under_what() {
    let line =
        |id: &str, name: &str, parent: &str| OptionLine { id: id.into(), name: name.into(), parent: parent.into() };
    let base = schema();
    assert_eq!(
        OptionLine::of(&base.attributes[0]),
        [line("1", "warm", ""), line("2", "red", "warm"), line("3", "orange", "warm"), line("4", "cool", "")]
    );
    // By id, by path, in any order; without an id a row is found by its path, or new.
    let options = OptionLine::options(&[
        line("", "dark", "warm / red"),
        line("", "red", "1"),
        line("1", "warm", ""),
        line("", "'-5", ""),
        line("", "darker", "warm / red / dark"),
    ]);
    let dark = whole(None, "dark", vec![named("darker")]);
    assert_eq!(options.unwrap(), [whole(Some(1), "warm", vec![whole(None, "red", vec![dark])]), named("-5")]);
    let fault = |lines: &[OptionLine]| {
        OptionLine::options(lines).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(fault(&[line("x", "a", "")])[0].starts_with("row 2 › a: the id \"x\" is not a number"));
    assert!(fault(&[line("", "a", ""), line("", "b", "c")])[0].starts_with("row 3 › b: the parent \"c\" is no row"));
    assert_eq!(fault(&[line("1", "a", "2"), line("2", "b", "1")]).len(), 2, "a ring");
    assert!(fault(&[line("", "a", ""), line("", "a", ""), line("", "b", "a")])[0].contains("more than one"));
    let chain: Vec<OptionLine> = (1..=50_000)
        .map(|n: i64| line(&n.to_string(), "x", &if n == 1 { String::new() } else { (n - 1).to_string() }))
        .collect();
    assert_eq!(fault(&chain).len(), 50_000 - 40, "deeper than files say");
}
