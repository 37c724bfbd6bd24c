//! Trees of options, as an editor changes them.

use portal_model::{
    attribute::{AttributeKind, AttributeOption, AttributeScope},
    id::AttributeId,
};

use super::*;

/// An attribute of kind tree from `(id, name, parent)`; also used by the tests of rebasing.
pub fn attribute(options: &[(i64, &str, Option<i64>)]) -> Attribute {
    let option = |&(id, name, parent): &(i64, &str, Option<i64>)| AttributeOption {
        id: OptionId(id),
        name: name.into(),
        parent: parent.map(OptionId),
        archived: false,
    };
    Attribute {
        id: AttributeId(4),
        question: "Which colour?".into(),
        name: "colour".into(),
        kind: AttributeKind::Tree,
        scope: AttributeScope::Labels,
        labels: vec![],
        min: None,
        max: None,
        default_value: None,
        default_option: None,
        read_only: false,
        position: 0,
        options: options.iter().map(option).collect(),
    }
}

/// `warm(red, orange(amber)), cold(blue)`.
fn colours() -> (Attribute, Draft) {
    let base = attribute(&[
        (1, "warm", None),
        (2, "cold", None),
        (3, "red", Some(1)),
        (4, "orange", Some(1)),
        (5, "blue", Some(2)),
        (6, "amber", Some(4)),
    ]);
    let mut draft = Draft::from(&base);
    arrange(&mut draft.options);
    (base, draft)
}

/// The tree as lines, a dot for each level.
fn drawn(draft: &Draft) -> Vec<String> {
    let depths = depths(&draft.options);
    draft.options.iter().zip(depths).map(|(option, depth)| ".".repeat(depth.into()) + &option.name).collect()
}

#[test]
fn an_option_is_followed_by_those_under_it() {
    let (base, draft) = colours();
    assert_eq!(drawn(&draft), ["warm", ".red", ".orange", "..amber", "cold", ".blue"]);
    assert_eq!(draft.changes(&base), [], "the order alone is no change");
    assert_eq!(path(&by_key(&draft.options), "6"), "warm › orange › amber");
}

#[test]
fn dat_04_circles_and_orphans_are_kept_as_they_are() {
    let base = attribute(&[(1, "a", Some(2)), (2, "b", Some(1)), (3, "lost", Some(99)), (4, "c", None)]);
    let mut draft = Draft::from(&base);
    arrange(&mut draft.options);
    assert_eq!(draft.options.len(), 4);
    assert_eq!(draft.changes(&base), []);
    assert_eq!(path(&by_key(&draft.options), "1"), "b › a", "no endless loop");
}

#[test]
fn indent_goes_under_the_one_above_and_outdent_back_beside_it() {
    let (_, mut draft) = colours();
    assert!(indent(&mut draft, "2"));
    assert_eq!(drawn(&draft), ["warm", ".red", ".orange", "..amber", ".cold", "..blue"]);
    assert!(outdent(&mut draft, "4"));
    assert_eq!(drawn(&draft), ["warm", ".red", ".cold", "..blue", "orange", ".amber"]);
    assert!(!indent(&mut draft, "1"), "nothing is above the first");
    assert!(!indent(&mut draft, "3"), "nor above the first under another");
    assert!(!outdent(&mut draft, "1"), "the top is the top");
    assert!(!indent(&mut draft, "none") && !outdent(&mut draft, "none"));
}

#[test]
fn dat_04_nothing_moves_under_itself() {
    let (_, mut draft) = colours();
    assert!(!move_under(&mut draft, "1", Some("6")));
    assert!(!move_under(&mut draft, "1", Some("1")));
    assert!(!move_under(&mut draft, "3", Some("1")), "it stands there already");
    assert!(!move_under(&mut draft, "3", Some("none")));
    assert!(move_under(&mut draft, "4", Some("5")));
    assert_eq!(drawn(&draft), ["warm", ".red", "cold", ".blue", "..orange", "...amber"]);
    assert!(move_under(&mut draft, "6", None));
    assert_eq!(drawn(&draft).last().expect("it is there"), "amber");
}

#[test]
fn archiving_takes_what_stands_under_it_and_the_default_along() {
    let (base, mut draft) = colours();
    draft.default_option = Some("6".into());
    assert_eq!(archive(&mut draft, "1"), 4);
    assert_eq!((drawn(&draft), draft.default_option.clone()), (vec!["cold".to_owned(), ".blue".into()], None));
    assert_eq!(draft.faults(&base), []);
    restore(&mut draft, &base, OptionId(6));
    assert_eq!(drawn(&draft), ["cold", ".blue", "warm", ".orange", "..amber"], "with those it stands under");
    restore(&mut draft, &base, OptionId(6));
    assert_eq!(draft.options.len(), 5, "once");
}

#[test]
fn new_options_get_keys_of_their_own() {
    let (base, mut draft) = colours();
    assert_eq!(add(&mut draft, " green ", Some("2")), "new-1");
    assert_eq!(add(&mut draft, "lime", Some("new-1")), "new-2");
    assert_eq!(add(&mut draft, "grey", Some("gone")), "new-3");
    assert_eq!(drawn(&draft)[4..], ["cold", ".blue", ".green", "..lime", "grey"]);
    assert_eq!(draft.faults(&base), []);
}

#[test]
fn of_doubles_the_oldest_stays_and_takes_over_what_stood_under_the_others() {
    let base = attribute(&[
        (5, "Warm", None),
        (1, "warm ", None),
        (2, "red", Some(1)),
        (6, "RED", Some(5)),
        (7, "orange", Some(5)),
        (8, "rust", Some(6)),
    ]);
    let mut draft = Draft::from(&base);
    draft.default_option = Some("6".into());
    add(&mut draft, "Red", Some("1"));
    assert_eq!(doubles(&draft.options), 2);
    assert_eq!(merge(&mut draft), 3);
    assert_eq!(drawn(&draft), ["warm ", ".orange", ".red", "..rust"]);
    assert_eq!((doubles(&draft.options), draft.default_option.as_deref()), (0, Some("2")));
    assert_eq!(merge(&mut draft), 0);
    assert_eq!(draft.faults(&base), []);
}

#[test]
fn dat_03_fifty_thousand_options_are_arranged_at_once() {
    let (_, mut draft) = colours();
    draft.options = (1..=50_000)
        .map(|n| DraftOption { key: format!("new-{n}"), name: format!("option {}", n % 40_000), parent: None })
        .collect();
    assert!(indent(&mut draft, "new-50000"));
    assert_eq!(archive(&mut draft, "new-49999"), 2);
    assert_eq!(merge(&mut draft), 9_998);
}
