//! The files as a table: a row of words and numbers for each, under a head that sorts.

use std::sync::Arc;

use leptos::{prelude::*, reactive::graph::Source};
use portal_model::{
    api::{Media, path},
    file::{FileKind, FileSummary},
    query::{Sort, SortField},
    task::DatasetRef,
};

use super::{
    Go,
    beside::Pane,
    grid::{Look, address},
    layout::ROW,
    pick::{self, Pick},
    preview::Preview,
    quick,
    state::Loaded,
};
use crate::{
    app::portal,
    inbox::kind_word,
    paths::{self, ExplorerView},
    platform,
    text::{Key, explorer as shared, hundredths, number, t, t_with, table as words},
    ui::{
        ago::Ago,
        links::{About, LinksButton, OfFile},
    },
};

/// A column: its style, its name, and what it sorts by.
const COLUMNS: [(&str, Key, Option<SortField>); 9] = [
    ("c-name", words::NAME, Some(SortField::Name)),
    ("c-type", words::TYPE, None),
    ("c-dataset", words::DATASET, None),
    ("c-size num", words::SIZE, None),
    ("c-truths num", words::TRUTHS, None),
    ("c-models num", words::PREDICTIONS, None),
    ("c-best num", words::BEST, Some(SortField::Score)),
    ("c-changed", words::CHANGED, Some(SortField::Updated)),
    ("c-task", words::TASK, None),
];

/// Whether the first click shows the largest first: of names nobody wants the last first.
fn begins_with_most(field: SortField) -> bool {
    field != SortField::Name
}

/// The order that a click on the head leads to: one way, the other way, as usual.
fn next(now: Option<Sort>, field: SortField) -> Option<Sort> {
    let first = begins_with_most(field);
    match now {
        Some(sort) if sort.field == field && sort.descending == first => Some(Sort { field, descending: !first }),
        Some(sort) if sort.field == field => None,
        _ => Some(Sort { field, descending: first }),
    }
}

/// The head.
#[component]
pub fn Head(go: Go) -> impl IntoView {
    let explorer = Pane::here().explorer;
    let sort = Memo::new(move |_| explorer.query().and_then(|query| query.sort));
    let column = move |(class, name, field): (&'static str, Key, Option<SortField>)| {
        let Some(field) = field else {
            return view! { <span class=class role="columnheader">{t(name)}</span> }.into_any();
        };
        let is_here = move || sort.get().filter(|sort| sort.field == field);
        let order = move || is_here().map(|sort| if sort.descending { "descending" } else { "ascending" });
        let click = move |_| {
            if let Some(query) = explorer.query_now() {
                let q = quick::sorted(&query, next(query.sort, field)).to_string();
                go.run((ExplorerView { q, ..explorer.view.get_untracked() }, false));
            }
        };
        view! {
            <span class=class role="columnheader" aria-sort=order>
                <button type="button" tabindex="-1" on:click=click>
                    {t(name)}<i aria-hidden="true">{move || is_here().map(|sort| if sort.descending { "↓" } else { "↑" })}</i>
                </button>
            </span>
        }
        .into_any()
    };
    view! {
        <div class="table-head" role="row" aria-rowindex="1">
            <span class="c-pick" role="columnheader"><span class="sr">{t(words::SELECT)}</span></span>
            {COLUMNS.map(column).into_iter().collect_view()}
            <span class="c-more" role="columnheader"><span class="sr">{t(words::LINKS)}</span></span>
        </div>
    }
}

/// A row, or its place while its file has not come.
#[component]
pub fn TableRow(index: u32, look: Look, preview: Preview) -> impl IntoView {
    let portal = portal();
    let pane = Pane::here();
    let explorer = pane.explorer;
    let slot = explorer.slot(index);
    let read = slot.clone();
    on_cleanup(move || read.clear_subscribers());
    let top = Memo::new(move |_| look.cells.read().top(index, explorer.scroll.get()));
    let id = {
        let slot = slot.clone();
        move || slot.with(|slot| slot.as_ref().map(|loaded| loaded.tile.file.id))
    };
    view! {
        <div
            class="table-row" role="row" id=pane.id(index) aria-rowindex=(index + 2).to_string()
            class:here=move || explorer.selected.get() == Some(index)
            aria-selected=move || explorer.picked.shows(index, id(), explorer.selected).to_string()
            style:transform=move || format!("translateY({}px)", platform::fixed(top.get(), 1))
            style:block-size=format!("{}px", platform::fixed(ROW, 0))
            on:click=move |event| pick::clicked(portal, pane, index, &event)
            on:pointerenter=move |event| preview.enter(index, &event.pointer_type())
            on:pointerleave=move |_| preview.leave()
        >
            {move || match slot.get() {
                Some(loaded) => view! { <Cells loaded look/> }.into_any(),
                None => view! { <span class="c-name" role="gridcell"><span class="bone"></span></span> }.into_any(),
            }}
        </div>
    }
}

/// How large it is: pixels, or frames.
fn size(file: &FileSummary) -> Option<String> {
    match (file.width, file.height, file.frame_count) {
        (.., Some(frames)) => Some(t_with(words::FRAMES, &[("n", &number(frames))])),
        (Some(width), Some(height), None) => Some(format!("{width} × {height}")),
        _ => None,
    }
}

#[component]
fn Cells(loaded: Arc<Loaded>, look: Look) -> impl IntoView {
    let tile = &loaded.tile;
    let file = tile.file.clone();
    let name = file.name.clone();
    let href = {
        let file = file.clone();
        move || address(&file, look.least.get())
    };
    let count = |n: Option<u32>| n.map(number);
    let dataset = tile.dataset.as_ref().map(|dataset: &DatasetRef| dataset.name.clone());
    let of = OfFile {
        project: tile.project.clone(),
        file: file.clone(),
        dataset: tile.dataset.clone(),
        task: tile.task,
        frame: None,
    };
    let unread = tile.truths.is_none() && file.kind != FileKind::Compound;
    let missing = move || unread.then(|| view! { <span title=t(shared::UNREAD)>"…"</span> });
    view! {
        <span class="c-pick" role="gridcell">{Pane::here().is_first.then(|| view! { <Pick id=file.id name=name.clone()/> })}</span>
        <span class="c-name" role="gridcell">
            {file.has_thumb.then(|| view! { <img src=path::media(file.id, Media::Thumb) alt="" decoding="async" loading="lazy"/> })}
            <a class="name" href=href title=name.clone() tabindex="-1"><bdi>{name.clone()}</bdi></a>
        </span>
        <span class="c-type" role="gridcell"><bdi>{kind_word(&file.kind)}</bdi></span>
        <span class="c-dataset" role="gridcell" title=dataset.clone()><bdi>{dataset.clone()}</bdi></span>
        <span class="c-size num" role="gridcell" dir="ltr">{size(&file)}</span>
        <span class="c-truths num" role="gridcell">{missing()}{count(tile.truths)}</span>
        <span class="c-models num" role="gridcell">{missing()}{count(tile.predictions)}</span>
        <span class="c-best num" role="gridcell">{tile.best.map(hundredths)}</span>
        <span class="c-changed" role="gridcell">{tile.updated.clone().map(|time| view! { <Ago time=Signal::stored(time)/> })}</span>
        <span class="c-task" role="gridcell">{tile.task.map(|task| view! {
            <a href=paths::task(task, None) tabindex="-1">{t_with(words::TASK_N, &[("n", &task.to_string())])}</a>
        })}</span>
        <span class="c-more" role="gridcell"><LinksButton name=name about=move || Some(About::File(Box::new(of.clone())))/></span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_sorts_one_way_then_the_other_then_as_usual() {
        let by = |field, descending| Some(Sort { field, descending });
        assert_eq!(next(None, SortField::Name), by(SortField::Name, false));
        assert_eq!(next(by(SortField::Name, false), SortField::Name), by(SortField::Name, true));
        assert_eq!(next(by(SortField::Name, true), SortField::Name), None);
        assert_eq!(next(by(SortField::Name, true), SortField::Score), by(SortField::Score, true));
        assert_eq!(next(by(SortField::Score, true), SortField::Score), by(SortField::Score, false));
    }
}
