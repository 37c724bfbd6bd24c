//! What "Files" says when there is nothing in it: why, and what to do.

use leptos::prelude::*;

use super::Go;
use crate::{
    app::portal,
    paths::ExplorerView,
    text::{Key, app, explorer as words, problem, t, t_with},
    ui::notice::to_tasks,
};

fn remove(go: Go) -> AnyView {
    let explorer = portal().explorer();
    let click = move |_| go.run((ExplorerView { q: String::new(), ..explorer.view.get_untracked() }, false));
    view! { <button type="button" class="btn" on:click=click>{t(words::REMOVE)}</button> }.into_any()
}

fn empty(title: Key, said: String, way_on: AnyView) -> AnyView {
    view! { <div class="empty"><h2>{t(title)}</h2><p>{said}</p>{way_on}</div> }.into_any()
}

/// No file: none at all, or none that matches.
#[component]
pub fn Empty(go: Go) -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    move || {
        let reading = portal.freshness.with(|known| known.as_ref().filter(|known| !known.complete).map(|f| f.percent));
        if explorer.view.with(|view| !view.q.is_empty()) {
            let said = if explorer.is_a_lower_bound() { words::NOTHING_READING } else { words::NOTHING_WORDS };
            return empty(words::NOTHING_TITLE, t(said).to_owned(), remove(go));
        }
        match reading {
            Some(percent) => {
                let said = t_with(words::NONE_READING_WORDS, &[("percent", &percent.to_string())]);
                empty(words::NONE_READING_TITLE, said, ().into_any())
            }
            None => empty(words::NONE_TITLE, t(words::NONE_WORDS).to_owned(), to_tasks()),
        }
    }
}

/// No answer yet: on its way, refused, or never asked for because the query cannot be read.
#[component]
pub fn NotYet(go: Go) -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    move || {
        if let Some(failure) = explorer.failure.get() {
            let request = failure.request_id().map(|id| t_with(problem::REQUEST, &[("id", id)]));
            return view! {
                <div class="empty" role="alert">
                    <p>{failure.words()}</p>
                    <button type="button" class="btn" on:click=move |_| explorer.read_again(portal)>{t(app::TRY_AGAIN)}</button>
                    {request.map(|request| view! { <p class="quiet">{request}</p> })}
                </div>
            }
            .into_any();
        }
        let unreadable =
            explorer.wrong.with(|wrong| wrong.as_ref().is_some_and(|(text, _)| *text == explorer.view.read().q));
        if unreadable {
            return empty(words::UNREADABLE_TITLE, t(words::UNREADABLE_WORDS).to_owned(), remove(go));
        }
        view! {
            <p class="sr" role="status">{t(app::LOADING)}</p>
            <div class="tile-bones" aria-hidden="true">{(0..12).map(|_| view! { <div class="bone"></div> }).collect_view()}</div>
        }
        .into_any()
    }
}
