//! The sheet with all filters and saved views, at the side of the list, which changes while one chooses.

use leptos::prelude::*;

use super::{DIMENSIONS, group::Group, views::Views};
use crate::{
    app::portal,
    inbox::Go,
    paths::InboxView,
    text::{filter as words, keys, t, t_count},
    ui::dialog,
};

/// The sheet. What is in it is made anew each time, so that values stand in the order of their counts.
#[component]
pub fn Sheet(go: Go) -> impl IntoView {
    let inbox = portal().inbox;
    let dialog = dialog::follow(move || inbox.filters_open.get());
    let is_open = Memo::new(move |_| inbox.filters_open.get());
    let clear = move |_| {
        go.run((InboxView { filter: Default::default(), ..inbox.view.get_untracked() }, false));
    };
    let found = move || inbox.total.get().map(|total| t_count(words::SHOW_ONE, words::SHOW_OTHER, total));
    view! {
        <dialog
            class="filter-sheet" node_ref=dialog aria-labelledby="filters-title" on:close=move |_| inbox.filters_open.set(false)
            on:click=move |event| {
                // Beside the sheet.
                if dialog.get_untracked().is_some_and(|dialog| event_target::<web_sys::Element>(&event) == **dialog) {
                    inbox.filters_open.set(false);
                }
            }
        >
            {move || is_open.get().then(|| view! {
                <div class="sheet">
                    <header>
                        <h2 id="filters-title">{t(words::TITLE)}</h2>
                        <button type="button" class="btn quietly" aria-label=t(keys::CLOSE) on:click=move |_| inbox.filters_open.set(false)>"×"</button>
                    </header>
                    <div class="sheet-body" tabindex="-1">
                        <Views/>
                        {DIMENSIONS.map(|(dimension, _)| view! { <Group dimension go/> }).into_iter().collect_view()}
                    </div>
                    <footer>
                        <button type="button" class="btn" disabled=move || inbox.view.read().filter.is_empty()
                            title=move || inbox.view.read().filter.is_empty().then(|| t(words::NONE_ON)) on:click=clear>{t(words::CLEAR)}</button>
                        <button type="button" class="btn primary" on:click=move |_| inbox.filters_open.set(false)>{found}</button>
                    </footer>
                </div>
            })}
        </dialog>
    }
}
