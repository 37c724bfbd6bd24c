//! What is filtered by, as chips: each says what it is, and can be taken away.

use leptos::prelude::*;

use super::{called, dimension_word};
use crate::{
    app::portal,
    inbox::Go,
    paths::InboxView,
    text::{filter as words, t, t_with},
};

/// The chips.
#[component]
pub fn Chips(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let filter = Memo::new(move |_| inbox.view.read().filter.clone());
    let clear = move |_| {
        go.run((InboxView { filter: Default::default(), ..inbox.view.get_untracked() }, false));
    };
    let chips = move || {
        let filter = filter.get();
        let chip = |dimension, value: String| {
            let name = {
                let value = value.clone();
                Memo::new(move |_| called(portal, dimension, &value))
            };
            let label = move || {
                let name = name.get().0;
                t_with(words::REMOVE, &[("filter", &format!("{}: {name}", dimension_word(dimension)))])
            };
            view! {
                <li class="chip" class:broken=move || name.read().1>
                    <span>{dimension_word(dimension)}":"</span>
                    <bdi>{move || name.get().0}</bdi>
                    {move || name.read().1.then(|| view! { <em>{t(words::GONE)}</em> })}
                    <button type="button" aria-label=label on:click=move |_| {
                        let view = inbox.view.get_untracked();
                        go.run((InboxView { filter: view.filter.toggled(dimension, &value), ..view }, false));
                    }>"×"</button>
                </li>
            }
        };
        filter.iter().map(|(dimension, value)| chip(dimension, value.to_owned())).collect_view()
    };
    view! {
        <div class="filter-line" hidden=move || filter.read().is_empty()>
            <ul aria-label=t(words::ACTIVE)>{chips}</ul>
            <button type="button" class="btn quietly" on:click=clear>{t(words::CLEAR)}</button>
            <button type="button" class="btn quietly" on:click=move |_| portal.filters().saving.set(Some(None))>{t(words::SAVE)}</button>
        </div>
    }
}
