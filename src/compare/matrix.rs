//! Which class was taken for which: truths by rows, predictions by columns, and "nothing" last in both.

use leptos::prelude::*;

use crate::text::{compare as words, t};

/// The table, by its title. `cell` shows a number that is not 0, by its row and column.
pub fn matrix(
    title: String,
    names: &[String],
    rows: &[Vec<u32>],
    cell: impl Fn(usize, usize, u32) -> AnyView,
) -> AnyView {
    let name = |at: usize| match names.get(at) {
        Some(name) => view! { <bdi>{name.clone()}</bdi> }.into_any(),
        None => view! { <i>{t(words::NOTHING)}</i> }.into_any(),
    };
    let columns = (0..=names.len()).map(|at| view! { <th scope="col">{name(at)}</th> }.into_any());
    let lines = rows.iter().enumerate().map(|(row, counts)| {
        let cells = counts.iter().enumerate().map(|(column, count)| {
            let is_nothing = row == names.len() && column == names.len();
            let class = if row == column && !is_nothing { "num right" } else { "num" };
            let shown = match count {
                // Nothing taken for nothing cannot be counted.
                0 if is_nothing => ().into_any(),
                0 => view! { <span class="none">"0"</span> }.into_any(),
                n => cell(row, column, *n),
            };
            view! { <td class=class>{shown}</td> }.into_any()
        });
        view! { <tr><th scope="row">{name(row)}</th>{cells.collect::<Vec<_>>()}</tr> }.into_any()
    });
    view! {
        <div class="matrix" role="region" tabindex="0" aria-label=title>
            <table class="numbers">
                <thead>
                    <tr><td></td><th scope="colgroup" colspan=(names.len() + 1).to_string()>{t(words::PREDICTED_AS)}</th></tr>
                    <tr><th scope="col">{t(words::IN_TRUTH)}</th>{columns.collect::<Vec<_>>()}</tr>
                </thead>
                <tbody>{lines.collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
