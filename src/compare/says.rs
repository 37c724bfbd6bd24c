//! What a comparison comes to, in words: enough to decide by.

use leptos::prelude::*;
use portal_model::{
    api::compare::{ClassNumbers, Compared, LeftOut},
    metrics::Counts,
};
use std::sync::Arc;

use crate::text::{compare as words, hundredths, number, t, t_count, t_with, task};

/// Classes that changed most are named; more would be a second table.
const NAMED: usize = 4;

/// How much more the second has than the first.
fn more(before: u32, after: u32) -> i64 {
    i64::from(after) - i64::from(before)
}

/// With its sign, as people write it.
pub fn signed(n: i64) -> String {
    let digits = number(u32::try_from(n.unsigned_abs()).unwrap_or(u32::MAX));
    match n {
        0 => "±0".to_owned(),
        1.. => format!("+{digits}"),
        _ => format!("−{digits}"),
    }
}

/// The name of a class.
pub fn class_name(name: &str) -> String {
    if name.is_empty() { t(task::NO_LABEL).to_owned() } else { name.to_owned() }
}

/// Classes whose counts are not the same, most changed first, with how many more are found and wrong.
fn changes(a: &[ClassNumbers], b: &[ClassNumbers]) -> Vec<(String, i64, i64)> {
    let of = |classes: &[ClassNumbers], name: &str| {
        classes.iter().find(|class| class.name == name).map_or_else(Counts::default, |class| class.numbers.counts)
    };
    let mut names: Vec<&str> = a.iter().chain(b).map(|class| class.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut changes: Vec<(String, i64, i64)> = names
        .into_iter()
        .map(|name| {
            let (before, after) = (of(a, name), of(b, name));
            (name.to_owned(), more(before.found, after.found), more(before.wrong, after.wrong))
        })
        .filter(|(_, found, wrong)| *found != 0 || *wrong != 0)
        .collect();
    changes.sort_by_key(|(_, found, wrong)| std::cmp::Reverse(found.abs() + wrong.abs()));
    changes
}

fn verdict(a: &Compared, b: &Compared) -> String {
    let count = |n: i64| u32::try_from(n.unsigned_abs()).unwrap_or(u32::MAX);
    let found = more(a.total.counts.found, b.total.counts.found);
    let wrong = more(a.total.counts.wrong, b.total.counts.wrong);
    let names = |words| {
        let n = number(count(found));
        t_with(words, &[("a", &a.run.name), ("b", &b.run.name), ("n", &n)])
    };
    let finds = names(match found {
        0 => words::AS_MANY,
        1.. => words::MORE,
        _ => words::FEWER,
    });
    let errs = match wrong {
        0 => t(words::WRONG_SAME).to_owned(),
        1.. => t_with(words::WRONG_MORE, &[("n", &number(count(wrong)))]),
        _ => t_with(words::WRONG_FEWER, &[("n", &number(count(wrong)))]),
    };
    format!("{finds} {errs}")
}

fn left_out(left: LeftOut) -> Option<String> {
    let reasons =
        [(left.unread, words::LEFT_UNREAD), (left.no_pictures, words::LEFT_KIND), (left.beyond, words::LEFT_BEYOND)];
    let why: Vec<String> =
        reasons.iter().filter(|(n, _)| *n > 0).map(|(n, key)| t_with(*key, &[("n", &number(*n))])).collect();
    (!why.is_empty()).then(|| t_with(words::LEFT_OUT, &[("why", &why.join(", "))]))
}

/// The sentences above the table.
pub fn summary(both: &[Arc<Compared>]) -> AnyView {
    let Some(a) = both.first() else { return ().into_any() };
    let counts = a.total.counts;
    let verdict = match both.get(1) {
        Some(b) => verdict(a, b),
        None => t_with(
            words::ALONE,
            &[
                ("a", &a.run.name),
                ("found", &number(counts.found)),
                ("all", &number(counts.truths())),
                ("wrong", &number(counts.wrong)),
            ],
        ),
    };
    let named = both.get(1).map(|b| changes(&a.classes, &b.classes)).unwrap_or_default();
    let named = named.into_iter().take(NAMED).map(|(class, found, wrong)| {
        let values = [("class", &*class_name(&class)), ("found", &*signed(found)), ("wrong", &*signed(wrong))];
        view! { <li><bdi>{t_with(words::CLASS_CHANGE, &values)}</bdi></li> }.into_any()
    });
    let mut facts = vec![t_count(words::JUDGED_ONE, words::JUDGED_OTHER, a.files)];
    facts.extend(left_out(a.left_out));
    let mut notes = Vec::new();
    for one in both.iter().filter(|one| one.without_predictions > 0) {
        let values = [("n", &*number(one.without_predictions)), ("run", &*one.run.name)];
        notes.push(t_with(words::WITHOUT_PREDICTIONS, &values));
    }
    if a.without_truths > 0 {
        notes.push(t_with(words::WITHOUT_TRUTHS, &[("n", &number(a.without_truths))]));
    }
    if a.shapeless > 0 {
        notes.push(t_count(words::SHAPELESS_ONE, words::SHAPELESS_OTHER, a.shapeless));
    }
    let averages: Vec<String> = both
        .iter()
        .filter_map(|one| Some(format!("{} {}", one.run.name, hundredths(one.average_of_overlaps?))))
        .collect();
    if !averages.is_empty() {
        notes.push(t_with(words::MAP, &[("numbers", &averages.join(", "))]));
    }
    view! {
        <section class="verdict-of" role="status">
            <p class="verdict-line"><bdi>{verdict}</bdi></p>
            <ul class="changed">{named.collect::<Vec<_>>()}</ul>
            <p>{facts.join(" ")}</p>
            {notes.into_iter().map(|note| view! { <p class="quiet"><bdi>{note}</bdi></p> }.into_any()).collect::<Vec<_>>()}
        </section>
    }
    .into_any()
}

/// How it is judged.
pub fn how(overlap: u8) -> String {
    t_with(words::HOW_VIEW, &[("iou", &hundredths(f64::from(overlap) / 100.0))])
}

#[cfg(test)]
mod tests {
    use portal_model::api::compare::Numbers;

    use super::*;

    #[test]
    fn what_changed_most_is_named_first_and_what_did_not_is_not() {
        let class = |name: &str, found, wrong| ClassNumbers {
            name: name.to_owned(),
            numbers: Numbers::new(Counts { found, wrong, missed: 0 }, None),
        };
        let before = [class("cup", 3, 1), class("eye", 2, 2), class("face", 5, 0)];
        let after = [class("cup", 2, 1), class("eye", 2, 2), class("face", 9, 2), class("cat", 0, 1)];
        assert_eq!(
            changes(&before, &after),
            [("face".to_owned(), 4, 2), ("cat".to_owned(), 0, 1), ("cup".to_owned(), -1, 0)]
        );
    }
}
