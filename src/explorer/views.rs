//! Saved queries: links above the grid, mine and everybody's.

use leptos::prelude::*;
use portal_model::api::explorer::{View, path};

use super::view_dialog::{Editing, editing};
use crate::{
    api,
    app::{Portal, portal},
    paths::ExplorerView,
    session,
    text::{explorer as words, t, t_with},
};

/// Reads the saved views. Without them all else works.
pub fn read_views(portal: Portal) {
    leptos::task::spawn_local(async move {
        if let Ok(views) = api::get_fresh::<Vec<View>>(path::VIEWS).await {
            let _ = portal.explorer().views.try_set(Some(views));
        }
    });
}

/// Gives the query that is shown a name.
#[component]
pub fn SaveButton() -> impl IntoView {
    let portal = portal();
    view! {
        <button
            type="button" class="btn" disabled=move || portal.explorer().wrong.read().is_some()
            title=move || portal.explorer().wrong.read().is_some().then(|| t(words::FIX_FIRST))
            on:click=move |_| editing(portal).set(Some(Editing::New))
        >
            {t(words::SAVE)}
        </button>
    }
}

/// The views, where there are any.
#[component]
pub fn Views() -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    read_views(portal);
    move || {
        explorer.views.get().filter(|views| !views.is_empty()).map(|mut views| {
            views.sort_by_key(|view| !view.pinned);
            view! {
                <nav class="views" aria-label=t(words::VIEWS)>
                    <ul>{views.into_iter().map(|saved| view! { <li><Saved saved/></li> }).collect_view()}</ul>
                </nav>
            }
        })
    }
}

/// One view: goes there; mine can be changed.
#[component]
fn Saved(saved: View) -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    let shows = {
        let saved = saved.clone();
        Memo::new(move |_| explorer.view.with(|now| ExplorerView::of(&saved, now)))
    };
    let is_here = move || *explorer.view.read() == *shows.read();
    let (name, mine, pinned) = (saved.name.clone(), saved.mine, saved.pinned);
    let id = saved.id.clone();
    let pin = move |_| {
        let path = path::view_pin(&id);
        leptos::task::spawn_local(async move {
            match api::send::<()>(if pinned { "DELETE" } else { "PUT" }, &path, None::<&()>).await {
                Ok(()) => read_views(portal),
                Err(failure) => {
                    session::ended(portal, &failure);
                    portal.say(failure.words());
                }
            }
        });
    };
    let pin_words = t_with(if pinned { words::UNPIN } else { words::PIN }, &[("name", &name)]);
    view! {
        <a class="chip" href=move || shows.read().path() title=saved.q.clone() aria-current=move || is_here().then_some("true")>
            <bdi>{name.clone()}</bdi>
            {(!mine).then(|| view! { <small>{t(words::GIVEN)}</small> })}
        </a>
        <button type="button" class="view-change" aria-pressed=pinned.to_string() aria-label=pin_words.clone() title=pin_words on:click=pin>
            <span aria-hidden="true">{if pinned { "★" } else { "☆" }}</span>
        </button>
        {mine.then(|| view! {
            <button
                type="button" class="view-change" aria-label=t_with(words::CHANGE, &[("name", &name)])
                on:click=move |_| editing(portal).set(Some(Editing::Mine(saved.clone())))
            >
                "⋯"
            </button>
        })}
    }
}
