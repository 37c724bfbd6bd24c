//! Class by class, both runs side by side with the difference.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::api::compare::{Compared, Numbers};

use super::{says::class_name, share};
use crate::text::{Key, compare as words, file, hundredths, number, t};

/// One of the numbers.
type Share = fn(&Numbers) -> Option<f64>;

/// What is shown of a class.
const COLUMNS: [(Key, Share); 4] = [
    (file::PRECISION, |numbers| numbers.precision),
    (file::RECALL, |numbers| numbers.recall),
    (words::F1, |numbers| numbers.f1),
    (words::AP, |numbers| numbers.average),
];

/// How much better it got, with the sign that says so: as it is rounded, so that the numbers fit together.
fn change(before: Option<f64>, after: Option<f64>) -> Option<(&'static str, String)> {
    let rounded = |share: f64| (share * 100.0).round() / 100.0;
    let change = rounded(rounded(after?) - rounded(before?));
    Some(if change > 0.0 {
        ("better", format!("+{}", hundredths(change)))
    } else if change < 0.0 {
        ("worse", format!("−{}", hundredths(-change)))
    } else {
        ("", "±0".to_owned())
    })
}

fn cells(both: &[Option<Numbers>]) -> Vec<AnyView> {
    let mut cells = Vec::new();
    for (_, get) in COLUMNS {
        let shares: Vec<Option<f64>> = both.iter().map(|numbers| numbers.as_ref().and_then(get)).collect();
        cells.extend(shares.iter().map(|one| view! { <td class="num">{share(*one)}</td> }.into_any()));
        if let [before, after] = shares.as_slice() {
            let (class, words) = change(*before, *after).unwrap_or(("", "–".to_owned()));
            cells.push(view! { <td class=format!("num {class}")>{words}</td> }.into_any());
        }
    }
    cells
}

/// The table; with one run it has no differences.
pub fn table(both: &[Arc<Compared>]) -> AnyView {
    let mut names: Vec<&str> = both.iter().flat_map(|one| &one.classes).map(|class| class.name.as_str()).collect();
    names.sort_unstable_by_key(|name| (name.is_empty(), name.to_lowercase()));
    names.dedup();
    let row = |name: String, truths: u32, numbers: Vec<Option<Numbers>>, class: &'static str| {
        view! {
            <tr class=class><th scope="row"><bdi>{name}</bdi></th><td class="num">{number(truths)}</td>{cells(&numbers)}</tr>
        }
        .into_any()
    };
    let mut rows: Vec<AnyView> = names
        .iter()
        .map(|name| {
            let of =
                |one: &Arc<Compared>| one.classes.iter().find(|class| class.name == *name).map(|class| class.numbers);
            let numbers: Vec<Option<Numbers>> = both.iter().map(of).collect();
            // What people drew is the same for both; a class may be in the predictions of one only.
            let truths = numbers.iter().flatten().map(|numbers| numbers.counts.truths()).max().unwrap_or_default();
            row(class_name(name), truths, numbers, "")
        })
        .collect();
    let totals: Vec<Option<Numbers>> = both.iter().map(|one| Some(one.total)).collect();
    let truths = totals.iter().flatten().map(|numbers| numbers.counts.truths()).max().unwrap_or_default();
    rows.push(row(t(words::ALL_CLASSES).to_owned(), truths, totals, "total"));
    let side = both.len() + usize::from(both.len() > 1);
    let groups =
        COLUMNS.map(|(name, _)| view! { <th scope="colgroup" colspan=side.to_string()>{t(name)}</th> }.into_any());
    let sides = COLUMNS.map(|_| {
        let mut heads: Vec<AnyView> = both
            .iter()
            .map(|one| view! { <th scope="col"><bdi>{one.run.name.clone()}</bdi></th> }.into_any())
            .collect();
        if both.len() > 1 {
            heads.push(view! { <th scope="col">{t(words::CHANGE)}</th> }.into_any());
        }
        heads
    });
    view! {
        <div class="wide" role="region" tabindex="0" aria-label=t(words::BY_CLASS)>
            <table class="numbers sides" class:two=both.len() == 2>
                <thead>
                    <tr><th scope="col" rowspan="2">{t(words::CLASS)}</th><th scope="col" rowspan="2">{t(words::TRUTHS)}</th>{groups.into_iter().collect::<Vec<_>>()}</tr>
                    <tr>{sides.into_iter().flatten().collect::<Vec<_>>()}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
