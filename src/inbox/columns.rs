//! The heads of the columns, where it is wide enough for columns: each orders the list, and once more turns it round.

use leptos::prelude::*;
use portal_model::api::TaskSort;

use super::Go;
use crate::{
    app::portal,
    paths::InboxView,
    text::{Key, inbox as words, t},
};

/// The columns: their cells, their names, the order and the other way round.
const COLUMNS: [(&str, Key, TaskSort, TaskSort); 6] = [
    ("what", words::COLUMN_NAME, TaskSort::Name, TaskSort::NameBack),
    ("job-cell", words::COLUMN_JOB, TaskSort::Job, TaskSort::JobBack),
    ("dataset-cell", words::COLUMN_DATASET, TaskSort::Dataset, TaskSort::DatasetBack),
    ("status-cell", words::COLUMN_STATUS, TaskSort::Status, TaskSort::StatusBack),
    ("due-cell", words::COLUMN_DUE, TaskSort::Due, TaskSort::DueBack),
    ("age-cell", words::COLUMN_UPDATED, TaskSort::Newest, TaskSort::Oldest),
];

/// The heads.
#[component]
pub fn Columns(head: NodeRef<leptos::html::Div>, go: Go) -> impl IntoView {
    let inbox = portal().inbox;
    view! {
        <div class="columns" role="row" node_ref=head>
            <div role="presentation"></div>
            {COLUMNS.map(|(class, name, first, other)| {
                let sort = move || inbox.view.read().sort;
                let order = move || {
                    // Newest first is what falls.
                    let up = if first == TaskSort::Newest { other } else { first };
                    match sort() {
                        now if now != first && now != other => None,
                        now if now == up => Some("ascending"),
                        _ => Some("descending"),
                    }
                };
                view! {
                    <div role="columnheader" class=class aria-sort=Signal::derive(order)>
                        <button type="button" on:click=move |_| {
                            let sort = if untrack(sort) == first { other } else { first };
                            go.run((InboxView { sort, ..inbox.view.get_untracked() }, false));
                        }>{t(name)}</button>
                    </div>
                }
            }).into_iter().collect_view()}
            // As wide as the links below it.
            <div role="presentation" class="open-cell" aria-hidden="true"><span class="btn">{t(words::OPEN)}</span><span class="btn quietly more">"⋯"</span></div>
        </div>
    }
}
