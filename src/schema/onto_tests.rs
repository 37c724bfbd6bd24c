//! Two changed the same schema.

use portal_model::{
    annotation::Label,
    attribute::{AttributeKind, AttributeScope},
    id::{LabelId, SchemaId},
    schema::{DraftLabel, SchemaChange},
};

use super::{super::tree::tests::attribute, *};

fn question(id: i64, name: &str) -> Attribute {
    Attribute {
        id: AttributeId(id),
        question: format!("{name}?"),
        name: name.into(),
        labels: vec![LabelId(1)],
        position: id,
        ..attribute(&[(id * 10, "a", None), (id * 10 + 1, "b", Some(id * 10))])
    }
}

/// Also used by the tests of what is kept.
pub fn schema() -> Schema {
    let label = |id, name: &str| Label { id: LabelId(id), name: name.into(), color: "#ff0000".into() };
    Schema {
        id: SchemaId(3),
        name: "Road".into(),
        archived: false,
        labels: vec![label(1, "car"), label(2, "sign")],
        attributes: vec![question(1, "one"), question(2, "two"), question(3, "three")],
    }
}

#[test]
fn cli_07_what_two_changed_apart_comes_together() {
    let base = schema();
    let mut now = base.clone();
    now.name = "Street".into();
    now.attributes[0].question = "Theirs?".into();
    now.attributes[1].labels = vec![LabelId(1), LabelId(2)];
    now.attributes.push(question(9, "nine"));
    let mut mine = unchanged(&base);
    mine.labels.push(DraftLabel { key: "new-1".into(), name: "bus".into(), color: None });
    mine.attributes[1].labels = vec!["new-1".into()];
    mine.attributes[2].kind = AttributeKind::Select;
    mine.attributes[2].fields.options.clear();
    let (draft, lost) = rebase_all(&base, &now, &mine);
    assert_eq!(lost, []);
    assert_eq!(draft.name, "Street");
    assert_eq!(draft.attributes.len(), 4);
    assert_eq!(draft.attributes[1].labels, ["2", "new-1"], "theirs on, mine on, mine off");
    assert_eq!(draft.changes(&now).len(), 3);
}

#[test]
fn cli_07_mine_wins_and_what_is_lost_is_told() {
    let base = schema();
    let mut now = base.clone();
    now.name = "Theirs".into();
    now.attributes.remove(0);
    let mut mine = unchanged(&base);
    mine.name = "Mine".into();
    mine.attributes[0].fields.question = "Gone?".into();
    mine.attributes.remove(2);
    let (draft, lost) = rebase_all(&base, &now, &mine);
    assert_eq!(lost, [Lost::Attribute("one?".into())]);
    assert_eq!(
        draft.changes(&now),
        [
            SchemaChange::Renamed { from: "Theirs".into(), to: "Mine".into() },
            SchemaChange::AttributeArchived { id: AttributeId(3), question: "three?".into() },
        ]
    );
}

#[test]
fn what_was_made_of_mine_already_is_not_made_twice() {
    let base = schema();
    let mut mine = unchanged(&base);
    mine.labels.push(DraftLabel { key: "new-1".into(), name: "Bus".into(), color: Some("#00ff00".into()) });
    let mut new = DraftAttribute::from(&question(7, "seven"));
    new.key = "new-1".into();
    new.labels = vec!["new-1".into()];
    for option in &mut new.fields.options {
        option.key = format!("new-{}", option.key);
        option.parent = option.parent.as_ref().map(|parent| format!("new-{parent}"));
    }
    mine.attributes.push(new);
    // The label, the attribute and its first option came through.
    let mut now = base.clone();
    now.labels.push(Label { id: LabelId(8), name: "Bus".into(), color: "#00ff00".into() });
    now.attributes.push(Attribute { labels: vec![], scope: AttributeScope::Labels, ..question(7, "seven") });
    now.attributes[3].options.pop();
    let (draft, lost) = rebase_all(&base, &now, &mine);
    assert_eq!(lost, []);
    assert_eq!(draft.labels.len(), 3);
    assert_eq!(draft.attributes[3].labels, ["8"]);
    let names: Vec<_> = draft.attributes[3].fields.options.iter().map(|option| option.key.as_str()).collect();
    assert_eq!(names, ["70", "new-71"]);
    assert_eq!(draft.faults(&now), []);
}
