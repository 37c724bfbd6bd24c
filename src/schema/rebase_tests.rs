//! Two changed the same attribute.

use portal_model::{attribute::Change, id::OptionId};

use super::{super::tree::tests::attribute, *};
use crate::schema::tree;

const COLOURS: [(i64, &str, Option<i64>); 3] = [(1, "warm", None), (2, "cold", None), (3, "red", Some(1))];

fn option(key: &str, name: &str, parent: Option<&str>) -> DraftOption {
    DraftOption { key: key.into(), name: name.into(), parent: parent.map(Into::into) }
}

#[test]
fn cli_07_what_both_changed_apart_comes_together() {
    let base = attribute(&COLOURS);
    let mut theirs = base.clone();
    theirs.question = "What colour is it?".into();
    theirs.options[1].name = "cool".into();
    let mut mine = Draft::from(&base);
    mine.options[2].name = "crimson".into();
    tree::add(&mut mine, "green", Some("2"));
    let rebased = rebase(&base, &theirs, &mine);
    assert_eq!(rebased.dropped, []);
    assert_eq!(
        rebased.draft.changes(&theirs),
        [
            Change::OptionRenamed { id: OptionId(3), from: "red".into(), to: "crimson".into() },
            Change::OptionAdded { key: "new-1".into(), name: "green".into(), under: Some("cool".into()) },
        ]
    );
    assert_eq!(rebased.draft.faults(&theirs), []);
}

#[test]
fn cli_07_where_both_changed_the_same_mine_wins_and_the_comparison_says_so() {
    let base = attribute(&COLOURS);
    let mut theirs = base.clone();
    theirs.question = "Theirs?".into();
    theirs.options.remove(1);
    let mut mine = Draft::from(&base);
    mine.question = "Mine?".into();
    mine.options[0].name = "hot".into();
    assert_eq!(rebase(&base, &theirs, &mine).draft.question, "Mine?");
    let lines = compare(&base, &theirs, &mine);
    let said: Vec<_> = lines
        .iter()
        .map(|line| (line.was.as_deref(), line.now.as_deref(), line.mine.as_deref(), line.clashes))
        .collect();
    assert_eq!(
        said,
        [
            (Some("Which colour?"), Some("Theirs?"), Some("Mine?"), true),
            (Some("warm"), Some("warm"), Some("hot"), false),
            (Some("cold"), None, Some("cold"), false),
        ]
    );
}

#[test]
fn edits_of_what_is_archived_now_are_dropped_and_told() {
    let base = attribute(&COLOURS);
    let mut theirs = base.clone();
    theirs.options[1].archived = true;
    let mut mine = Draft::from(&base);
    mine.options[1].name = "cool".into();
    mine.default_option = Some("2".into());
    tree::add(&mut mine, "green", Some("2"));
    let rebased = rebase(&base, &theirs, &mine);
    assert_eq!(rebased.dropped, [Dropped::Gone("cold".into()), Dropped::Unplaced("green".into()), Dropped::Default]);
    assert_eq!(rebased.draft.options.last(), Some(&option("new-1", "green", None)));
    assert_eq!(rebased.draft.faults(&theirs), []);
}

#[test]
fn a_broken_run_goes_on_where_it_stopped() {
    let base = attribute(&COLOURS);
    let mut mine = Draft::from(&base);
    tree::add(&mut mine, "green", Some("2"));
    tree::add(&mut mine, "lime", Some("new-1"));
    mine.default_option = Some("new-1".into());
    tree::archive(&mut mine, "3");
    // The first call came through, the rest did not.
    let half = attribute(&[COLOURS[0], COLOURS[1], COLOURS[2], (9, "green", Some(2))]);
    let rebased = rebase(&base, &half, &mine);
    assert_eq!(rebased.dropped, []);
    assert_eq!(
        rebased.draft.changes(&half),
        [
            Change::Default { from: None, to: Some("green".into()) },
            Change::OptionAdded { key: "new-2".into(), name: "lime".into(), under: Some("green".into()) },
            Change::OptionArchived { id: OptionId(3), name: "red".into() },
        ]
    );
}

#[test]
fn dat_04_two_moves_never_close_a_circle() {
    let base = attribute(&COLOURS);
    let mut theirs = base.clone();
    theirs.options[0].parent = Some(OptionId(2));
    let mut mine = Draft::from(&base);
    assert!(tree::move_under(&mut mine, "2", Some("1")));
    let rebased = rebase(&base, &theirs, &mine);
    assert_eq!(rebased.draft.faults(&theirs), []);
    assert_eq!(rebased.dropped, [Dropped::Unplaced("cold".into())]);
    assert_eq!(rebased.draft.changes(&theirs), []);
}

#[test]
fn what_i_archive_takes_no_newcomer_along() {
    let base = attribute(&COLOURS);
    let theirs = attribute(&[COLOURS[0], COLOURS[1], COLOURS[2], (9, "pink", Some(1))]);
    let mut mine = Draft::from(&base);
    tree::archive(&mut mine, "1");
    let rebased = rebase(&base, &theirs, &mine);
    assert_eq!(rebased.dropped, [Dropped::Unplaced("pink".into())]);
    assert_eq!(rebased.draft.options, [option("2", "cold", None), option("9", "pink", None)]);
}
