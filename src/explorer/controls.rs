//! What is one click away: size, order, often asked conditions, and which predictions are drawn.

use leptos::prelude::*;

use super::{
    Go,
    quick::{Quick, SORTS, sorted},
};
use crate::{
    app::portal,
    paths::{CompareView, ExplorerView, TileSize},
    text::{Key, compare, explorer as words, hundredths, t},
};

const SIZES: [(TileSize, Key); 4] = [
    (TileSize::Small, words::SIZE_S),
    (TileSize::Medium, words::SIZE_M),
    (TileSize::Large, words::SIZE_L),
    (TileSize::Table, words::SIZE_TABLE),
];
/// Words of [`SORTS`], in the same order.
const SORT_WORDS: [Key; SORTS.len()] =
    [words::SORT_UPDATED, words::SORT_NAME, words::SORT_SCORE, words::SORT_UNSURE, words::SORT_CREATED];
const QUICK: [(Quick, Key); 6] = [
    (Quick::Predicted, words::QUICK_PREDICTED),
    (Quick::Sure(60), words::QUICK_SURE),
    (Quick::Bare, words::QUICK_BARE),
    (Quick::Task, words::QUICK_TASK),
    (Quick::Pictures, words::QUICK_PICTURES),
    (Quick::Videos, words::QUICK_VIDEOS),
];

/// The way to the page that compares models on these files.
#[component]
pub fn CompareLink() -> impl IntoView {
    let explorer = portal().explorer();
    let to = move || {
        let q = explorer.view.read().q.clone();
        CompareView { q, ..CompareView::read(|_| None) }.path()
    };
    view! { <a class="btn" href=to>{t(compare::TITLE)}</a> }
}

/// How large tiles are.
#[component]
pub fn Sizes(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    view! {
        <div class="seg" role="group" aria-label=t(words::SIZE)>
            {SIZES.map(|(size, name)| view! {
                <button
                    type="button" aria-pressed=move || (explorer.view.read().size == size).to_string()
                    on:click=move |_| go.run((ExplorerView { size, ..explorer.view.get_untracked() }, true))
                >
                    {t(name)}
                </button>
            }).into_iter().collect_view()}
        </div>
    }
}

/// The order: a part of the query that needs no writing.
#[component]
pub fn Order(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    let sort = Memo::new(move |_| explorer.query().and_then(|query| query.sort));
    let is_other = move || !SORTS.iter().any(|(_, known)| *known == sort.get());
    let choose = move |name: String| {
        let wanted = SORTS.iter().find(|(known, _)| *known == name);
        if let (Some((_, sort)), Some(query)) = (wanted, untrack(|| explorer.query())) {
            let q = sorted(&query, *sort).to_string();
            go.run((ExplorerView { q, ..explorer.view.get_untracked() }, false));
        }
    };
    view! {
        <label class="sr" for="files-sort">{t(words::SORT)}</label>
        <select id="files-sort" disabled=move || explorer.query().is_none() on:change=move |event| choose(event_target_value(&event))>
            {SORTS.iter().zip(SORT_WORDS).map(|((name, by), key)| view! {
                <option value=*name selected=move || sort.get() == *by>{t(key)}</option>
            }).collect_view()}
            {move || is_other().then(|| view! { <option value="other" selected=true>{t(words::SORT_OTHER)}</option> })}
        </select>
    }
}

/// Conditions on and off.
#[component]
pub fn QuickChips(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    let query = Memo::new(move |_| explorer.query().filter(|_| explorer.wrong.read().is_none()));
    let toggle = move |quick: Quick| {
        if let Some(query) = query.get_untracked() {
            let q = quick.toggled(&query).to_string();
            go.run((ExplorerView { q, ..explorer.view.get_untracked() }, false));
        }
    };
    view! {
        <div class="chips" role="group" aria-label=t(words::QUICK)>
            {QUICK.map(|(quick, name)| view! {
                <button
                    type="button" class="chip" disabled=move || query.read().is_none()
                    title=move || query.read().is_none().then(|| t(words::FIX_FIRST))
                    aria-pressed=move || query.with(|query| query.as_ref().is_some_and(|query| quick.is_on(query))).to_string()
                    on:click=move |_| toggle(quick)
                >
                    {t(name)}
                </button>
            }).into_iter().collect_view()}
        </div>
    }
}

/// Which predictions are drawn. Drawing alone: the list stays as it is.
#[component]
pub fn Drawn(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    let least = move || explorer.view.read().least;
    let is_off = move || !explorer.view.read().predictions;
    view! {
        <div class="drawn">
            <label class="check">
                <input type="checkbox" prop:checked=move || !is_off() on:change=move |event| {
                    let predictions = event_target_checked(&event);
                    go.run((ExplorerView { predictions, ..explorer.view.get_untracked() }, true));
                }/>
                {t(words::PREDICTIONS)}
            </label>
            <span aria-hidden="true" class="quiet">{t(words::FROM)}</span>
            <input
                type="range" min="0" max="100" step="1" aria-label=t(words::LEAST) disabled=is_off
                aria-valuetext=move || hundredths(f64::from(least()) / 100.0)
                prop:value=move || least().to_string()
                on:input=move |event| {
                    let least = event_target_value(&event).parse().unwrap_or_default();
                    explorer.view.update(|view| view.least = least);
                }
                // The address follows once the hand rests.
                on:change=move |_| go.run((explorer.view.get_untracked(), true))
            />
            <output class="num">{move || hundredths(f64::from(least()) / 100.0)}</output>
        </div>
    }
}
